import type { Family, Outcome, Severity } from '../model/detection.ts';

/** What the engine knows of the thing that an alert is about. Every text may be hostile. */
export interface AlertFacts {
  readonly severity: Severity;
  /** What happened: `SQL injection on /item`. */
  readonly title: string;
  /** Address or account; `''` when unknown. */
  readonly actor: string;
  /** Country or network of the actor; `''` when unknown. */
  readonly actorNote: string;
  /** What the server answered to the worst of it. */
  readonly outcome: Outcome;
  /** HTTP status of that; 0 when there is none. */
  readonly status: number;
  /** True when a success is claimed (the answer is unusual or something else corroborates it). */
  readonly success: boolean;
  /** Why, short: `41× size`; `''` otherwise. */
  readonly successNote: string;
  /** Strongest matched text, decoded; `''` when none. */
  readonly payload: string;
  /** Path without query that the strongest detection asked for; `''` when there is none. */
  readonly path: string;
  readonly counts: { readonly requests: number; readonly detections: number; readonly successes: number };
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  /** Worst first. */
  readonly families: readonly Family[];
  /** Titles of the rules that fired, worst first. */
  readonly rules: readonly string[];
  readonly sourceNames: readonly string[];
  /** Name of this machine. */
  readonly host: string;
  /** The operator's note; `''` when none. */
  readonly note: string;
}
