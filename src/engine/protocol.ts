import type { AlertRecord, AlertTarget, Delivery } from '../model/alert.ts';
import type { Hit, Outcome, Severity } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import type { Incident } from '../model/incident.ts';
import type { AddressRow, AddressSort, FeedRow, Snapshot, WindowName } from '../model/snapshot.ts';

/** What the screen wants to see; every snapshot answers the latest one. */
export interface View {
  readonly id: number;
  /** Rows of the feed that fit. */
  readonly rows: number;
  /** The last row shown: the newest (`tail`), or `shift` matching rows after (negative: before) row `rowId`. */
  readonly bottom: 'tail' | { readonly rowId: number; readonly shift: number };
  /** Filter language text; `''` for all. The screen has parsed it without error. */
  readonly filter: string;
  readonly window: WindowName;
  readonly sort: AddressSort;
  readonly reverse: boolean;
  readonly addressRows: number;
}

/** One decoding step of a matched field, for the entry screen: text after the step. */
export interface DecodeStep {
  readonly step: string;
  readonly text: string;
  /** Where the match stands in `text`, if it does. */
  readonly match: { readonly start: number; readonly end: number } | undefined;
}

export interface EntryDetail {
  readonly row: FeedRow;
  readonly source: string;
  readonly format: string;
  readonly entry: Entry;
  readonly hits: readonly Hit[];
  readonly severity: Severity | undefined;
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  /** What the server answered and whether that is unusual for this path: one sentence. */
  readonly answer: string;
  /** Strongest match's field from `as logged` to the view that matched. */
  readonly decoding: readonly DecodeStep[];
  readonly incident: Incident | undefined;
}

export interface ActorDetail {
  readonly address: string;
  readonly inWindow: AddressRow | undefined;
  readonly incident: Incident | undefined;
  /** Story beats, oldest first; at most 100. */
  readonly story: readonly { readonly timeMs: number; readonly stage: string; readonly text: string; readonly severity: Severity }[];
  readonly statuses: Readonly<Record<string, number>>;
  readonly userAgents: readonly string[];
  readonly paths: readonly (readonly [path: string, count: number])[];
  /** Requests a minute, oldest first, at most 60. */
  readonly perMinute: readonly number[];
}

export interface ChannelInfo {
  readonly name: string;
  readonly type: string;
  /** Where it goes, without secrets: `ops@example.org by mail.example.org:587`. */
  readonly destination: string;
}

export interface RejectedLine {
  readonly source: string;
  readonly sequence: number;
  readonly reason: string;
  readonly text: string;
}

/** The whole vocabulary between screen and engine: name → request and reply. */
export interface Protocol {
  /** Replies with the snapshot for this view at once; later snapshots follow it. */
  view: { request: View; reply: Snapshot };
  entry: { request: { rowId: number }; reply: EntryDetail | undefined };
  actor: { request: { address: string }; reply: ActorDetail };
  /** The next row id before or after `rowId` that is suspicious or holds `text`; only rows that pass `filter`. */
  seek: { request: { rowId: number; direction: 1 | -1; filter: string; what: 'suspicious' | { text: string } }; reply: number | undefined };
  incidents: { request: Record<string, never>; reply: readonly Incident[] };
  rejected: { request: Record<string, never>; reply: readonly RejectedLine[] };
  channels: { request: Record<string, never>; reply: readonly ChannelInfo[] };
  /** The exact message for each named channel. */
  'alert.preview': {
    request: { target: AlertTarget; channels: readonly string[]; note: string };
    reply: readonly { channel: string; text: string }[];
  };
  /** Puts the message into the outbox, tries once, and says what happened; a failure that may pass waits there. */
  'alert.send': {
    request: { target: AlertTarget; channels: readonly string[]; note: string };
    reply: readonly { channel: string; delivery: Delivery; waiting: boolean }[];
  };
  alerts: { request: Record<string, never>; reply: readonly AlertRecord[] };
}
export type Command = keyof Protocol;

/** What the engine says unasked. */
export type EngineEvent =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  /** Something that must reach the operator's terminal: bell and OSC 9 text, already harmless. */
  | { readonly type: 'notify'; readonly text: string }
  | { readonly type: 'spawned' | 'exited'; readonly pid: number }
  | { readonly type: 'fatal'; readonly message: string };

/** How the screen speaks to an engine, in the same thread or another. */
export interface EngineClient {
  request<C extends Command>(command: C, request: Protocol[C]['request']): Promise<Protocol[C]['reply']>;
  subscribe(listener: (event: EngineEvent) => void): () => void;
  /** Stops sources, commits positions, sends nothing more. */
  close(): Promise<void>;
}
