import type { Family, Outcome, Severity } from '../model/detection.ts';
import type { EntryKind } from '../model/entry.ts';

/** What a filter can see of a line. */
export interface FilterRow {
  readonly timeMs: number | undefined;
  readonly address: string;
  readonly method: string;
  readonly status: number;
  /** -1 when unknown. */
  readonly bytes: number;
  /** Request target or message, as logged. */
  readonly text: string;
  readonly userAgent: string;
  readonly severity: Severity | undefined;
  readonly family: Family | undefined;
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  readonly kind: EntryKind;
  /** Name of the source. */
  readonly source: string;
  readonly raw: string;
  /** Where they are not given, `host:` and `user:` look into `raw`. */
  readonly host?: string;
  readonly user?: string;
}

export type RowTest = (row: FilterRow) => boolean;
