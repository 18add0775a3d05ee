import type { StatusSeries } from '../model/snapshot.ts';

/**
 * Requests per second over the last `steps` full steps (default 3 of a per-second series). The last step of the series is still running and
 * does not count.
 */
export function ratePerSecond(series: StatusSeries, steps = 3): number {
  const full = series.all.slice(0, -1).slice(-steps);
  if (full.length === 0) return 0;
  const total = full.reduce((sum, n) => sum + n, 0);
  return (total * 1000) / (full.length * series.stepMs);
}
