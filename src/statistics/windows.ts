import type { WindowName } from '../model/snapshot.ts';

/** Length of a rolling window in milliseconds; `all` has no end. */
const WINDOW_MS: Readonly<Record<WindowName, number>> = {
  '1m': 60_000,
  '5m': 5 * 60_000,
  '15m': 15 * 60_000,
  '60m': 60 * 60_000,
  all: Number.POSITIVE_INFINITY,
};

/** A set of windows that are counted in time buckets of one length. */
export interface WindowLevel {
  readonly stepMs: number;
  readonly windows: readonly WindowName[];
}

/**
 * Short windows move on every 5 seconds, long ones every minute; a window holds the buckets that began less than its length before the end of the
 * current bucket, so it is up to one step shorter than its name.
 */
export const WINDOW_LEVELS: readonly WindowLevel[] = [
  { stepMs: 5000, windows: ['1m', '5m'] },
  { stepMs: 60_000, windows: ['15m', '60m'] },
  { stepMs: Number.POSITIVE_INFINITY, windows: ['all'] },
];

/** How many buckets a window holds, the current one included. */
export const bucketsOf = (window: WindowName, stepMs: number): number => (window === 'all' ? 1 : Math.ceil(WINDOW_MS[window] / stepMs));

/** The bucket that a time falls into; 0 at the level that never moves on. */
export const bucketAt = (timeMs: number, stepMs: number): number => (stepMs === Number.POSITIVE_INFINITY ? 0 : Math.floor(timeMs / stepMs));
