import type { Clock } from '../clock/clock.ts';
import { msg } from '../lang/lang.ts';
import { cannotDo } from './cannot.ts';

/** Waits; rejects when the run is stopped meanwhile. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(cannotDo(msg('The run was stopped.')));
    };
    if (signal.aborted) {
      reject(cannotDo(msg('The run was stopped.')));
      return;
    }
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
