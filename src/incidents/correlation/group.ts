import { type Cell, cellAt, type Event, lowerBound } from './cells.ts';
import { copied, exampleOf, type Occurrence } from './fields.ts';
import { holds } from './measures.ts';
import { LATE_MS, type Plan } from './plan.ts';
import type { Run } from './runs.ts';

/** What a group is once enough events came for a window to be looked at. */
export interface Dense {
  /** In the order of time; those that no line can change any more are gone. */
  readonly cells: Cell[];
  /** Buckets that changed since windows were looked at; empty when from > to. */
  dirtyFrom: number;
  dirtyTo: number;
  /** Events since then. */
  fresh: number;
  /** Last bucket of the last window that was decided. */
  decided: number;
  /** Numbers that its cells' data hold. */
  size: number;
  /** The run that goes on. */
  run: Run | undefined;
  /** Stands for what it is about. */
  example: string;
}

/** The events of one correlation that share their values of `group-by`. */
export interface Group {
  readonly key: string;
  /** Time, payload and silence of the first few events, by turns: most groups never get any further. */
  listed: number[];
  /** Bits of all payloads. */
  bits: number;
  /** Time of the latest event. */
  latestMs: number;
  /** The latest clock when an event came. */
  seenMs: number;
  /** Used since it was last considered for eviction. */
  isRecent: boolean;
  /** Events in a row that were too late. */
  late: number;
  dense: Dense | undefined;
  /** Who sent the first event that came, and when, where the group does not say it. */
  firstActor: string;
  firstActorMs: number;
  /** All of them, once there is another event. */
  actors: Map<string, ActorTimes> | undefined;
}

export interface ActorTimes {
  firstMs: number;
  lastMs: number;
}

const STRIDE = 3;
/** Too late in a row: the log's clock was set back, or another log follows. */
const MAX_LATE = 5;
/** Values that a group keeps at most, beyond what its condition needs. */
const MAX_SIZE = 4096;

export const newGroup = (key: string): Group => ({
  key,
  listed: [],
  bits: 0,
  latestMs: Number.NEGATIVE_INFINITY,
  seenMs: Number.NEGATIVE_INFINITY,
  isRecent: false,
  late: 0,
  dense: undefined,
  firstActor: '',
  firstActorMs: 0,
  actors: undefined,
});

const bitsIn = (bits: number): number => {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
};

/** True when a first event may wait without a group. */
export const mayWait = (plan: Plan): boolean => plan.isRising && plan.listed > 1;

/** True when this event alone tells nothing. */
export const tellsNothingAlone = ({ rule, least }: Plan, { payload }: Event): boolean =>
  !rule.type.startsWith('temporal') || bitsIn(payload) < least;

/** Memory of a group, in numbers. */
export const wordsOf = ({ listed, dense, actors }: Group): number =>
  24 + listed.length + (dense === undefined ? 0 : 24 + 24 * dense.cells.length + 2 * dense.size) + (actors?.size ?? 0) * 12;

const horizonMs = (plan: Plan, group: Group): number => group.latestMs - LATE_MS - plan.rule.timespanMs;

/** Forgets listed events that can share no window with a line to come. */
function pruneListed(plan: Plan, group: Group): void {
  const from = horizonMs(plan, group);
  const kept: number[] = [];
  for (let i = 0; i < group.listed.length; i += STRIDE) {
    if ((group.listed[i] ?? 0) > from) kept.push(group.listed[i] ?? 0, group.listed[i + 1] ?? 0, group.listed[i + 2] ?? 0);
  }
  if (kept.length < group.listed.length) group.listed = kept;
}

/** True when the listed events might meet the condition, or are too many to list. */
function isRipe(plan: Plan, group: Group): boolean {
  const { type } = plan.rule;
  if ((type === 'temporal' || type === 'temporal_ordered') && plan.isRising && bitsIn(group.bits) >= plan.least) return true;
  if (group.listed.length < plan.listed * STRIDE) return false;
  pruneListed(plan, group);
  return group.listed.length * 2 >= plan.listed * STRIDE;
}

/** A value's latest occurrence is what windows to come will ask for. */
function forgetRepeats(dense: Dense, most: number): void {
  const seen = new Set<number>();
  let size = 0;
  for (let i = dense.cells.length - 1; i >= 0; i--) {
    const cell = dense.cells[i];
    if (cell === undefined) continue;
    cell.data = size >= most ? [] : cell.data.filter((value) => !seen.has(value) && seen.add(value) !== undefined);
    cell.known = undefined;
    size += cell.data.length;
  }
  dense.size = size;
}

function putInCell(plan: Plan, dense: Dense, event: Event): void {
  const bucket = Math.floor(event.timeMs / plan.bucketMs);
  const cell = cellAt(dense.cells, bucket, event.timeMs);
  cell.firstMs = Math.min(cell.firstMs, event.timeMs);
  cell.lastMs = Math.max(cell.lastMs, event.timeMs);
  cell.count++;
  if (event.isSilent) cell.silent++;
  dense.size += plan.measure.put(cell, event);
  if (plan.rule.type === 'value_count' && dense.size > MAX_SIZE + 8 * plan.least) forgetRepeats(dense, (MAX_SIZE + 8 * plan.least) / 2);
  dense.fresh++;
  if (dense.dirtyFrom > dense.dirtyTo) {
    dense.dirtyFrom = bucket;
    dense.dirtyTo = bucket;
  } else {
    dense.dirtyFrom = Math.min(dense.dirtyFrom, bucket);
    dense.dirtyTo = Math.max(dense.dirtyTo, bucket);
  }
}

