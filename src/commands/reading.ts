import { systemClock } from '../clock/clock.ts';
import type { Engine } from '../engine/engine.ts';
import { progressText } from '../headless/progress.ts';

/** Draws progress on a terminal, on standard error, five times a second; returns what clears it. */
export function showProgress(engine: Engine): () => void {
  if (!process.stderr.isTTY || process.env['TERM'] === 'dumb') return () => {};
  const startMs = systemClock.monotonic();
  const timer = setInterval(() => {
    const text = progressText({
      bytesRead: engine.sources.bytes(),
      bytesTotal: engine.sources.totalBytes(),
      lines: engine.statistics.lines,
      elapsedMs: systemClock.monotonic() - startMs,
    });
    process.stderr.write(`\r\u001b[K${text}`);
  }, 200);
  return () => {
    clearInterval(timer);
    process.stderr.write('\r\u001b[K');
  };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Calls `stop` when a signal asks the program to end; tells which one, once it came. */
export function stopOnSignal(stop: () => void): () => NodeJS.Signals | undefined {
  let came: NodeJS.Signals | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    came ??= signal;
    stop();
  };
  for (const signal of SIGNALS) process.once(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    return came;
  };
}
