import type { ChildProcess } from 'node:child_process';
import { type Clock, systemClock } from '../clock/clock.ts';
import { backoff } from '../net/backoff.ts';
import { messageOf } from './failure.ts';
import { pause } from './pause.ts';
import { endGroup, spawnGroup } from './process-group.ts';
import type { LineBatch, Source } from './source.ts';
import { createStreamSplitter, eventBatch } from './split.ts';
import { createStderrNotices, type StderrNotices } from './stderr-notices.ts';
import { createWake, type Wake } from './wake.ts';

const RESTART = { firstMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.2 };
/** A command that ran this long worked: the next restart is quick again. */
const SETTLED_MS = 60_000;
const SUCCESS = 'ended with code 0';

export interface CommandSourceOptions {
  /** Run by the shell. */
  readonly command: string;
  /** Default: the command itself. */
  readonly name?: string;
  /** Ends with the command instead of starting it again; a code other than 0 is then a failure. */
  readonly once?: boolean;
  readonly clock?: Clock;
  /** In [0, 1); spreads restarts. */
  readonly random?: () => number;
}

/** The standard output of a shell command, which is started again with back-off whenever it ends. What it says on standard error become notices. */
export function createCommandSource({
  command,
  name = command,
  once = false,
  clock = systemClock,
  random = Math.random,
}: CommandSourceOptions): Source {
  return {
    key: `exec:${command}`,
    name,
    async *read({ signal }) {
      const delays = backoff({ ...RESTART, random });
      while (!signal.aborted) {
        const started = clock.monotonic();
        let ending = '';
        try {
          ending = yield* runOnce(command, clock, signal);
        } catch (error) {
          ending = `cannot be started: ${messageOf(error)}`;
        }
        if (signal.aborted) return;
        if (once) {
          if (ending !== SUCCESS) yield eventBatch({ type: 'failed', detail: ending });
          return;
        }
        if (clock.monotonic() - started >= SETTLED_MS) delays.reset();
        const delayMs = delays.next();
        yield eventBatch({ type: 'waiting', detail: `${ending}, restarts in ${Math.max(1, Math.round(delayMs / 1000))} s` });
        await pause(clock, delayMs, signal);
      }
    },
  };
}

function describeEnding(child: ChildProcess): string {
  if (child.exitCode === 127) return 'command not found (code 127)';
  return child.signalCode === null ? `ended with code ${child.exitCode}` : `ended by ${child.signalCode}`;
}

/** One run, from `spawned` to `exited`; returns how it ended. Throws when there is no process to be had. */
async function* runOnce(command: string, clock: Clock, signal: AbortSignal): AsyncGenerator<LineBatch, string> {
  const child = spawnGroup(command);
  const { pid, stdout } = child;
  if (pid === undefined || stdout === null) throw await new Promise<Error>((resolve) => child.once('error', resolve));
  const wake = createWake();
  const notices = createStderrNotices(clock);
  const isOver = listen(child, notices, wake);
  const splitter = createStreamSplitter();
  signal.addEventListener('abort', wake.notify);
  try {
    yield eventBatch({ type: 'spawned', pid });
    yield eventBatch({ type: 'live' });
    while (!signal.aborted) {
      const notice = notices.take();
      if (notice !== undefined) yield eventBatch({ type: 'notice', detail: notice });
      const chunk: unknown = stdout.read();
      if (Buffer.isBuffer(chunk)) yield { ...splitter.push(chunk), bytes: chunk.length };
      else if (notice !== undefined) continue;
      else if (isOver()) break;
      else await wake.wait();
    }
    const last = splitter.end();
    if (!signal.aborted && last.lines.length > 0) yield { ...last, bytes: 0 };
  } finally {
    signal.removeEventListener('abort', wake.notify);
    if (!isOver()) await endGroup(child, clock);
  }
  yield eventBatch({ type: 'exited', pid });
  return describeEnding(child);
}

/** Wakes for whatever happens to the child; the result tells whether it ended and all that came through its pipes was taken. */
function listen(child: ChildProcess, notices: StderrNotices, wake: Wake): () => boolean {
  let over = false;
  child.once('close', () => {
    over = true;
    wake.notify();
  });
  child.on('error', wake.notify);
  child.stdout?.on('readable', wake.notify).on('error', wake.notify);
  child.stderr?.on('error', wake.notify).on('data', (chunk: Buffer) => {
    notices.push(chunk);
    wake.notify();
  });
  return () => over;
}
