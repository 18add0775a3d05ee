import type { AlertRecord, AlertState } from '../model/alert.ts';
import type { CheckName, CheckRun, KeptFinding } from '../model/check.ts';
import type { HistoryRecord, HistorySlot } from '../model/history.ts';
import type { IncidentRecord } from '../model/incident.ts';
import type { Position } from '../model/position.ts';

/** What is written together, in one transaction: all of it or nothing. */
export interface StoreBatch {
  /** By source key. */
  readonly positions?: readonly (readonly [key: string, position: Position])[];
  /** Inserted, or replaced by id. */
  readonly incidents?: readonly IncidentRecord[];
  /** Inserted, or replaced by id. */
  readonly alerts?: readonly AlertRecord[];
  /** Inserted; one of the same scope, span and begin is replaced only by one of as many requests: a log read in part again knows less. */
  readonly history?: readonly HistoryRecord[];
  /** State of a part of the engine by its name, plain JSON; replaced. */
  readonly kept?: readonly (readonly [name: string, value: unknown])[];
  /** Inserted, or replaced by id. */
  readonly checkRuns?: readonly CheckRun[];
  /** All findings of a check, in their order; they take the place of those of before. */
  readonly findings?: readonly (readonly [check: CheckName, findings: readonly KeptFinding[]])[];
}

/** Slots of one scope and span that begin in a range of event time. */
export interface HistoryRange {
  readonly scope: string;
  readonly spanMs: number;
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

export type AlertCounts = Readonly<Record<AlertState, number>>;

/** The tables of the state. Both implementations, file and memory, behave alike; calls are synchronous and short. */
export interface Tables {
  readonly incidents: {
    save(incidents: readonly IncidentRecord[]): void;
    get(id: string): IncidentRecord | undefined;
    /** Those not closed, worst risk first, then latest; at most `limit` (default 1,000). */
    open(limit?: number): readonly IncidentRecord[];
    /** Latest end first; at most `limit` (default 500). */
    recent(limit?: number): readonly IncidentRecord[];
    /** Of one actor, latest end first; at most `limit` (default 100). */
    byActor(actor: string, limit?: number): readonly IncidentRecord[];
  };
  readonly outbox: {
    /** A record whose id is there already changes nothing. */
    add(record: AlertRecord): void;
    /** Replaces the record with this id; an unknown id changes nothing. */
    update(record: AlertRecord): void;
    /** Waiting ones whose next try is not after `nowMs` (or not set), longest due first; at most 100. */
    due(nowMs: number): readonly AlertRecord[];
    /** When the next waiting one is due; undefined when none waits. */
    nextDueMs(): number | undefined;
    /** Newest message first; at most `limit` (default 500). */
    list(limit?: number): readonly AlertRecord[];
    counts(): AlertCounts;
  };
  readonly positions: {
    get(key: string): Position | undefined;
    set(key: string, position: Position): void;
  };
  readonly history: {
    /** Oldest first; at most 4,000. */
    range(range: HistoryRange): readonly HistorySlot[];
  };
  readonly kept: {
    /** What was kept by this name; undefined when nothing was. */
    get(name: string): unknown;
  };
  readonly checks: {
    /** Latest end first; at most `limit` (default 20). */
    runs(check: CheckName, limit?: number): readonly CheckRun[];
    /** As they were written. */
    findings(check: CheckName): readonly KeptFinding[];
  };
  commit(batch: StoreBatch): void;
  /** Forgets what is older than the retention and what is above the bounds; open incidents and waiting alerts stay, up to twice the bound. */
  prune(nowMs: number): void;
  /** Everything held, to carry it into another implementation. */
  everything(): Required<StoreBatch>;
  close(): void;
}

/** The embedded state of one engine. No call throws: a file that fails is replaced by memory, and `memoryOnly` then says why. */
export interface Store extends Tables {
  /** `''` when the state is in its file, else one sentence why it is only in memory. May change while running. */
  readonly memoryOnly: string;
  /** What the operator should see once, e.g. that a damaged file was moved aside. */
  readonly notices: readonly string[];
}

export const RETENTION_MS = 90 * 24 * 3_600_000;
/** How long slots of traffic are kept, from when they were written: those of five minutes, and those of an hour. */
export const HISTORY_RETENTION_MS = { fine: 8 * 24 * 3_600_000, coarse: RETENTION_MS } as const;
export const MAX_INCIDENTS = 10_000;
export const MAX_ALERTS = 5_000;
export const MAX_POSITIONS = 10_000;
/** Slots of each span over all scopes. */
export const MAX_HISTORY = 5_000;
export const HISTORY_LIMIT = 4_000;
/** Slots of each span that are carried into another implementation when the file fails. */
export const HISTORY_CARRIED = 300;
/** Runs of each check, and findings of each. */
export const MAX_CHECK_RUNS = 200;
export const MAX_FINDINGS = 8_000;
export const CHECK_RUNS_LIMIT = 20;
export const DUE_LIMIT = 100;
export const LIST_LIMIT = 500;
export const OPEN_LIMIT = 1_000;
export const ACTOR_LIMIT = 100;
