import type { Family, Severity } from './detection.ts';
import type { MuteRow } from './mute.ts';

/** A rule or correlation, and what it did in this session. */
export interface RuleRow {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly families: readonly Family[];
  readonly isCorrelation: boolean;
  readonly hits: number;
  readonly successes: number;
  readonly muted: number;
  /** Event time of the last hit. */
  readonly lastMs: number | undefined;
  /** A mute that holds names it. */
  readonly hasMutes: boolean;
  /** What a rehearsal begins with: `gte 10 within 5m`, or `off`. */
  readonly condition: string;
  /** What was changed for this session; `''` for nothing. */
  readonly changed: string;
}

export interface RuleList {
  readonly rows: readonly RuleRow[];
  /** Detections and runs of correlations together. */
  readonly total: number;
  readonly mutes: readonly MuteRow[];
}

/** A line that a rule flagged, or a run of a correlation. Hostile texts. */
export interface RuleMoment {
  /** Undefined for a run. */
  readonly rowId: number | undefined;
  readonly timeMs: number | undefined;
  readonly who: string;
  readonly text: string;
  readonly success: boolean;
  readonly muted: boolean;
}

export interface RuleDetail {
  readonly row: RuleRow;
  /** All about the rule, harmless. */
  readonly lines: readonly string[];
  /** Its last held lines, the latest first. */
  readonly moments: readonly RuleMoment[];
}

/** What an incident is, in one of the two runs of a rehearsal. */
export interface RehearsedIncident {
  readonly severity: Severity;
  readonly risk: number;
  readonly title: string;
}

/** What the held lines raise now, and what they would raise with the change. */
export interface Rehearsal {
  /** The change in words. */
  readonly change: string;
  readonly lines: number;
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
  /** From here on every line is held; before it suspicious ones alone. */
  readonly completeFromMs: number | undefined;
  readonly detections: { readonly now: number; readonly would: number };
  readonly incidents: { readonly now: number; readonly would: number };
  /** Those that differ, worst first, at most 50; without `now` they are new, without `would` gone. */
  readonly changed: readonly {
    readonly subject: string;
    readonly now: RehearsedIncident | undefined;
    readonly would: RehearsedIncident | undefined;
  }[];
  /** Rules whose hits differ, most first, at most 20. */
  readonly rules: readonly { readonly name: string; readonly now: number; readonly would: number }[];
  /** A changed correlation as a document for `--rules`; `''` otherwise. */
  readonly yaml: string;
}
