import type { Family, Severity } from './detection.ts';

export type Stage = 'recon' | 'attempt' | 'success' | 'control';
export type IncidentState = 'new' | 'alerted' | 'acknowledged' | 'closed';

/** What one actor did over time: a run of detections with gaps under 30 minutes. */
export interface Incident {
  readonly id: string;
  /** Address as logged (a /64 for IPv6). */
  readonly actor: string;
  /** Sources that it was seen in, by name. */
  readonly sources: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly severity: Severity;
  /** 0–100. */
  readonly risk: number;
  readonly detections: number;
  readonly successes: number;
  /** All requests of the actor since the start, suspicious or not. */
  readonly entries: number;
  readonly families: Readonly<Partial<Record<Family, number>>>;
  /** Rule ids with hits. */
  readonly rules: Readonly<Record<string, number>>;
  readonly stage: Stage;
  /** One sentence: `SQL injection, then a web shell`. */
  readonly title: string;
  readonly state: IncidentState;
}
