import type { ChildProcess } from 'node:child_process';
import { type Clock, systemClock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import { backoff } from '../net/backoff.ts';
import { visible } from '../text/sanitize.ts';
import { codeOf, messageOf } from './failure.ts';
import { pause } from './pause.ts';
import { endGroup, spawnGroup } from './process-group.ts';
import type { LineBatch, Source } from './source.ts';
import { createStreamSplitter, eventBatch } from './split.ts';
import { createStderrNotices, type StderrNotices } from './stderr-notices.ts';
import { createWake, type Wake } from './wake.ts';

const RESTART = { firstMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.2 };
/** A command that ran this long worked: the next restart is quick again. */
const SETTLED_MS = 60_000;
const MOST_SAID = 200;
/** Stands for the device in positions that are marks of a program. */
const MARKED = 'mark';

/**
 * From where a program is to give lines: to the end, and then stop; this much history, and then what comes; from when its last run ended; or behind the
 * line with this mark.
 */
export type CommandStart = 'once' | { readonly lines: number } | { readonly sinceMs: number } | { readonly after: string };

/** A program with arguments of its own: no shell. */
export interface ProgramCommand {
  readonly name: string;
  readonly program: string;
  arguments(start: CommandStart): readonly string[];
  /** Its standard error holds lines of the log, too. */
  readonly bothOutputs: boolean;
  /** The mark of a line, where the program can go on behind one: then nothing is lost between two runs, of secmon either. */
  markOf?(line: string): string | undefined;
}

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

/** How a run ended, for people. */
interface Ending {
  readonly text: string;
  readonly success: boolean;
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
      const last = { mark: typeof command === 'string' || command.markOf === undefined ? '' : mark };
      let start: CommandStart = once ? 'once' : last.mark !== '' ? { after: last.mark } : { lines };
      while (!signal.aborted) {
        const started = clock.monotonic();
        const ending = yield* runOnce({ command, start, last, clock, signal });
        if (signal.aborted) return;
        if (once) {
          if (!ending.success) yield eventBatch({ type: 'failed', detail: ending.text });
          return;
        }
        start = last.mark !== '' ? { after: last.mark } : { sinceMs: clock.now() };
        if (clock.monotonic() - started >= SETTLED_MS) delays.reset();
        const delayMs = delays.next();
        const n = Math.max(1, Math.round(delayMs / 1000));
        yield eventBatch({ type: 'waiting', detail: t('{ending}, restarts in {n} s', { ending: ending.text, n }) });
        await pause(clock, delayMs, signal);
      }
    },
  };
}

interface Run {
  readonly command: string | ProgramCommand;
  readonly start: CommandStart;
  /** Mark of the last line that was handed on. */
  readonly last: { mark: string };
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

function describeEnding(child: ChildProcess, said: string): Ending {
  if (child.exitCode === 127) return { text: t('command not found (code 127)'), success: false };
  if (child.signalCode !== null) return { text: t('ended by {signal}', { signal: child.signalCode }), success: false };
  const text = t('ended with code {code}', { code: child.exitCode ?? 0 });
  return { text: child.exitCode === 0 || said === '' ? text : `${text}: ${said}`, success: child.exitCode === 0 };
}

/** One run, from `spawned` to `exited`; returns how it ended. */
async function* runOnce(run: Run): AsyncGenerator<LineBatch, Ending> {
  const { command, start } = run;
  try {
    const child = spawnGroup(typeof command === 'string' ? command : [command.program, ...command.arguments(start)]);
    if (child.pid === undefined) throw await new Promise<Error>((resolve) => child.once('error', resolve));
    return yield* readChild(child, child.pid, run);
  } catch (error) {
    const missing = typeof command !== 'string' && codeOf(error) === 'ENOENT';
    const text = missing
      ? t('{program} is not installed here', { program: command.program })
      : t('cannot be started: {reason}', { reason: messageOf(error) });
    return { text, success: false };
  }
}

async function* readChild(child: ChildProcess, pid: number, { command, last, clock, signal }: Run): AsyncGenerator<LineBatch, Ending> {
  const both = typeof command !== 'string' && command.bothOutputs;
  const wake = createWake();
  const notices = createStderrNotices(clock);
  const isOver = listen(child, both ? undefined : notices, wake);
  const outputs = [createOutput(child.stdout, undefined), ...(both ? [createOutput(child.stderr, 'stderr')] : [])];
  signal.addEventListener('abort', wake.notify);
  try {
    yield eventBatch({ type: 'spawned', pid });
    yield eventBatch({ type: 'live' });
    while (!signal.aborted) {
      const notice = notices.take();
      if (notice !== undefined) yield eventBatch({ type: 'notice', detail: notice });
      let came = notice !== undefined;
      for (const output of outputs) {
        const batch = output.read();
        if (batch === undefined) continue;
        came = true;
        yield marked(batch, command, last);
      }
      if (came) continue;
      if (isOver()) break;
      await wake.wait();
    }
    for (const output of outputs) {
      const rest = output.end();
      if (!signal.aborted && rest.lines.length > 0) yield rest;
    }
  } finally {
    signal.removeEventListener('abort', wake.notify);
    if (!isOver()) await endGroup(child, clock);
  }
  yield eventBatch({ type: 'exited', pid });
  return describeEnding(child, outputs[1]?.lastLine() ?? '');
}

/** The batch with the place behind its last line, where the program can go on there. */
function marked(batch: LineBatch, command: Run['command'], last: Run['last']): LineBatch {
  const line = batch.lines.at(-1);
  const mark = line === undefined || typeof command === 'string' ? undefined : command.markOf?.(line);
  if (mark === undefined) return batch;
  last.mark = mark;
  return { ...batch, position: { device: MARKED, inode: '', fingerprint: mark, offset: 0 } };
}

interface Output {
  /** What came since; undefined when nothing did. */
  read(): LineBatch | undefined;
  end(): LineBatch;
  /** Made harmless. */
  lastLine(): string;
}

function createOutput(stream: ChildProcess['stdout'], name: string | undefined): Output {
  const splitter = createStreamSplitter();
  let last = '';
  const batch = ({ lines, cut }: { lines: string[]; cut: number }, bytes: number): LineBatch => {
    last = lines.at(-1) ?? last;
    return { lines, cut, bytes, ...(name === undefined ? {} : { stream: name }) };
  };
  return {
    read() {
      const chunk: unknown = stream?.read();
      return Buffer.isBuffer(chunk) ? batch(splitter.push(chunk), chunk.length) : undefined;
    },
    end: () => batch(splitter.end(), 0),
    lastLine: () => visible(last.slice(0, MOST_SAID)),
  };
}

/** Wakes for whatever happens to the child; the result tells whether it ended and all that came through its pipes was taken. */
function listen(child: ChildProcess, notices: StderrNotices | undefined, wake: Wake): () => boolean {
  let over = false;
  child.once('close', () => {
    over = true;
    wake.notify();
  });
  child.on('error', wake.notify);
  child.stdout?.on('readable', wake.notify).on('error', wake.notify);
  child.stderr?.on('error', wake.notify);
  if (notices === undefined) child.stderr?.on('readable', wake.notify);
  else {
    child.stderr?.on('data', (chunk: Buffer) => {
      notices.push(chunk);
      wake.notify();
    });
  }
  return () => over;
}
