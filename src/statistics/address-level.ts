import { createHyperLogLog, type HyperLogLog } from '../collections/hyper-log-log.ts';
import { type AddressCell, type AddressCells, createAddressCells } from './address-cells.ts';
import type { AddressTable } from './address-table.ts';
import { bucketAt } from './windows.ts';

/** A window of a level: its index in WINDOWS and how many buckets it spans. */
export interface SpannedWindow {
  readonly index: number;
  readonly buckets: number;
}

export interface AddressLevelOptions {
  readonly table: AddressTable;
  readonly stepMs: number;
  /** From short to long. */
  readonly windows: readonly SpannedWindow[];
  /** Harmless addresses in a bucket; half as many suspicious ones beside them. */
  readonly capacity: number;
  /** What a bucket keeps of that when it ends while the level holds more than `maxCells`. */
  readonly closedCapacity: number;
  readonly maxCells: number;
}

/** One line of an address. */
interface AddressHit {
  readonly timeMs: number;
  readonly hits: 1;
  readonly errors: 0 | 1;
  readonly bytes: number;
  /** Index into SEVERITIES; -1 for none. */
  readonly severity: number;
}

/** Buckets of one length; keeps the table's sums of its windows up to date as cells come, grow, and leave. */
export interface AddressLevel {
  record(id: number, hit: AddressHit): void;
  /** Lets buckets leave that are too old for their window at this time; time never goes back. */
  advance(timeMs: number): void;
  /** Distinct counters of the buckets in a window that had to let addresses go. */
  overflowed(window: SpannedWindow): HyperLogLog[];
}

interface Bucket {
  readonly number: number;
  readonly plain: AddressCells;
  /** Apart, so that no crowd of harmless addresses pushes out a suspicious one. */
  readonly suspicious: AddressCells;
  /** Everyone seen in it, once an address had to give way. */
  distinct: HyperLogLog | undefined;
}

export function createAddressLevel(options: AddressLevelOptions): AddressLevel {
  const { table, stepMs, windows } = options;
  const size = Math.max(...windows.map(({ buckets }) => buckets));
  const ring: (Bucket | undefined)[] = new Array(size).fill(undefined);
  let last = Number.NEGATIVE_INFINITY;
  let cells = 0;

  const slotOf = (bucket: number): number => ((bucket % size) + size) % size;
  const at = (bucket: number): Bucket | undefined => {
    const held = ring[slotOf(bucket)];
    return held?.number === bucket ? held : undefined;
  };

  function forget(id: number): void {
    cells -= 1;
    table.release(id);
  }

  function newBucket(number: number): Bucket {
    const onCreate = (id: number): void => {
      cells += 1;
      table.hold(id);
      bucket.distinct?.add(table.registration(id));
    };
    const onEvict = (id: number, cell: AddressCell): void => {
      bucket.distinct ??= distinctOf(bucket, table);
      for (const window of windows) if (last - number < window.buckets) removeCell(table, id, { cell, window: window.index });
      forget(id);
    };
    const bucket: Bucket = {
      number,
      plain: createAddressCells({ capacity: options.capacity, onCreate, onEvict }),
      suspicious: createAddressCells({ capacity: Math.ceil(options.capacity / 2), onCreate, onEvict }),
      distinct: undefined,
    };
    ring[slotOf(number)] = bucket;
    return bucket;
  }

  function leave(bucket: Bucket, window: SpannedWindow): void {
    const isLast = window.buckets === size;
    for (const cellTable of [bucket.plain, bucket.suspicious]) {
      cellTable.each((id, cell) => {
        removeCell(table, id, { cell, window: window.index });
        if (isLast) forget(id);
      });
    }
    if (isLast) ring[slotOf(bucket.number)] = undefined;
  }

  function close(bucket: Bucket | undefined): void {
    if (bucket === undefined || cells <= options.maxCells) return;
    bucket.plain.shrink(options.closedCapacity);
    bucket.suspicious.shrink(Math.ceil(options.closedCapacity / 2));
  }

  function moveTo(next: number): void {
    if (next <= last) return;
    if (last === Number.NEGATIVE_INFINITY) {
      last = next;
      return;
    }
    close(at(last));
    // Windows are listed from short to long: the longest, which lets go of the bucket itself, comes last.
    for (const window of windows) {
      const lastOut = Math.min(next - window.buckets, last);
      for (let number = last - window.buckets + 1; number <= lastOut; number += 1) {
        const bucket = at(number);
        if (bucket !== undefined) leave(bucket, window);
      }
    }
    last = next;
  }

  return {
    advance: (timeMs) => moveTo(bucketAt(timeMs, stepMs)),
    record(id, hit) {
      const number = bucketAt(hit.timeMs, stepMs);
      moveTo(number);
      const age = last - number;
      if (age >= size) return;
      const bucket = at(number) ?? newBucket(number);
      const before = (hit.severity < 0 ? bucket.plain : bucket.suspicious).add(id, hit);
      const isWorse = hit.severity > before;
      for (const { index, buckets } of windows) {
        if (age >= buckets) continue;
        table.add(id, index, hit);
        if (!isWorse) continue;
        if (before >= 0) table.addSeverity(id, index, before, -1);
        table.addSeverity(id, index, hit.severity, 1);
      }
    },
    overflowed(window) {
      const counters: HyperLogLog[] = [];
      for (const bucket of ring)
        if (bucket?.distinct !== undefined && last - bucket.number < window.buckets) counters.push(bucket.distinct);
      return counters;
    },
  };
}

function removeCell(table: AddressTable, id: number, { cell, window }: { readonly cell: AddressCell; readonly window: number }): void {
  table.subtract(id, window, cell);
  if (cell.severity >= 0) table.addSeverity(id, window, cell.severity, -1);
}

function distinctOf(bucket: Bucket, table: AddressTable): HyperLogLog {
  const counter = createHyperLogLog();
  for (const cellTable of [bucket.plain, bucket.suspicious]) cellTable.each((id) => counter.add(table.registration(id)));
  return counter;
}
