import type { Family, Outcome, Severity } from '../../model/detection.ts';
import type { IncidentState } from '../../model/incident.ts';

/** How an incident stands, as far as policy asks. What is live of it counts: neither history nor lines that came too late. */
export interface Subject {
  /** The incident's id. */
  readonly id: string;
  /** Address or target, as people read it. Hostile text. */
  readonly who: string;
  /** Address to look up in networks; `''` for a target that many share. */
  readonly actor: string;
  readonly title: string;
  /** The worst of what is live. */
  readonly severity: Severity;
  readonly success: boolean;
  readonly risk: number;
  /** Most frequent first. */
  readonly families: readonly Family[];
  readonly outcomes: readonly Outcome[];
  readonly tags: readonly string[];
  readonly sources: readonly string[];
  /** Numbers of the rules whose filter a line has passed. */
  readonly passed: readonly number[];
  readonly state: IncidentState;
  /** Something of it is live since the subject was given before. */
  readonly live: boolean;
  /** What is live and new since the subject was given before. */
  readonly added: Counts;
}

export interface Counts {
  readonly detections: number;
  readonly successes: number;
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  detections: a.detections + b.detections,
  successes: a.successes + b.successes,
});
