import type { Clock } from '../clock/clock.ts';

/** Runs `work` with a signal that aborts with `signal` or after `timeoutMs`, and says which it was. */
export async function withDeadline<T>(
  work: (signal: AbortSignal, timedOut: () => boolean) => Promise<T>,
  { clock, signal, timeoutMs }: { readonly clock: Clock; readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<T> {
  const timer = new AbortController();
  const cancel = clock.after(timeoutMs, () => timer.abort());
  try {
    return await work(AbortSignal.any([signal, timer.signal]), () => timer.signal.aborted);
  } finally {
    cancel();
  }
}
