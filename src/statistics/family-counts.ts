import { FAMILIES, type Family, SEVERITIES, type Severity } from '../model/detection.ts';
import type { WindowName } from '../model/snapshot.ts';
import { bucketAt, bucketsOf, WINDOW_LEVELS } from './windows.ts';

interface FamilyCount {
  readonly family: Family;
  /** Detections of the family in the window. */
  readonly count: number;
  /** The worst of them. */
  readonly severity: Severity;
}

/** Detections per family over the rolling windows, in event time and fixed memory. */
export interface FamilyCounts {
  /** Counts one detection; times must have passed the watermark. A detection of two families counts in both. */
  record(detection: { readonly timeMs: number; readonly families: readonly Family[]; readonly severity: Severity }): void;
  /** Families seen in the window, most frequent first, ties by name. */
  top(request: { readonly window: WindowName; readonly nowMs: number }): FamilyCount[];
}

const CELLS = FAMILIES.length * SEVERITIES.length;

export function createFamilyCounts(): FamilyCounts {
  const levels = WINDOW_LEVELS.map(({ stepMs, windows }) =>
    createLevel(stepMs, Math.max(...windows.map((window) => bucketsOf(window, stepMs)))),
  );
  return {
    record({ timeMs, families, severity }) {
      for (const level of levels) for (const family of families) level.count(timeMs, cellOf(family, severity));
    },
    top({ window, nowMs }) {
      const level = levels[WINDOW_LEVELS.findIndex(({ windows }) => windows.includes(window))];
      return level === undefined ? [] : summarize(level.sum(nowMs, window));
    },
  };
}

const cellOf = (family: Family, severity: Severity): number => FAMILIES.indexOf(family) * SEVERITIES.length + SEVERITIES.indexOf(severity);

function summarize(sums: Float64Array): FamilyCount[] {
  const rows: FamilyCount[] = [];
  for (const family of FAMILIES) {
    let count = 0;
    let worst: Severity | undefined;
    for (const severity of SEVERITIES) {
      const n = sums[cellOf(family, severity)] ?? 0;
      count += n;
      if (n > 0) worst = severity;
    }
    if (worst !== undefined) rows.push({ family, count, severity: worst });
  }
  return rows.sort((a, b) => b.count - a.count || (a.family < b.family ? -1 : 1));
}

/** A ring of buckets; each knows which time it stands for. */
function createLevel(stepMs: number, size: number) {
  const bucketIn = new Float64Array(size).fill(-1);
  const counts = new Uint32Array(size * CELLS);
  const slotOf = (bucket: number): number => ((bucket % size) + size) % size;
  return {
    count(timeMs: number, cell: number): void {
      const bucket = bucketAt(timeMs, stepMs);
      const slot = slotOf(bucket);
      const held = bucketIn[slot] ?? -1;
      if (held > bucket) return;
      if (held < bucket) {
        bucketIn[slot] = bucket;
        counts.fill(0, slot * CELLS, (slot + 1) * CELLS);
      }
      const at = slot * CELLS + cell;
      counts[at] = (counts[at] ?? 0) + 1;
    },
    sum(nowMs: number, window: WindowName): Float64Array {
      const sums = new Float64Array(CELLS);
      const last = bucketAt(nowMs, stepMs);
      for (let bucket = last - bucketsOf(window, stepMs) + 1; bucket <= last; bucket += 1) {
        const slot = slotOf(bucket);
        if (bucketIn[slot] !== bucket) continue;
        for (let cell = 0; cell < CELLS; cell += 1) sums[cell] = (sums[cell] ?? 0) + (counts[slot * CELLS + cell] ?? 0);
      }
      return sums;
    },
  };
}
