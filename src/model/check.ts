import type { Said } from '../text/said.ts';
import type { Family, Severity } from './detection.ts';

/** The checks in the order in which they stand on the screen. */
export const CHECK_NAMES = ['zap', 'bandit', 'osquery', 'updates', 'uptime', 'fail2ban'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** One thing that a check found. Texts may come from tools and servers: hostile. */
export interface Finding {
  /** Names the same thing in every run of its check; at most 300 characters. */
  readonly key: string;
  readonly severity: Severity;
  readonly title: Said;
  /** What it is about: an address, `views.py:12`, a package; at most 300 characters. */
  readonly subject: string;
  /** Label (a text of the catalogue) and value, at most 12. */
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** What to do about it. */
  readonly advice: Said;
  /** What it means for attacks: a weakness of the application, a pending security update, or neither. */
  readonly kind: 'weakness' | 'security-update' | 'other';
  /** Paths of the watched application where it can be reached; empty when it has none. */
  readonly paths: readonly string[];
  /** Parameter of the request; `''` when it has none. */
  readonly parameter: string;
  /** Attack family that would use it. */
  readonly family: Family | undefined;
  /** The part of the check that found it (a target, a folder, a query): what could not be looked at again is not gone. */
  readonly place: string;
}

/** A person's word that a finding is known: it is counted and shown, and tells nobody. */
export interface FindingMute {
  /** Wall clock; undefined: forever. */
  readonly untilMs: number | undefined;
  readonly by: string;
  readonly note: string;
}

/** A finding over several runs. */
export interface KeptFinding {
  readonly check: CheckName;
  readonly finding: Finding;
  readonly state: 'open' | 'gone';
  /** Wall clock of the run that found it first, and of the last run that found it. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Found first by the last run. */
  readonly isNew: boolean;
  /** It is open, and muted now. */
  readonly muted?: FindingMute | undefined;
}

/** Something that a check measured: a line with a sparkline. */
export interface Measure {
  /** A URL, a jail; hostile text. */
  readonly name: string;
  /** How it is now. */
  readonly now: Said;
  readonly isBad: boolean;
  /** Oldest first, at most 120; a negative value is a failure. */
  readonly values: readonly number[];
}

/** One run of a check. */
export interface CheckRun {
  readonly id: string;
  readonly check: CheckName;
  readonly startedMs: number;
  readonly endedMs: number;
  readonly state: 'done' | 'failed' | 'stopped';
  /** Why it could not do its work, and what to do; undefined when it did. */
  readonly problem: Said | undefined;
  /** What to know of it: what it could not look at, what it had to leave out. */
  readonly notes: readonly Said[];
  readonly open: Readonly<Record<Severity, number>>;
  readonly added: number;
  readonly gone: number;
  readonly unchanged: number;
  readonly measures: readonly Measure[];
}

/** How far a check is that runs now. */
export interface CheckProgress {
  readonly startedMs: number;
  readonly phase: Said;
  /** 0–100; undefined where nobody can tell. */
  readonly percent: number | undefined;
}

/** One check as the screen lists it. */
export interface CheckRow {
  readonly name: CheckName;
  /** Why it cannot run as configured; undefined when it can. */
  readonly missing: Said | undefined;
  /** `30m`, `0 3 * * *`; `''` when it runs only when asked. */
  readonly every: string;
  readonly nextMs: number | undefined;
  readonly running: CheckProgress | undefined;
  readonly last: CheckRun | undefined;
  /** Findings that are open, by severity, and how many of them the last run found first. */
  readonly open: Readonly<Record<Severity, number>>;
  readonly added: number;
  /** Open ones that are muted: these are not among the others. */
  readonly muted?: number;
  /** The worst of them, the newest of those. */
  readonly worst: Pick<Finding, 'title' | 'subject' | 'severity'> | undefined;
  /** It attacks what it looks at when asked to: asked for apart. */
  readonly canAttack: boolean;
}

export interface CheckDetail {
  readonly row: CheckRow;
  /** Open ones, worst first, then those that are gone; at most 500. */
  readonly findings: readonly KeptFinding[];
  /** Latest first, at most 20. */
  readonly runs: readonly CheckRun[];
}

/** One check in the strip of the live screen. */
export interface CheckBrief {
  readonly name: CheckName;
  readonly state: 'ok' | 'running' | 'failed' | 'never';
  readonly percent: number | undefined;
  /** Worst of the open findings, how many there are of it, and how many in all. */
  readonly worst: Severity | undefined;
  readonly worstCount: number;
  readonly open: number;
}

/** A finding that matters for an attack, said on its screens. */
export interface Exposure {
  readonly check: CheckName;
  readonly severity: Severity;
  readonly title: Said;
  readonly subject: string;
  /** The attacked place is the one that the check found open, or the host misses an update. */
  readonly because: 'path' | 'update';
  readonly sinceMs: number;
  /** How many more there are like it. */
  readonly more: number;
}
