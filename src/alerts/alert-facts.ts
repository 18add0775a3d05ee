import type { Family, Outcome, Severity } from '../model/detection.ts';

/** What the engine knows of the thing that an alert is about. Every text may be hostile. */
export interface AlertFacts {
  readonly severity: Severity;
  /** What happened: `SQL injection on /item`. */
  readonly title: string;
  /** Address or account; `''` when unknown. */
  readonly actor: string;
  /** Country, network and kind of the actor, see `actorNote`; `''` when unknown. */
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
  /** The path that each family was strongest on, where that is known; without it `path` stands for all of them. */
  readonly places?: Readonly<Partial<Record<Family, string>>>;
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
  /** Names of the checks that found it, where nobody has attacked. */
  readonly checks?: readonly string[];
}

/** What is known of an address, each `''` or missing when it is not. */
export interface ActorNote {
  readonly country?: string;
  /** Operator of the network: `AS64500 Example Hosting`. */
  readonly network?: string;
  /** What kind of client it is: `verified Googlebot`, `Tor exit`. */
  readonly tags?: readonly string[];
}

/** `Germany, AS64500 Example Hosting, verified Googlebot`, for {@link AlertFacts.actorNote}. */
export function actorNote({ country = '', network = '', tags = [] }: ActorNote): string {
  return [country, network, ...tags].filter((part) => part !== '').join(', ');
}
