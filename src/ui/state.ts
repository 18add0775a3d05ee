import type { ActorDetail, ChannelInfo, EntryDetail, RejectedLine } from '../engine/protocol.ts';
import type { AlertRecord, AlertTarget, Delivery } from '../model/alert.ts';
import type { BanList, BanRow } from '../model/ban.ts';
import type { CheckDetail, CheckName, CheckRow, KeptFinding } from '../model/check.ts';
import type { BaselineReport, BaselineRow } from '../model/history.ts';
import type { Incident, IncidentState } from '../model/incident.ts';
import type { OutputInfo } from '../model/output.ts';
import type { Rehearsal, RuleDetail, RuleList, RuleRow } from '../model/rule-list.ts';
import type { AddressSort, FeedRow, Snapshot, SourceStatus, WindowName } from '../model/snapshot.ts';
import type { BanDialog } from './ban-dialog.ts';
import type { MuteDialog } from './mute-dialog.ts';

export const RULE_ORDERS = ['hits', 'level', 'last'] as const;
export type RuleOrder = (typeof RULE_ORDERS)[number];

/** Size of the terminal in cells. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Screens with a list or text of their own; `live` is always at the bottom of the stack. */
export type Screen =
  | { readonly kind: 'live' }
  | { readonly kind: 'entry'; readonly rowId: number; readonly detail: EntryDetail | 'loading' | 'gone'; readonly scroll: number }
  | {
      readonly kind: 'actor';
      /** `''` for the target of an incident. */
      readonly address: string;
      /** `''` when only the address is known. */
      readonly incidentId: string;
      readonly detail: ActorDetail | 'loading';
      readonly scroll: number;
      /** The step of the story that the cursor stands on, counted from 0. */
      readonly step: number;
    }
  | { readonly kind: 'incidents'; readonly items: readonly Incident[] | 'loading'; readonly selected: string | undefined }
  | { readonly kind: 'alerts'; readonly items: readonly AlertRecord[] | 'loading'; readonly selected: string | undefined }
  | { readonly kind: 'rejected'; readonly items: readonly RejectedLine[] | 'loading'; readonly selected: string | undefined }
  /** Sources are those of the snapshot. */
  | { readonly kind: 'outputs'; readonly list: readonly OutputInfo[] | 'loading'; readonly selected: string | undefined }
  | { readonly kind: 'baseline'; readonly report: BaselineReport | 'loading'; readonly selected: string | undefined }
  | { readonly kind: 'bans'; readonly list: BanList | 'loading'; readonly selected: string | undefined }
  | {
      readonly kind: 'checks';
      readonly list: readonly CheckRow[] | 'loading';
      readonly selected: string | undefined;
      /** Of the selected one, once it is read. */
      readonly detail: CheckDetail | undefined;
    }
  /** Findings of one check. */
  | {
      readonly kind: 'check';
      readonly name: CheckName;
      readonly detail: CheckDetail | 'loading' | 'gone';
      readonly selected: string | undefined;
    }
  | { readonly kind: 'rules'; readonly list: RuleList | 'loading'; readonly selected: string | undefined; readonly order: RuleOrder }
  | { readonly kind: 'rule'; readonly ruleId: string; readonly detail: RuleDetail | 'loading' | 'gone'; readonly scroll: number }
  /** What a change of a rule would have raised. */
  | {
      readonly kind: 'rehearsal';
      readonly row: RuleRow;
      /** The change as it was typed. */
      readonly text: string;
      readonly result: Rehearsal | 'running' | { readonly problem: string };
      readonly scroll: number;
    }
  /** A text to read, over the screen it was asked for on. */
  | { readonly kind: 'paper'; readonly title: string; readonly note: string; readonly text: string; readonly scroll: number }
  | { readonly kind: 'help'; readonly scroll: number };
export type ScreenKind = Screen['kind'];

/** Panels of the live screen that keys can go to, in the order of Tab. */
export const PANELS = ['feed', 'addresses', 'status', 'incidents'] as const;
type Panel = (typeof PANELS)[number];

