import type { HashSeed } from '../collections/hash.ts';
import { createHyperLogLog } from '../collections/hyper-log-log.ts';
import { SEVERITIES, type Severity } from '../model/detection.ts';
import { type AddressRow, type AddressSort, WINDOWS, type WindowName } from '../model/snapshot.ts';
import { type AddressLevel, createAddressLevel, type SpannedWindow } from './address-level.ts';
import { selectTop } from './address-order.ts';
import { createAddressTable } from './address-table.ts';
import { bucketsOf, WINDOW_LEVELS } from './windows.ts';

export interface AddressLine {
  /** Event time that the watermark let pass. */
  readonly timeMs: number;
  /** Actor; lines without one (`''`) do not count. */
  readonly address: string;
  readonly status: number;
  /** -1 when unknown. */
  readonly bytes: number;
  readonly severity: Severity | undefined;
}

export interface TopRequest {
  readonly window: WindowName;
  readonly sort: AddressSort;
  readonly reverse: boolean;
  readonly limit: number;
  /** The watermark: windows end here, or at the newest line if that is later. */
  readonly nowMs: number;
}

/** Who does how much, over all rolling windows at once, in event time and bounded memory. */
export interface AddressWindows {
  record(line: AddressLine): void;
  /** The first `limit` addresses in that order, ties by hits, then by address; and how many addresses the window holds. */
  top(request: TopRequest): { rows: AddressRow[]; distinct: number };
  /** One address in a window; undefined when it is not there. */
  find(address: string, window: WindowName, nowMs: number): AddressRow | undefined;
  /** Addresses held now, of whatever window. */
  readonly size: number;
}

export interface AddressWindowsOptions {
  /** Addresses in a bucket (5 seconds, or a minute for the long windows) that is still open. Default 1,000. */
  readonly capacity?: number;
  readonly seed: HashSeed;
}

/** How much more room the window without an end gets: it is one bucket only. */
const ALL_FACTOR = 20;
/** A level may hold this many times the capacity before its buckets are cut down as they end ... */
const LEVEL_FACTOR = 10;
/** ... to this part of the capacity. */
const CLOSED_PART = 10;

/**
 * Rolling windows over buckets of time, each a Space-Saving table. While there are few enough addresses (1,000 in a bucket, 10,000 in all buckets of
 * a level, 20,000 ever) everything is exact, lines out of order included. Beyond that `hits` is never too high, and too low by at most a
 * hundredth of the window's lines (of the suspicious ones, which have tables of their own, a fiftieth; in `all` a twenty thousandth and a ten
 * thousandth); errors, bytes and severity then lack the same lines, and `distinct` becomes an estimate (standard error 1.6 %).
 */
export function createAddressWindows({ capacity = 1000, seed }: AddressWindowsOptions): AddressWindows {
  const table = createAddressTable(seed);
  const spans: { window: SpannedWindow; level: AddressLevel }[] = [];
  const levels = WINDOW_LEVELS.map(({ stepMs, windows }) => {
    const spanned = windows.map((name) => ({ index: WINDOWS.indexOf(name), buckets: bucketsOf(name, stepMs) }));
    const level = createAddressLevel({
      table,
      stepMs,
      windows: spanned,
      capacity: windows.includes('all') ? capacity * ALL_FACTOR : capacity,
      closedCapacity: Math.ceil(capacity / CLOSED_PART),
      maxCells: capacity * LEVEL_FACTOR,
    });
    for (const window of spanned) spans[window.index] = { window, level };
    return level;
  });
  const advance = (nowMs: number): void => {
    for (const level of levels) level.advance(nowMs);
  };

  function countDistinct(index: number, held: number): number {
    const span = spans[index];
    const overflowed = span?.level.overflowed(span.window) ?? [];
    if (overflowed.length === 0) return held;
    const union = createHyperLogLog();
    for (const counter of overflowed) union.merge(counter);
    for (let id = 0; id < table.end; id += 1) if (table.hits(id, index) > 0) union.add(table.registration(id));
    return Math.max(held, union.estimate());
  }

  return {
    get size() {
      return table.size;
    },
    record({ timeMs, address, status, bytes, severity }) {
      if (address === '') return;
      const id = table.intern(address);
      const worst = severity === undefined ? -1 : SEVERITIES.indexOf(severity);
      const hit = { timeMs, hits: 1, errors: status >= 400 ? 1 : 0, bytes: Math.max(0, bytes), severity: worst } as const;
      // Held while one level may evict the address right before the next one takes it in.
      table.hold(id);
      for (const level of levels) level.record(id, hit);
      table.release(id);
    },
    top({ window, sort, reverse, limit, nowMs }) {
      advance(nowMs);
      const index = WINDOWS.indexOf(window);
      const { chosen, held } = selectTop(table, { window: index, sort, reverse, limit });
      return { rows: chosen.map((id) => table.row(id, index)), distinct: countDistinct(index, held) };
    },
    find(address, window, nowMs) {
      advance(nowMs);
      const index = WINDOWS.indexOf(window);
      const id = table.find(address);
      return id < 0 || table.hits(id, index) === 0 ? undefined : table.row(id, index);
    },
  };
}
