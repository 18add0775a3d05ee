import type { Cell } from './cells.ts';

/** What counted events of a run come to. */
export interface Totals {
  startMs: number;
  endMs: number;
  events: number;
  silent: number;
  value: number;
}

/** Counted events of a group with no gap longer than the plan's. */
export interface Run {
  /** Unique over time; `''` until it is told of. */
  key: string;
  /** What those cells came to that are gone. */
  gone: Totals | undefined;
  told: Totals | undefined;
}

export const newRun = (): Run => ({ key: '', gone: undefined, told: undefined });

/** Adds a cell to totals, or begins them. */
export function withCell(totals: Totals | undefined, cell: Cell): Totals {
  if (totals === undefined) return { startMs: cell.firstMs, endMs: cell.lastMs, events: cell.count, silent: cell.silent, value: cell.best };
  totals.startMs = Math.min(totals.startMs, cell.firstMs);
  totals.endMs = Math.max(totals.endMs, cell.lastMs);
  totals.events += cell.count;
  totals.silent += cell.silent;
  totals.value = Math.max(totals.value, cell.best);
  return totals;
}

export const isSame = (a: Totals, b: Totals | undefined): boolean =>
  b !== undefined &&
  a.events === b.events &&
  a.value === b.value &&
  a.startMs === b.startMs &&
  a.endMs === b.endMs &&
  a.silent === b.silent;

/** The holder of the run that goes on. */
export interface RunHolder {
  readonly cells: readonly Cell[];
  run: Run | undefined;
}

/**
 * Puts counted cells together to runs and tells of each: those that are over, then the one that goes on. A gap ends a run only once no line
 * that closes it can come any more (lines up to `settledMs` are all there); what stands behind it is held back until then.
 */
export function tellRuns(
  holder: RunHolder,
  { gapMs, settledMs }: { readonly gapMs: number; readonly settledMs: number },
  tell: (run: Run, totals: Totals, isOver: boolean) => void,
): void {
  const { cells } = holder;
  const goneOf = (run: Run | undefined): Totals | undefined => run?.gone && { ...run.gone };
  let totals = goneOf(holder.run);
  let from = 0;
  for (const [index, cell] of cells.entries()) {
    if (!cell.counted || cell.over) continue;
    if (totals !== undefined && cell.firstMs - totals.endMs > gapMs) {
      if (settledMs <= totals.endMs + gapMs) break;
      tell(holder.run ?? newRun(), totals, true);
      holder.run = undefined;
      totals = undefined;
      for (const each of cells.slice(from, index)) if (each.counted) each.over = true;
      from = index;
    }
    totals = withCell(totals, cell);
  }
  if (totals === undefined) return;
  holder.run ??= newRun();
  tell(holder.run, totals, false);
}

/** Takes the totals of cells that are dropped into the run that goes on. */
export function keepTotals(holder: RunHolder, dropped: readonly Cell[]): void {
  for (const cell of dropped) {
    if (!cell.counted || cell.over) continue;
    holder.run ??= newRun();
    holder.run.gone = withCell(holder.run.gone, cell);
  }
}