export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** What is about to be said of an incident. */
export interface Marking {
  readonly incidentId: string;
  /** Harmless already. */
  readonly subject: string;
  readonly before: IncidentState;
  readonly state: IncidentState;
}

/** Something done that can be taken back. */
export type Undoable =
  | { readonly kind: 'marking'; readonly marking: Marking }
  /** `subject` says what it is, harmless already. */
  | { readonly kind: 'mute'; readonly id: string; readonly subject: string }
  | { readonly kind: 'ban'; readonly subjects: readonly string[]; readonly banner: string; readonly subject: string }
  | { readonly kind: 'rule'; readonly changeId: string; readonly subject: string };

/** A line being typed; `cursor` is an offset into `text`. */
export interface Input {
  readonly purpose: 'filter' | 'find' | 'command' | 'note' | 'rehearse' | 'attack';
  /** What a note is written for. */
  readonly marking?: Marking;
  /** The check whose attack on its target is to be agreed to. */
  readonly check?: CheckName;
  /** What a rehearsal is about. */
  readonly rule?: RuleRow;
  readonly text: string;
  readonly cursor: number;
  /** Why Enter cannot take it as it stands; `''` when it can. */
  readonly error: string;
}

export interface SendResult {
  readonly channel: string;
  readonly delivery: Delivery;
  readonly waiting: boolean;
}

/** The alert being written: which channels, which note, and exactly what each channel will get. */
export interface AlertDialog {
  readonly target: AlertTarget;
  /** What the alert is about, for the dialog's title. Harmless already. */
  readonly subject: string;
  readonly channels: readonly ChannelInfo[] | 'loading';
  readonly chosen: readonly string[];
  readonly cursor: number;
  readonly note: string;
  readonly noteCursor: number;
  /** Which part takes the keys. */
  readonly focus: 'channels' | 'note' | 'preview';
  readonly previews: readonly { readonly channel: string; readonly text: string }[];
  /** What `previews` were made for, see `previewKey` in dialog.ts; `''` before the first. */
  readonly previewKey: string;
  readonly scroll: number;
  readonly phase: 'editing' | 'sending' | 'done';
  readonly results: readonly SendResult[];
}

/** One line that the operator sees until the next key or for a few seconds. Harmless already. */
export interface Message {
  readonly text: string;
  readonly tone: 'info' | 'warning';
  readonly shownMs: number;
}

/** Everything that decides what stands on the screen. Only `reduce` makes a new one. */
export interface UiState {
  readonly size: Size;
  /** Wall clock as of the last tick or snapshot. */
  readonly nowMs: number;
  readonly screens: readonly [Screen, ...Screen[]];
  readonly snapshot: Snapshot | undefined;
  /** Rises whenever the view asked of the engine changes. */
  readonly viewId: number;
  readonly focus: Panel;
  /** Where the feed stands: `tail` follows. */
  readonly bottom: 'tail' | { readonly rowId: number; readonly shift: number };
  readonly paused: boolean;
  /** The row the operator moved to; undefined while following untouched (then {@link cursorRow} says which row keys act on). */
  readonly selected: number | undefined;
  /** An edge of the feed that becomes selected with the snapshot that answers the current view. */
  readonly selectOnArrival: 'first' | 'last' | undefined;
  readonly selectedAddress: string | undefined;
  readonly selectedStatus: StatusClass;
  readonly selectedIncident: string | undefined;
  /** Columns that long lines are moved to the left. */
  readonly sideways: number;
  /** Filters in the order in which they were opened; all must hold. */
  readonly filters: readonly string[];
  readonly find: string;
  readonly window: WindowName;
  readonly sort: AddressSort;
  readonly reverse: boolean;
  readonly theme: string;
  readonly themes: readonly string[];
  readonly input: Input | undefined;
  readonly dialog: AlertDialog | undefined;
  readonly muting: MuteDialog | undefined;
  readonly ban: BanDialog | undefined;
  readonly message: Message | undefined;
  /** Whether a time of the past is shown, or looked for. */
  readonly past: 'none' | 'opening' | 'open';
  /** Rises with every turn between present and past. */
  readonly turns: number;
  /** The turn whose moment was put in sight. */
  readonly settledTurn: number;
  /** What `u` takes back, the last done last; at most {@link MAX_UNDO}. */
  readonly undo: readonly Undoable[];
  /** The last notice of the engine that was shown. */
  readonly lastNotice: number;
}

