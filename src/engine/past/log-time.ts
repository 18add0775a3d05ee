import type { Clock } from '../../clock/clock.ts';

const DAY_MS = 86_400_000;
/** Lines may be out of order by this much. */
const DISORDER_MS = 5 * 60_000;

/** The log's own time: that of its last line where it is of another day, else the wall clock. */
export interface LogTime {
  now(): number;
  /** Takes note of the time of a line. */
  saw(timeMs: number): void;
}

export function createLogTime(clock: Clock): LogTime {
  let latestMs = 0;
  return {
    now() {
      const wallMs = clock.now();
      return wallMs - latestMs > DAY_MS && latestMs > 0 ? latestMs : wallMs;
    },
    saw(timeMs) {
      if (timeMs > latestMs && timeMs <= clock.now() + DISORDER_MS) latestMs = timeMs;
    },
  };
}
