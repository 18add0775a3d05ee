import type { Clock } from '../../src/clock/clock.ts';
import { DEFAULT_CONFIG } from '../../src/config/default-config.ts';
import type { Config } from '../../src/config/schema.ts';
import { packConfig } from '../../src/config/wire.ts';
import type { Engine, EngineParts } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import { openOver } from './run-engine.ts';

/** The second 0 of `combined` lines. */
export const LOG_START_MS = Date.UTC(2026, 2, 2, 2);

type Rules = readonly Partial<Config['alerts']['policy'][number]>[];

export const withPolicy = (
  policy: Rules,
  channels: Config['alerts']['channels'] = {},
  others: Partial<Config['alerts']> = {},
): EngineOptions['config'] =>
  packConfig(
    {
      ...DEFAULT_CONFIG,
      alerts: {
        ...DEFAULT_CONFIG.alerts,
        channels,
        policy: policy.map((rule) => ({ to: ['file'], quiet: '30m', updates: ['worse', 'succeeded', 'ended'], ...rule })),
        ...others,
      },
    },
    '.',
  );

export interface JumpingClock extends Clock {
  /** What falls due on the way runs once, at the end. */
  jumpTo(ms: number): void;
}

export function jumpingClock(startMs = LOG_START_MS): JumpingClock {
  let nowMs = startMs;
  let timers: { readonly atMs: number; readonly run: () => void }[] = [];
  return {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    jumpTo(ms) {
      nowMs = Math.max(nowMs, ms);
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) run();
    },
  };
}

type Second = readonly [second: number, lines: readonly string[]];

/** Resolves when something that real sockets bring about is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

export interface LiveLog {
  /** Lines of each second; seconds in rising order. */
  readonly seconds: AsyncIterable<Second> | Iterable<Second>;
  /** Lines that stood there before. */
  readonly history?: readonly string[];
  readonly clock?: JumpingClock;
  readonly options?: Partial<EngineOptions>;
  readonly parts?: Partial<EngineParts>;
}

/** An engine that reads a log as it grows second by second, on a clock that goes with it. Resolves at its end, not closed. */
export async function runLive({ seconds, history = [], clock = jumpingClock(), options = {}, parts = {} }: LiveLog): Promise<Engine> {
  const source = {
    key: '/var/log/access.log',
    name: 'access.log',
    async *read() {
      if (history.length > 0) yield { lines: history, bytes: 0, cut: 0 };
      yield { lines: [], bytes: 0, cut: 0, event: { type: 'live' } as const };
      for await (const [second, lines] of seconds) {
        clock.jumpTo(LOG_START_MS + second * 1000);
        // What is sent is sent by real sockets and files: they get their turn.
        await new Promise((resolve) => setImmediate(resolve));
        yield { lines: lines.map((line) => line.trimEnd()), bytes: 0, cut: 0 };
      }
      clock.jumpTo(clock.now() + 2_000);
    },
  };
  const opened = { sources: [{ source, settings: {} }], watch: async () => {}, notices: [] };
  const engine = await openOver(
    [],
    { follow: true, autoAlerts: 'live', ...options },
    { clock, opened, pace: { rest: () => undefined }, ...parts },
  );
  await engine.run();
  return engine;
}
