/** Classes of answers that a chart stacks; `other` are lines without a status. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx', 'other'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** One unit of time. */
export interface TimeBin {
  readonly counts: Readonly<Record<StatusClass, number>>;
  readonly detections: number;
}

/** Lines over time, oldest first, without holes. */
export interface TimeSeries {
  readonly startMs: number;
  readonly stepMs: number;
  readonly bins: readonly TimeBin[];
  /** Lines whose time lies so far from all others that the chart leaves them out. */
  readonly outside: number;
}

export interface TimeBins {
  add(timeMs: number, status: number, isDetection: boolean): void;
  /**
   * At most `most` bins, between the given times where they are set.
   * @param offsetMs what the zone adds to UTC, so that hours and days begin where people expect it
   */
  series(options: { most: number; offsetMs: number; fromMs?: number | undefined; toMs?: number | undefined }): TimeSeries;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Grains of counting: each is a multiple of the one before. */
const GRAINS = [SECOND, 10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 6 * HOUR, DAY, 28 * DAY, 364 * DAY, 3640 * DAY];
/** Steps that a chart may have. */
const STEPS = [1, 2, 5, 10, 20, 30]
  .map((n) => n * SECOND)
  .concat(
    [1, 2, 5, 10, 20, 30].map((n) => n * MINUTE),
    [1, 2, 3, 6, 12].map((n) => n * HOUR),
    [1, 2, 4, 7, 14, 28, 56, 112, 364, 728, 3640, 36_400, 364_000].map((n) => n * DAY),
  );
const MAX_CELLS = 20_000;
/** A thousandth at either end may be left out where that makes the rest at least this much clearer. */
const STRAY_SHARE = 0.001;
const STRAY_GAIN = 20;

type Cell = Record<StatusClass, number> & { detections: number };

const emptyCell = (): Cell => ({ '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, other: 0, detections: 0 });

export function statusClass(status: number): StatusClass {
  if (status >= 200 && status < 300) return '2xx';
  if (status >= 300 && status < 400) return '3xx';
  if (status >= 400 && status < 500) return '4xx';
  return status >= 500 && status < 600 ? '5xx' : 'other';
}

function addCell(into: Cell, from: Cell): void {
  for (const name of STATUS_CLASSES) into[name] += from[name];
  into.detections += from.detections;
}

const linesOf = (cell: Cell): number => STATUS_CLASSES.reduce((sum, name) => sum + cell[name], 0);

/** Counts lines over any span of time in bounded memory: the grain grows with the span. */
export function createTimeBins(): TimeBins {
  let grain = 0;
  let cells = new Map<number, Cell>();
  const grainMs = (): number => GRAINS[grain] ?? DAY;

  const coarsen = (): void => {
    const factor = (GRAINS[grain + 1] ?? grainMs()) / grainMs();
    const merged = new Map<number, Cell>();
    for (const [at, cell] of cells) {
      const key = Math.floor(at / factor);
      const known = merged.get(key);
      if (known) addCell(known, cell);
      else merged.set(key, cell);
    }
    cells = merged;
    grain++;
  };

  return {
    add(timeMs, status, isDetection) {
      const key = Math.floor(timeMs / grainMs());
      let cell = cells.get(key);
      if (!cell) {
        cell = emptyCell();
        cells.set(key, cell);
      }
      cell[statusClass(status)]++;
      if (isDetection) cell.detections++;
      while (cells.size > MAX_CELLS && grain < GRAINS.length - 1) coarsen();
    },
    series({ most, offsetMs, fromMs, toMs }) {
      const sorted = [...cells].map(([key, cell]) => ({ atMs: key * grainMs(), cell })).sort((a, b) => a.atMs - b.atMs);
      const kept = withoutStrays(sorted);
      const first = fromMs ?? kept[0]?.atMs;
      const last = toMs ?? kept.at(-1)?.atMs;
      if (first === undefined || last === undefined) return { startMs: 0, stepMs: MINUTE, bins: [], outside: 0 };
      const stepMs = stepFor(Math.max(0, last - first), most, grainMs());
      const startMs = Math.floor((first + offsetMs) / stepMs) * stepMs - offsetMs;
      const bins = Array.from({ length: Math.min(most + 2, Math.floor((last - startMs) / stepMs) + 1) }, emptyCell);
      let outside = 0;
      for (const { atMs, cell } of sorted) {
        const bin = bins[Math.floor((atMs - startMs) / stepMs)];
        if (bin) addCell(bin, cell);
        else outside += linesOf(cell);
      }
      return { startMs, stepMs, bins: bins.map(({ detections, ...counts }) => ({ counts, detections })), outside };
    },
  };
}

const stepFor = (spanMs: number, most: number, grainMs: number): number =>
  STEPS.find((step) => step >= grainMs && step % grainMs === 0 && spanMs / step < most) ?? 3_640_000 * DAY;

/** The cells without the few at either end that would press all others into a corner. */
function withoutStrays<T extends { readonly atMs: number; readonly cell: Cell }>(sorted: readonly T[]): readonly T[] {
  const total = sorted.reduce((sum, { cell }) => sum + linesOf(cell), 0);
  const spare = total * STRAY_SHARE;
  let from = 0;
  let to = sorted.length - 1;
  for (let seen = 0; from < to && seen + linesOf(sorted[from]?.cell ?? emptyCell()) <= spare; from++)
    seen += linesOf(sorted[from]?.cell ?? emptyCell());
  for (let seen = 0; to > from && seen + linesOf(sorted[to]?.cell ?? emptyCell()) <= spare; to--)
    seen += linesOf(sorted[to]?.cell ?? emptyCell());
  const span = (a: number, b: number): number => (sorted[b]?.atMs ?? 0) - (sorted[a]?.atMs ?? 0);
  return span(0, sorted.length - 1) > STRAY_GAIN * Math.max(MINUTE, span(from, to)) ? sorted.slice(from, to + 1) : sorted;
}