function condense(plan: Plan, group: Group, example: string): Dense {
  const dense: Dense = {
    cells: [],
    dirtyFrom: 0,
    dirtyTo: -1,
    fresh: 0,
    decided: Number.NEGATIVE_INFINITY,
    size: 0,
    run: undefined,
    example,
  };
  for (let i = 0; i < group.listed.length; i += STRIDE) {
    const isSilent = group.listed[i + 2] === 1;
    putInCell(plan, dense, { timeMs: group.listed[i] ?? 0, payload: group.listed[i + 1] ?? 0, isSilent });
  }
  group.listed = [];
  return dense;
}

/** True for an event older than every window that can still change. */
export const isTooLate = (plan: Plan, group: Group, timeMs: number): boolean => timeMs <= horizonMs(plan, group);

/** True when so many events in a row were too late that the clock which wrote the log must have been set back. */
export function isSetBack(group: Group): boolean {
  group.late++;
  return group.late >= MAX_LATE;
}

/** What stands for an event in a story: itself, or the entry that it is taken from. */
export type Example = string | Occurrence;

/** Adds an event that is not too late. `example` is used when it is the first for which windows are looked at. */
export function addToGroup(plan: Plan, group: Group, event: Event, example: Example): void {
  group.late = 0;
  group.latestMs = Math.max(group.latestMs, event.timeMs);
  if (group.dense !== undefined) {
    putInCell(plan, group.dense, event);
    return;
  }
  // A list of exactly one event: most groups stay that small.
  if (group.listed.length === 0) group.listed = [event.timeMs, event.payload, event.isSilent ? 1 : 0];
  else group.listed.push(event.timeMs, event.payload, event.isSilent ? 1 : 0);
  group.bits |= event.payload;
  if (isRipe(plan, group)) group.dense = condense(plan, group, typeof example === 'string' ? copied(example) : exampleOf(example));
}

/** Looks at every window that holds a changed bucket, and marks the cells of those that meet the condition. */
function lookAtChanged(plan: Plan, dense: Dense, met: Cell[]): void {
  const { cells } = dense;
  const window = plan.measure.window();
  let first = lowerBound(cells, dense.dirtyFrom - plan.span + 1);
  let marked = first;
  for (let at = first; at < cells.length; at++) {
    const cell = cells[at];
    if (cell === undefined || cell.bucket >= dense.dirtyTo + plan.span) break;
    window.add(cell);
    const from = cell.bucket - plan.span + 1;
    for (let gone = cells[first]; gone !== undefined && gone.bucket < from; gone = cells[++first]) window.remove(gone);
    if (cell.bucket < dense.dirtyFrom) continue;
    const value = window.value(from);
    if (!holds(plan.rule.comparisons, value)) continue;
    for (marked = Math.max(marked, first); marked <= at; marked++) {
      const each = cells[marked];
      if (each !== undefined) each.counted = true;
    }
    if (!cell.met) met.push(cell);
    cell.met = true;
    cell.best = Math.max(cell.best, value);
  }
}

/** Decides windows one after another, each from the first event behind the one before, as far as no line can be missing. */
function decide(plan: Plan, dense: Dense, settledMs: number, met: Cell[]): void {
  const { cells } = dense;
  for (;;) {
    const start = lowerBound(cells, dense.decided + 1);
    const end = (cells[start]?.bucket ?? Number.POSITIVE_INFINITY) + plan.span - 1;
    if ((end + 1) * plan.bucketMs > settledMs || end === Number.POSITIVE_INFINITY) return;
    const window = plan.measure.window();
    const inside = cells.slice(start, lowerBound(cells, end + 1));
    for (const cell of inside) window.add(cell);
    const value = window.value(end - plan.span + 1);
    dense.decided = end;
    const last = inside.at(-1);
    if (last === undefined || !holds(plan.rule.comparisons, value)) continue;
    for (const cell of inside) cell.counted = true;
    last.met = true;
    last.best = value;
    met.push(last);
  }
}

/** Looks at windows that changed; the cells at which a window now first meets the condition. Lines up to `settledMs` are all there. */
export function evaluate(plan: Plan, dense: Dense, settledMs: number): readonly Cell[] {
  const met: Cell[] = [];
  if (!plan.isRising) decide(plan, dense, settledMs, met);
  else if (dense.dirtyFrom <= dense.dirtyTo) lookAtChanged(plan, dense, met);
  dense.dirtyFrom = 0;
  dense.dirtyTo = -1;
  dense.fresh = 0;
  return met;
}

/** Bucket up to which cells can share no window with a line to come. */
export const settledBucket = (plan: Plan, group: Group): number =>
  Math.floor(group.latestMs / plan.bucketMs) - plan.lateBuckets - plan.span;