export interface InitialOptions {
  readonly size: Size;
  readonly nowMs: number;
  /** Names of the themes to go through with `t`; the first one in use is `theme`. */
  readonly themes: readonly string[];
  readonly theme: string;
  readonly filter?: string;
  readonly window?: WindowName;
}

export function initialState({ size, nowMs, themes, theme, filter, window = '5m' }: InitialOptions): UiState {
  return {
    size,
    nowMs,
    screens: [{ kind: 'live' }],
    snapshot: undefined,
    viewId: 1,
    focus: 'feed',
    bottom: 'tail',
    paused: false,
    selected: undefined,
    selectOnArrival: undefined,
    selectedAddress: undefined,
    selectedStatus: '5xx',
    selectedIncident: undefined,
    sideways: 0,
    filters: filter ? [filter] : [],
    find: '',
    window,
    sort: 'hits',
    reverse: false,
    theme,
    themes,
    input: undefined,
    dialog: undefined,
    muting: undefined,
    ban: undefined,
    message: undefined,
    past: 'none',
    turns: 0,
    settledTurn: 0,
    undo: [],
    lastNotice: 0,
  };
}

export const MAX_UNDO = 20;

/** The screen of who did it, not read yet. */
export const actorScreen = (address: string, incidentId = ''): Screen => ({
  kind: 'actor',
  address,
  incidentId,
  detail: 'loading',
  scroll: 0,
  step: 0,
});

export const topScreen = (state: UiState): Screen => state.screens.at(-1) ?? { kind: 'live' };

export const isFollowing = (state: UiState): boolean => state.bottom === 'tail';

/** The whole filter as the engine gets it: every opened one must hold. */
export const wholeFilter = (state: UiState): string =>
  state.filters.length > 1 ? state.filters.map((filter) => `(${filter})`).join(' ') : (state.filters[0] ?? '');

/**
 * The row that Enter, `a`, `i` and `y` act on: the one moved to; untouched, the newest suspicious row in sight, else the newest. It is
 * drawn as selected, so that what a key will do is seen before.
 */
export function cursorRow(state: UiState): FeedRow | undefined {
  const rows = state.snapshot?.feed.rows ?? [];
  if (state.selected !== undefined) return rows.find((row) => row.id === state.selected);
  return (
    rows.findLast((row) => row.severity === 'critical' || row.severity === 'high') ?? rows.findLast((row) => row.severity) ?? rows.at(-1)
  );
}

/** The item of a list with this key, else the first: a list that has items always has a cursor. */
export const itemAt = <T>(items: readonly T[], key: (item: T) => string, selected: string | undefined): T | undefined =>
  items.find((item) => key(item) === selected) ?? items[0];

export const addressCursor = (state: UiState) => itemAt(state.snapshot?.addresses ?? [], (row) => row.address, state.selectedAddress);
export const incidentCursor = (state: UiState) =>
  itemAt(state.snapshot?.incidents ?? [], (incident) => incident.id, state.selectedIncident);

export const incidentKey = (incident: Incident): string => incident.id;
export const banRowKey = (row: BanRow): string => `${row.banner} ${row.subject}`;
export const checkKey = (row: CheckRow): string => row.name;
export const findingKey = ({ finding, state }: KeptFinding): string => `${state} ${finding.key}`;
export const alertKey = (record: AlertRecord): string => `${record.id} ${record.channel}`;
export const baselineKey = (row: BaselineRow): string => `${row.section} ${row.kind} ${row.text}`;
export const sourceKey = ({ id }: SourceStatus): string => `source ${id}`;
export const outputKey = ({ name }: OutputInfo): string => `output ${name}`;
export const rejectedKey = (line: RejectedLine): string => `${line.source} ${line.sequence}`;
