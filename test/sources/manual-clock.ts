import type { Clock } from '../../src/clock/clock.ts';

/** A clock that stands still until it is moved; timers run in order when it passes them. */
export interface ManualClock extends Clock {
  advance(ms: number): void;
  /** Delays that are waited for now. */
  waiting(): number[];
  /** Resolves once somebody waits. */
  untilWaiting(): Promise<void>;
}

export function createManualClock(startMs = Date.UTC(2026, 2, 2)): ManualClock {
  let elapsed = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after(delayMs, run) {
      const timer = { at: elapsed + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async untilWaiting() {
      while (timers.size === 0) await new Promise((resolve) => setImmediate(resolve));
    },
    waiting: () => [...timers].map(({ at }) => at - elapsed),
    advance(ms) {
      elapsed += ms;
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) {
        if (timer.at > elapsed || !timers.delete(timer)) continue;
        timer.run();
      }
    },
  };
}
