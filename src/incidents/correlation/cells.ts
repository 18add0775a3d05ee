/** Everything of one group that fell into one bucket of time: a second, or more for long timespans. */
export interface Cell {
  readonly bucket: number;
  firstMs: number;
  lastMs: number;
  /** Events, those of chained correlations included. */
  count: number;
  /** Of them entries that no rule flags by itself. */
  silent: number;
  /** In a window that meets the condition. */
  counted: boolean;
  /** A window that ends here meets the condition. */
  met: boolean;
  /** The highest value of such a window. */
  best: number;
  /** Belongs to a run that is over. */
  over: boolean;
  /** What the condition needs to know of the events; its meaning is the measure's. */
  data: number[];
  /** The same numbers, where they are many, to find one in. */
  known: Set<number> | undefined;
}

/** An event of a group, as a measure sees it. */
export interface Event {
  readonly timeMs: number;
  /** A hash, a number, or the bits of the rules that matched. */
  readonly payload: number;
  readonly isSilent: boolean;
}

const newCell = (bucket: number, timeMs: number): Cell => ({
  bucket,
  firstMs: timeMs,
  lastMs: timeMs,
  count: 0,
  silent: 0,
  counted: false,
  met: false,
  best: 0,
  over: false,
  data: [],
  known: undefined,
});

/** Index of the first cell whose bucket is `bucket` or later. Searches from the end: most lines come in order. */
export function lowerBound(cells: readonly Cell[], bucket: number): number {
  let high = cells.length;
  let step = 1;
  let low = high - 1;
  while (low >= 0 && (cells[low]?.bucket ?? 0) >= bucket) {
    high = low;
    low -= step;
    step *= 2;
  }
  low = Math.max(0, low);
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((cells[middle]?.bucket ?? 0) < bucket) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The cell for a time, made when missing. */
export function cellAt(cells: Cell[], bucket: number, timeMs: number): Cell {
  const index = lowerBound(cells, bucket);
  const found = cells[index];
  if (found?.bucket === bucket) return found;
  const cell = newCell(bucket, timeMs);
  if (index === cells.length) cells.push(cell);
  else cells.splice(index, 0, cell);
  return cell;
}
