import type { ThreadKind } from '../../model/alert.ts';
import type { Family, Severity } from '../../model/detection.ts';
import type { Policy } from './policy.ts';
import type { Counts } from './subject.ts';

/** What a message is about, for when the incident itself is no longer held. */
export interface Summary {
  readonly who: string;
  readonly title: string;
  readonly severity: Severity;
  readonly success: boolean;
}

/** An incident that a rule fits and that is gathered: nothing was said of it yet. */
export interface Pending extends Summary {
  readonly id: string;
  /** Number of the rule. */
  readonly rule: number;
  readonly family: Family | '';
  readonly counts: Counts;
  readonly lastMs: number;
  readonly dueMs: number;
}

/** What was told about, or counted in a digest: an incident, or many alike (a burst). */
export interface Thread extends Summary {
  /** The incident's id, or one that begins with `burst-`. */
  readonly id: string;
  readonly rule: number;
  /** Of a burst: the family that all share, `'*'` when several do; undefined for one incident. */
  readonly alike: Family | '*' | undefined;
  readonly family: Family | '';
  readonly openedMs: number;
  /** Last live detection. */
  readonly lastMs: number;
  readonly lastSentMs: number;
  readonly counts: Counts;
  /** Incidents: 1, or how many a burst has. */
  readonly members: number;
  /** Of a burst: the first or worst of them by name, and how many of each family. */
  readonly names: readonly string[];
  readonly families: Readonly<Record<string, number>>;
  /** Names that joined since the last message and must be told: those that succeeded. */
  readonly fresh: readonly string[];
  /** How it stood in the last message. */
  readonly told: Counts & {
    readonly severity: Severity;
    readonly success: boolean;
    readonly members: number;
    readonly acknowledged: boolean;
  };
  /** Next sequence number by channel; 0 where it only stands in a digest. */
  readonly channels: Readonly<Record<string, number>>;
  readonly escalateMs: number | undefined;
  readonly acknowledged: boolean;
  readonly ended: boolean;
  /** It went on after it had ended, and nobody was told yet. */
  readonly returned: boolean;
}

/** What one channel got. */
export interface ChannelUse {
  /** Times of messages of the last hour, oldest first. */
  readonly sent: readonly number[];
  readonly digestMs: number | undefined;
  readonly overflow: Overflow | undefined;
}

/** What the ceiling held back, for one digest. */
export interface Overflow {
  readonly sinceMs: number;
  readonly lastMs: number;
  /** Threads of which nothing was told, at most a bound; `more` counts those beyond. */
  readonly ids: readonly string[];
  readonly more: number;
  /** Threads that were told before and have news, at most a bound. */
  readonly updates: readonly string[];
  readonly urgent: boolean;
}

/** All that must be known to decide; plain data but for its maps. */
export interface PolicyState {
  readonly pending: ReadonlyMap<string, Pending>;
  readonly threads: ReadonlyMap<string, Thread>;
  /** Burst by who takes part: an incident may be forgotten in a flood and come back with another id. */
  readonly memberOf: ReadonlyMap<string, string>;
  readonly channels: ReadonlyMap<string, ChannelUse>;
  readonly digestAtMs: number | undefined;
  readonly digestFromMs: number | undefined;
}

export const EMPTY_STATE: PolicyState = {
  pending: new Map(),
  threads: new Map(),
  memberOf: new Map(),
  channels: new Map(),
  digestAtMs: undefined,
  digestFromMs: undefined,
};

/** The state while a step works on it: its own maps, to be changed. */
export interface Draft {
  readonly pending: Map<string, Pending>;
  readonly threads: Map<string, Thread>;
  readonly memberOf: Map<string, string>;
  readonly channels: Map<string, ChannelUse>;
  digestAtMs: number | undefined;
  digestFromMs: number | undefined;
  readonly nowMs: number;
  readonly policy: Policy;
  /** Takes down why something is not sent; left out where nobody asks. */
  readonly explain: ((note: Omit<NoteEffect, 'type'>) => void) | undefined;
  /** Channels of threads that got their first message in this step: there is nothing newer to tell them. */
  readonly justOpened: Set<string>;
  readonly effects: Effect[];
}

export const draftOf = (state: PolicyState, { nowMs, policy, explain }: { nowMs: number; policy: Policy; explain: boolean }): Draft => {
  const effects: Effect[] = [];
  return {
    ...mapsOf(state),
    nowMs,
    policy,
    explain: explain ? (note) => void effects.push({ type: 'note', ...note }) : undefined,
    justOpened: new Set(),
    effects,
  };
};

const mapsOf = (state: PolicyState) => ({
  pending: new Map(state.pending),
  threads: new Map(state.threads),
  memberOf: new Map(state.memberOf),
  channels: new Map(state.channels),
  digestAtMs: state.digestAtMs,
  digestFromMs: state.digestFromMs,
});

/** What is to be done, or was decided. */
export type Effect = SendEffect | HeldDigestEffect | ReportEffect | NoteEffect;

export interface SendEffect {
  readonly type: 'send';
  readonly channel: string;
  readonly kind: ThreadKind;
  readonly sequence: number;
  readonly thread: Thread;
  /** Counts since the last message; undefined in the first. */
  readonly since: Counts | undefined;
  /** Why, for people: `rule 2`. */
  readonly why: string;
  /** For the reader of the message; `''` when there is nothing to add. */
  readonly note: string;
}

/** One message about all that the ceiling held back. */
export interface HeldDigestEffect {
  readonly type: 'held';
  readonly channel: string;
  readonly overflow: Overflow;
  /** Of which nothing was told. */
  readonly threads: readonly Thread[];
  /** That have news. */
  readonly updated: readonly Thread[];
}

/** The scheduled digest. */
export interface ReportEffect {
  readonly type: 'report';
  readonly channels: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** Why something is not sent, or not now. */
export interface NoteEffect {
  readonly type: 'note';
  readonly id: string;
  readonly who: string;
  readonly title: string;
  readonly what: 'no rule' | 'never' | 'hours' | 'quiet' | 'ceiling' | 'burst' | 'acknowledged';
  readonly why: string;
}

const VERSION = 1;

/** As the store keeps it. */
export const packState = (state: PolicyState): unknown => ({
  version: VERSION,
  pending: [...state.pending.values()],
  threads: [...state.threads.values()],
  memberOf: [...state.memberOf],
  channels: [...state.channels],
  digestAtMs: state.digestAtMs,
  digestFromMs: state.digestFromMs,
});

/** As it was kept; the empty state for what another version wrote. */
export function unpackState(kept: unknown): PolicyState {
  if (typeof kept !== 'object' || kept === null || Reflect.get(kept, 'version') !== VERSION) return EMPTY_STATE;
  const { pending, threads, memberOf, channels, digestAtMs, digestFromMs } = kept as {
    pending: Pending[];
    threads: Thread[];
    memberOf: [string, string][];
    channels: [string, ChannelUse][];
    digestAtMs?: number;
    digestFromMs?: number;
  };
  return {
    pending: new Map(pending.map((one) => [one.id, one])),
    threads: new Map(threads.map((one) => [one.id, { ...one, alike: one.alike, escalateMs: one.escalateMs }])),
    memberOf: new Map(memberOf),
    channels: new Map(channels.map(([name, use]) => [name, { sent: use.sent, digestMs: use.digestMs, overflow: use.overflow }])),
    digestAtMs,
    digestFromMs,
  };
}
