import type { Clock } from '../clock/clock.ts';

/** Resolves after `delayMs` of `clock`, or at once when `signal` aborts. A process that waits for nothing else stays alive meanwhile. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const keepAlive = setInterval(() => {}, 2 ** 30);
    const done = (): void => {
      clearInterval(keepAlive);
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal.addEventListener('abort', done);
  });
}
