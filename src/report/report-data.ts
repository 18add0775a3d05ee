import type { Detection, Family, Outcome, Severity } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import type { Incident, Stage } from '../model/incident.ts';
import type { AddressRow, SourceStatus } from '../model/snapshot.ts';
import type { TimeSeries } from './time-bins.ts';

/** One line that a report is about. */
export interface ReportLine {
  readonly entry: Entry;
  readonly detection: Detection | undefined;
  readonly source: string;
  /** Its number in the source, from 1. */
  readonly sequence: number;
}

/** One step of an incident's story, gaps and notes included. */
export interface StoryRow {
  readonly kind: 'first' | 'step' | 'gap' | 'note';
  readonly timeMs: number;
  readonly endMs: number;
  readonly stage: Stage;
  readonly severity: Severity;
  readonly count: number;
  /** Ours, with hostile paths in it. */
  readonly text: string;
}

/** A payload worth reading, decoded; every text is hostile. */
export interface Payload {
  /** The parameter or value that holds the match, as far as it is readable. */
  readonly text: string;
  /** What matched; tells payloads apart. */
  readonly matched: string;
  readonly family: Family | undefined;
  readonly rule: string;
  readonly path: string;
  readonly severity: Severity;
  readonly outcome: Outcome;
  readonly status: number;
  readonly success: boolean;
  readonly note: string;
  readonly timeMs: number | undefined;
  readonly source: string;
  readonly sequence: number;
}

/** What is known of an address offline; `''` and empty where nothing is. */
export interface Who {
  readonly country: string;
  readonly network: string;
  readonly tags: readonly string[];
}

export const NOBODY: Who = { country: '', network: '', tags: [] };

/** All that a report tells of one incident. */
export interface Dossier {
  readonly incident: Incident;
  readonly who: Who;
  /** Oldest first. */
  readonly story: readonly StoryRow[];
  /** Strongest first. */
  readonly payloads: readonly Payload[];
  /** What to do next, most urgent first. */
  readonly steps: readonly string[];
}

export interface ReportAddress extends AddressRow {
  readonly detections: number;
  readonly who: Who;
}

/** A detection as the page and the CSV show it. */
export interface ReportDetection {
  readonly line: ReportLine;
  readonly detection: Detection;
}

/** Everything that a report shows, counted and bounded; texts are hostile. */
export interface ReportData {
  /** What it is about: `access.log`, `203.0.113.9`, `SQL injection, then a web shell`. */
  readonly subject: string;
  /** What was asked for beside the logs: `from 2026-03-02 02:00:00`; empty for all of it. */
  readonly limits: readonly string[];
  readonly createdMs: number;
  readonly version: string;
  readonly host: string;
  readonly timeZone: string;
  readonly sources: readonly SourceStatus[];
  readonly lines: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly series: TimeSeries;
  readonly detections: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly families: readonly { readonly family: Family; readonly count: number; readonly severity: Severity }[];
  readonly statuses: readonly { readonly status: number; readonly count: number }[];
  /** Most lines first. */
  readonly addresses: readonly ReportAddress[];
  /** How many there were (an estimate where `addressesEvicted`). */
  readonly addressCount: number;
  /** Worst first. */
  readonly dossiers: readonly Dossier[];
  readonly incidentCount: number;
  /** Strongest first, bounded. */
  readonly strongest: readonly ReportDetection[];
  /** What was left out at a bound, one sentence each. */
  readonly leftOut: readonly string[];
}
