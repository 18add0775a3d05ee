import { type Clock, systemClock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import { backoff } from '../net/backoff.ts';
import { type CommandReading, MARKED } from './command-output.ts';
import { type Ending, holdsNothing, readRun } from './command-run.ts';
import { pause } from './pause.ts';
import type { CommandStart, ProgramCommand } from './program-command.ts';
import type { Source } from './source.ts';
import { eventBatch } from './split.ts';

const RESTART = { firstMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.2 };
/** A command that ran this long worked: the next restart is quick again. */
const SETTLED_MS = 60_000;

export interface CommandSourceOptions {
  /** A text is run by the shell. */
  readonly command: string | ProgramCommand;
  /** Default: the command itself. */
  readonly name?: string | undefined;
  /** Lines of history that a program is asked for at its first start. */
  readonly lines?: number;
  /** Ends with the command instead of starting it again; a code other than 0 is then a failure. */
  readonly once?: boolean;
  readonly clock?: Clock;
  /** In [0, 1); spreads restarts. */
  readonly random?: () => number;
}

/** The output of a command, which is started again with back-off whenever it ends. What it says on standard error become notices. */
export function createCommandSource(options: CommandSourceOptions): Source {
  const { command, lines = 0, once = false, clock = systemClock, random = Math.random } = options;
  const title = typeof command === 'string' ? command : command.name;
  return {
    key: `exec:${title}`,
    name: options.name ?? title,
    async *read({ signal, resumeFrom }) {
      const delays = backoff({ ...RESTART, random });
      const mark = resumeFrom?.device === MARKED ? resumeFrom.fingerprint : '';
      const reader = typeof command === 'string' ? undefined : command.createReader?.(mark);
      const reading: CommandReading = {
        command,
        reader,
        follow: !once,
        unfinished: new Map(),
        told: { sentence: '' },
        away: { sinceMs: undefined },
        clock,
        signal,
      };
      const known = reader?.resume();
      let start: CommandStart = known ?? (once ? 'all' : { lines });
      let isEmpty = known === undefined && !once && (await holdsNothing(reading));
      while (!signal.aborted) {
        const started = clock.monotonic();
        const startMs = clock.now();
        const ending = yield* readRun(reading, start, isEmpty);
        isEmpty = false;
        reading.away.sinceMs ??= clock.now();
        if (signal.aborted) return;
        if (once) {
          if (!ending.success) yield eventBatch({ type: 'failed', detail: ending.text });
          return;
        }
        // Of a run that gave no line whose place is known all is wanted.
        start = reader?.resume() ?? { sinceMs: reader === undefined ? clock.now() : startMs };
        if (clock.monotonic() - started >= SETTLED_MS) delays.reset();
        const delayMs = delays.next();
        yield eventBatch({ type: 'waiting', detail: waitingText(command, ending, Math.max(1, Math.round(delayMs / 1000))) });
        await pause(clock, delayMs, signal);
      }
    },
  };
}

/** A command is started again, a program asked again: what it tells of did not end with it. */
function waitingText(command: string | ProgramCommand, { text, success }: Ending, n: number): string {
  if (typeof command === 'string') return t('{ending}, restarts in {n} s', { ending: text, n });
  const ending = success && command.ended !== undefined ? command.ended : text;
  return t('{ending}; tries again in {n} s', { ending, n });
}
