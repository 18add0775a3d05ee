import type { Clock } from '../../../src/clock/clock.ts';

/** A clock that stands still until it is moved. */
export interface FakeClock extends Clock {
  advance(ms: number): void;
}

export function createFakeClock(): FakeClock {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = next.at;
        next.run();
      }
      now = end;
    },
  };
}

/** The writing end of a terminal that takes `room` bytes until it is read again. */
export function createPipe(): { written: string; room: number; error: string; write(bytes: Uint8Array): number } {
  const pipe = {
    written: '',
    room: Number.POSITIVE_INFINITY,
    error: '',
    write(bytes: Uint8Array): number {
      const code = pipe.error || (pipe.room === 0 ? 'EAGAIN' : '');
      if (code !== '') throw Object.assign(new Error(code), { code });
      const taken = Math.min(bytes.length, pipe.room);
      pipe.room -= taken;
      pipe.written += Buffer.from(bytes.subarray(0, taken)).toString('latin1');
      return taken;
    },
  };
  return pipe;
}

/** What was written, as text. */
export const decoded = (written: string): string => Buffer.from(written, 'latin1').toString();
