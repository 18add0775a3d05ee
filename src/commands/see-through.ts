import { t } from '../lang/lang.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const KEEP_ALIVE_MS = 60_000;

/**
 * Keeps this process until something is done that goes on without it: the first signal is answered with a sentence, the second one ends the
 * process, after `onLeave`. A terminal or pipe that goes away is no reason to end. Returns what ends it.
 */
export function seeThrough(onLeave: () => void): () => void {
  // Timers of the clock keep no process alive.
  const alive = setInterval(() => {}, KEEP_ALIVE_MS);
  let isAsked = false;
  const end = (): void => {
    clearInterval(alive);
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (!isAsked) {
      isAsked = true;
      const text = t('It goes on: stopped in the middle, packages would be left half installed. Once more (Ctrl-C) leaves it to itself.');
      process.stderr.write(`\n${text}\n`);
      return;
    }
    end();
    onLeave();
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return end;
}
