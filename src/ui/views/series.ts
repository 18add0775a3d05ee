import { t } from '../../lang/lang.ts';
/**
 * The newest `columns` groups of a series, each of `size` values, aligned to `lastIndex` (the absolute number of the series' last value), so
 * that a group keeps its values while time moves on and only the newest grows.
 */
export function groupSeries(
  values: readonly number[],
  columns: number,
  lastIndex: number,
  combine: (group: readonly number[]) => number,
): number[] {
  const size = Math.max(1, Math.floor(values.length / Math.max(1, columns)));
  if (size === 1) return values.slice(-columns).map(sane);
  const groups: number[] = [];
  let end = values.length;
  let length = (((lastIndex % size) + size) % size) + 1;
  while (end > 0 && groups.length < columns) {
    const start = Math.max(0, end - length);
    groups.push(combine(values.slice(start, end).map(sane)));
    end = start;
    length = size;
  }
  return groups.reverse();
}

export const sane = (value: number): number => (Number.isFinite(value) && value > 0 ? value : 0);
export const highest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, sane(value)), 0);
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

/** What is drawn of a series: its full steps; the last one is still running, and a current value that grows from 0 every second helps nobody. */
export const fullSteps = (values: readonly number[]): readonly number[] => values.slice(0, -1);

/** The absolute number of the last full step before `timeMs`; 0 when unknown. */
export const lastFullStep = (timeMs: number | undefined, stepMs: number): number =>
  timeMs === undefined || !(stepMs > 0) ? 0 : Math.floor(timeMs / stepMs) - 1;

/** `/s`, `/min`, or `/5 s`: what a count of one step is counted in. */
export function perStep(stepMs: number): { suffix: string; words: string } {
  if (stepMs === 1000) return { suffix: t('/s'), words: t('per second') };
  if (stepMs === 60_000) return { suffix: t('/min'), words: t('per minute') };
  return stepMs % 60_000 === 0
    ? { suffix: '', words: t('per {n} min', { n: stepMs / 60_000 }) }
    : { suffix: '', words: t('per {n} s', { n: Math.round(stepMs / 1000) }) };
}
