import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../clock/clock.ts';

/** Keeps one thread fair: whoever works long calls this between pieces and lets others run after {@link SLICE_MS}. */
export interface Pace {
  /** Resolves at once while the slice lasts, else after everything else that waits has run. */
  rest(): Promise<void> | undefined;
}

/** Commands, mail and network starve when one slice of work is longer (measured; design: "The engine runs in a worker thread"). */
export const SLICE_MS = 10;

export function createPace(clock: Pick<Clock, 'monotonic'>): Pace {
  let sliceStart = clock.monotonic();
  return {
    rest() {
      if (clock.monotonic() - sliceStart < SLICE_MS) return undefined;
      return setImmediate().then(() => {
        sliceStart = clock.monotonic();
      });
    },
  };
}
