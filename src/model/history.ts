import type { Family } from './detection.ts';

/** A text that was counted and how often. Hostile text, at most 100 characters. */
export type Counted = readonly [text: string, count: number];

/** Traffic of one span of event time, bounded: the most frequent of everything, and totals. Plain JSON, kept in the store. */
export interface HistorySlot {
  /** Begin, milliseconds since the epoch, a multiple of `spanMs`. */
  readonly startMs: number;
  /** Five minutes, or an hour. */
  readonly spanMs: number;
  readonly requests: number;
  /** Distinct addresses; of an hour the largest of its five minutes. */
  readonly addresses: number;
  /** Answers from 2xx to 5xx. */
  readonly statuses: readonly [ok: number, redirected: number, refused: number, failed: number];
  readonly families: Readonly<Partial<Record<Family, number>>>;
  /** Numbers and long ids in paths stand as `#`. Most frequent first. */
  readonly paths: readonly Counted[];
  readonly agents: readonly Counted[];
  /** /24 and /48. */
  readonly networks: readonly Counted[];
  readonly actors: readonly Counted[];
}

/** Which engine's history: `scope` tells one set of sources from another. */
export interface HistoryRecord {
  readonly scope: string;
  readonly slot: HistorySlot;
}

export const SLOT_MS = 5 * 60_000;
export const HOUR_MS = 12 * SLOT_MS;

/** What a row of the baseline is about. */
export type BaselineKind = 'requests' | 'addresses' | 'status' | 'family' | 'path' | 'agent' | 'network' | 'actor';

export interface BaselineRow {
  readonly section: 'new' | 'grown' | 'traffic';
  readonly kind: BaselineKind;
  /** Hostile text, at most 100 characters. */
  readonly text: string;
  /** In the last five minutes. */
  readonly now: number;
  /** Median of the five-minute slots before; undefined while there are too few. */
  readonly usual: number | undefined;
  /** In the slot of the same time an hour, a day and a week ago; undefined where the history does not reach. */
  readonly ago: readonly [hour: number | undefined, day: number | undefined, week: number | undefined];
  /** How unusual: distance from the median in robust standard deviations; for what is new how much of it there is. */
  readonly score: number;
  /** What more there is to say: `by 203.0.113.9`; hostile text. */
  readonly note: string;
  /** Filter language text that shows its lines; `''` where there is none. */
  readonly filter: string;
}

/** The last five minutes beside the same time before. */
export interface BaselineReport {
  readonly fromMs: number;
  readonly toMs: number;
  /** Why nothing is judged yet: `needs 12 slots of five minutes, has 3`; `''` when it is. */
  readonly silent: string;
  /** Slots that the usual was taken from. */
  readonly slots: number;
  /** Begin of the oldest slot known; undefined without any. */
  readonly sinceMs: number | undefined;
  /** By section, the most unusual first. */
  readonly rows: readonly BaselineRow[];
}
