import type { Entry } from '../../model/entry.ts';
import type { Pace } from '../input/pace.ts';

/** How much is read before the moment, and after it at a time. */
const BEFORE_MS = 5 * 60_000;
export const AFTER_MS = 15 * 60_000;
/** Lines after the moment that are read at a time, so that the moment itself is still held. */
const MOST_LINES = 14_000;

/** The window of time around a moment that is let in, and the rest of reading while it has come as far as asked. */
export interface PastWindow extends Pace {
  readonly fromMs: number;
  /** Event time that reading has come to. */
  readonly reachedMs: number;
  readonly isResting: boolean;
  accepts(entry: Entry): boolean;
  /** Reads as much again. */
  more(): void;
  /** Never rests again. */
  release(): void;
}

export function createPastWindow(atMs: number, pace: Pace): PastWindow {
  const fromMs = atMs - BEFORE_MS;
  let untilMs = atMs + AFTER_MS;
  let room = MOST_LINES;
  let reachedMs = fromMs;
  let isInside = false;
  let isReleased = false;
  let resting: { readonly promise: Promise<void>; readonly end: () => void } | undefined;
  const rest = (): void => {
    if (resting !== undefined || isReleased) return;
    let end = (): void => {};
    const promise = new Promise<void>((resolve) => {
      end = resolve;
    });
    resting = { promise, end };
  };
  const goOn = (): void => {
    resting?.end();
    resting = undefined;
  };
  return {
    fromMs,
    get reachedMs() {
      return reachedMs;
    },
    get isResting() {
      return resting !== undefined;
    },
    rest: () => resting?.promise ?? pace.rest(),
    accepts({ timeMs }) {
      if (timeMs === undefined) return isInside;
      isInside = timeMs >= fromMs;
      if (isInside) reachedMs = Math.max(reachedMs, timeMs);
      if (timeMs >= atMs) room -= 1;
      if (timeMs > untilMs || room <= 0) rest();
      return isInside;
    },
    more() {
      untilMs = Math.max(untilMs, reachedMs) + AFTER_MS;
      room = MOST_LINES;
      goOn();
    },
    release() {
      isReleased = true;
      goOn();
    },
  };
}
