import type { CheckBrief } from './check.ts';
import type { Family, Outcome, Severity } from './detection.ts';
import type { EntryKind, Span } from './entry.ts';
import type { Incident } from './incident.ts';

export const WINDOWS = ['1m', '5m', '15m', '60m', 'all'] as const;
export type WindowName = (typeof WINDOWS)[number];
export const ADDRESS_SORTS = ['hits', 'errors', 'severity', 'bytes'] as const;
export type AddressSort = (typeof ADDRESS_SORTS)[number];

/** One line of the feed. Texts are hostile and cut to 1,024 characters; spans count in `text`. */
export interface FeedRow {
  /** Rises by one with every line of any source; never reused. */
  readonly id: number;
  readonly sourceId: number;
  readonly timeMs: number | undefined;
  readonly kind: EntryKind;
  readonly address: string;
  /** ISO 3166-1 alpha-2 of the address, or `''`. */
  readonly country: string;
  readonly method: string;
  readonly status: number;
  readonly bytes: number;
  /** The request target, or the message of a line that is no request. */
  readonly text: string;
  readonly userAgent: string;
  readonly severity: Severity | undefined;
  readonly family: Family | undefined;
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  readonly note: string;
  /** Something in it is kept quiet by a mute. */
  readonly muted?: true;
  /** The strongest match inside `text`; undefined when it stands in another field. */
  readonly match: Span | undefined;
}

export interface AddressRow {
  readonly address: string;
  readonly hits: number;
  /** Answers of 400 and above. */
  readonly errors: number;
  readonly bytes: number;
  readonly severity: Severity | undefined;
}

/** Counts for one unit of time each, oldest first. */
export interface StatusSeries {
  readonly stepMs: number;
  readonly '2xx': readonly number[];
  readonly '3xx': readonly number[];
  readonly '4xx': readonly number[];
  readonly '5xx': readonly number[];
  /** All requests (lines), whatever their status. */
  readonly all: readonly number[];
}

export type SourceState = 'opening' | 'live' | 'waiting' | 'ended' | 'failed';

export interface SourceStatus {
  readonly id: number;
  readonly name: string;
  readonly state: SourceState;
  /** What the operator should know of the state: `not there yet`, `restarts in 4 s`, an error; `''` otherwise. */
  readonly detail: string;
  /** Format's title, `nginx combined`; `''` until recognised. */
  readonly format: string;
  readonly lines: number;
  readonly unparsed: number;
  readonly cut: number;
  /** Wall clock of the last line read. */
  readonly lastLineMs: number | undefined;
}

export interface FeedPage {
  readonly rows: readonly FeedRow[];
  readonly following: boolean;
  /** Matching rows that came after the last of `rows`. */
  readonly newer: number;
  /** Matching rows before the first of `rows` that are still held. */
  readonly older: number;
}

/** The time in the past that the screen shows instead of the present. */
export interface PastInfo {
  readonly atMs: number;
  /** From here, and to here so far. */
  readonly fromMs: number;
  readonly toMs: number;
  /** `paused`: read as far as asked, more is there; `ended`: the logs end here. */
  readonly state: 'reading' | 'paused' | 'ended';
  /** How much of what was asked for is read, 0–100. */
  readonly percent: number;
  /** First row at or after the time; undefined before it was read. */
  readonly rowId: number | undefined;
  /** What the operator should know: `stdin cannot be read again`; `''` otherwise. */
  readonly note: string;
}

/** The bounded summary that the engine hands to the screen: under 50 KiB, at most 10 a second, one in flight. */
export interface Snapshot {
  /** `id` of the view request that it answers. */
  readonly viewId: number;
  /** Event-time watermark; undefined before the first line with a time. */
  readonly eventMs: number | undefined;
  readonly wallMs: number;
  readonly sources: readonly SourceStatus[];
  readonly lines: number;
  readonly detections: number;
  /** Requests per second: over the last full seconds, smoothed over 3. */
  readonly ratePerSecond: number;
  /** Wall clock minus event time of the newest line, when live; undefined in replay. */
  readonly lagMs: number | undefined;
  /** Lines lost to bounds anywhere (never silently). */
  readonly dropped: number;
  readonly ended: boolean;
  readonly feed: FeedPage;
  readonly window: WindowName;
  readonly addresses: readonly AddressRow[];
  /** Distinct addresses in the window (an estimate above 1,000). */
  readonly addressCount: number;
  /** The last 120 steps. */
  readonly status: StatusSeries;
  readonly families: readonly { readonly family: Family; readonly count: number; readonly severity: Severity }[];
  /** By risk, worst first; at most 50, open ones. */
  readonly incidents: readonly Incident[];
  readonly incidentCount: number;
  /** Highest risk among open incidents as a level; undefined when quiet. */
  readonly risk: Severity | undefined;
  readonly alerts: { readonly waiting: number; readonly sent: number; readonly failed: number };
  /** How many outputs take nothing. */
  readonly outputsWaiting?: number;
  /** Checks that are used, for one line of the live screen. */
  readonly checks?: readonly CheckBrief[];
  /** Set while a time in the past is shown; everything but alerts and notices is then of that time. */
  readonly past?: PastInfo;
  /** Where state is kept: `''` when in the store, else why only in memory. */
  readonly memoryOnly: string;
  /** Set by the attached end of a screen: the engine that told all this has gone, so that it is old. */
  readonly isGone?: true;
  /** Short messages that the operator should see once (`log rotated`, `rules reloaded`), newest last. */
  readonly notices: readonly { readonly id: number; readonly text: string }[];
}
