import type { Behaviour } from './behaviour.ts';
import type { Family, Outcome, Severity } from './detection.ts';

export type Stage = 'recon' | 'attempt' | 'success' | 'control';
export type IncidentState = 'new' | 'alerted' | 'acknowledged' | 'closed';

/** What a risk is made of; its sum, within 0–100, is the risk. */
export interface RiskParts {
  /** The worst rule. */
  readonly severity: number;
  /** What worked. */
  readonly success: number;
  /** How many families were tried. */
  readonly variety: number;
  /** How often, logarithmic. */
  readonly persistence: number;
  /** Over how many logs, or by how many addresses. */
  readonly spread: number;
  /** What checks have found open there; left out where nothing is. */
  readonly exposure?: number | undefined;
  /** Taken off since it fell silent: zero or less. */
  readonly fading: number;
}

/** What many actors do together something to. */
export interface IncidentTarget {
  readonly kind: 'path' | 'account' | 'host' | 'source' | 'site' | 'check';
  /** Hostile text, at most 200 characters. */
  readonly value: string;
}

/** What a person wrote about an incident. */
export interface IncidentNote {
  readonly atMs: number;
  readonly by: string;
  readonly text: string;
}

/** What one actor did over time, or what many actors did to one target. */
export interface Incident {
  readonly id: string;
  /** Address as logged (a /64 for IPv6); `''` for a target that many share. */
  readonly actor: string;
  readonly target: IncidentTarget | undefined;
  /** For a target: who took part, at most 100; `relatedCount` is how many. */
  readonly related: readonly string[];
  readonly relatedCount: number;
  /** Sources that it was seen in, by name. */
  readonly sources: readonly string[];
  readonly startMs: number;
  readonly endMs: number;
  readonly severity: Severity;
  /** 0–100, the sum of `riskParts`. */
  readonly risk: number;
  readonly riskParts: RiskParts;
  /** Entries that a rule flags, or that a behaviour is made of. */
  readonly detections: number;
  readonly successes: number;
  /** All requests of the actor while it was active, suspicious or not. */
  readonly entries: number;
  readonly families: Readonly<Partial<Record<Family, number>>>;
  /** Hits by rule id. */
  readonly rules: Readonly<Record<string, number>>;
  readonly stage: Stage;
  /** One sentence: `SQL injection, then a web shell`. */
  readonly title: string;
  readonly state: IncidentState;
  /** How often it came back after it was closed. */
  readonly reopened: number;
  /** Oldest first, at most 20. */
  readonly notes: readonly IncidentNote[];
}

/** A run of detections of one family with one kind of answer. */
export interface Beat {
  readonly startMs: number;
  readonly endMs: number;
  readonly family: Family;
  readonly success: boolean;
  readonly severity: Severity;
  readonly count: number;
  /** Answers by outcome. */
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** First path that was touched (hostile text, at most 120 characters). */
  readonly path: string;
  readonly note: string;
}

/** What is known of one family in an incident. */
export interface FamilyTally {
  readonly count: number;
  readonly severity: Severity;
  readonly success: boolean;
}

/** An incident with all that it takes to go on with it after a restart: what the store keeps. */
export interface IncidentRecord extends Incident {
  readonly memory: {
    readonly families: readonly (readonly [Family, FamilyTally])[];
    /** Hits by rule id, of rules alone. */
    readonly rules: readonly (readonly [id: string, count: number])[];
    readonly beats: readonly Beat[];
    readonly behaviours: readonly Behaviour[];
    /** Detections by rules alone, and entries of the actor alone. */
    readonly hits: number;
    readonly hitSuccesses: number;
    readonly lines: number;
    /** Beginning of the time it is active now. */
    readonly activeMs: number;
    /** First line of the actor, and what it asked for; undefined when unknown. */
    readonly first: { readonly timeMs: number; readonly text: string } | undefined;
  };
}
