import type { ChildProcess } from 'node:child_process';
import { t } from '../lang/lang.ts';
import { duration } from '../text/units.ts';
import { type CommandReading, createCommandOutput } from './command-output.ts';
import { createSaid, type Said } from './command-said.ts';
import { codeOf, messageOf } from './failure.ts';
import { endGroup, spawnGroup } from './process-group.ts';
import type { CommandStart } from './program-command.ts';
import type { LineBatch } from './source.ts';
import { eventBatch } from './split.ts';
import { createWake, type Wake } from './wake.ts';

/** How a run ended, for people. */
export interface Ending {
  readonly text: string;
  readonly success: boolean;
}

/** One run, from `spawned` to `exited`; returns how it ended. `isEmpty`: the program is known to hold no line yet. */
export async function* readRun(reading: CommandReading, start: CommandStart, isEmpty: boolean): AsyncGenerator<LineBatch, Ending> {
  const { command } = reading;
  try {
    const child = spawnGroup(typeof command === 'string' ? command : [command.program, ...command.arguments(start, reading.follow)]);
    if (child.pid === undefined) throw await new Promise<Error>((resolve) => child.once('error', resolve));
    return yield* readChild(child, child.pid, { ...reading, isEmpty });
  } catch (error) {
    const missing = typeof command !== 'string' && codeOf(error) === 'ENOENT';
    const text = missing
      ? t('{program} is not installed here', { program: command.program })
      : t('cannot be started: {reason}', { reason: messageOf(error) });
    return { text, success: false };
  }
}

/** Whether a program that can tell answers well and has not a single line; what else is the matter its first run tells. */
export async function holdsNothing({ command, signal, clock }: CommandReading): Promise<boolean> {
  if (typeof command === 'string' || command.nothing === undefined || signal.aborted) return false;
  try {
    return await givesNothing(spawnGroup([command.program, ...command.arguments({ lines: 1 }, false)]), { signal, clock });
  } catch {
    return false;
  }
}

async function givesNothing(child: ChildProcess, { signal, clock }: Pick<CommandReading, 'signal' | 'clock'>): Promise<boolean> {
  let isEmpty = true;
  child.stdout?.on('data', () => {
    isEmpty = false;
  });
  child.stderr?.resume();
  const end = (): void => void endGroup(child, clock);
  signal.addEventListener('abort', end);
  const code = await new Promise((resolve) => child.once('error', () => resolve(-1)).once('close', resolve));
  signal.removeEventListener('abort', end);
  return isEmpty && code === 0;
}

function describeEnding(child: ChildProcess, said: Said): Ending {
  if (child.exitCode === 127) return { text: t('command not found (code 127)'), success: false };
  if (child.signalCode !== null) return { text: t('ended by {signal}', { signal: child.signalCode }), success: false };
  const success = child.exitCode === 0;
  const text = t('ended with code {code}', { code: child.exitCode ?? 0 });
  if (success) return { text, success };
  return { text: said.fault() ?? (said.last() === '' ? text : `${text}: ${said.last()}`), success };
}

const lostText = (awayMs: number): string => t('is back after {time}: what was written meanwhile was not read', { time: duration(awayMs) });

interface Running extends CommandReading {
  readonly isEmpty: boolean;
}

async function* readChild(child: ChildProcess, pid: number, running: Running): AsyncGenerator<LineBatch, Ending> {
  const { command, signal, clock, told, away, follow, reader } = running;
  const program = typeof command === 'string' ? undefined : command;
  const nothing = program?.nothing;
  const wake = createWake();
  const said = createSaid(program, told, clock);
  const isOver = listen(child, program?.bothOutputs === true ? undefined : said, wake);
  signal.addEventListener('abort', wake.notify);
  const startedMs = clock.now();
  let came = false;
  try {
    yield eventBatch({ type: 'spawned', pid });
    yield eventBatch({ type: 'live' });
    if (running.isEmpty && nothing !== undefined) yield eventBatch({ type: 'waiting', detail: nothing });
    for await (const batch of readOutputs(child, { running, said, wake, isOver })) {
      if (!came && batch.lines.length > 0) {
        came = true;
        told.sentence = '';
        if (away.sinceMs !== undefined && program?.isLossy === true)
          yield eventBatch({ type: 'notice', detail: lostText(startedMs - away.sinceMs) });
        away.sinceMs = undefined;
        if (running.isEmpty) yield eventBatch({ type: 'live' });
      }
      yield batch;
    }
  } finally {
    signal.removeEventListener('abort', wake.notify);
    if (!isOver()) await endGroup(child, clock);
  }
  yield eventBatch({ type: 'exited', pid });
  const ending = describeEnding(child, said);
  if (!follow && ending.success && reader?.mark === '' && nothing !== undefined) yield eventBatch({ type: 'waiting', detail: nothing });
  return ending;
}

interface OutputsRead {
  readonly running: Running;
  readonly said: Said;
  readonly wake: Wake;
  readonly isOver: () => boolean;
}

/** The lines and notices of a run, until it is over or the signal aborts. */
async function* readOutputs(child: ChildProcess, { running, said, wake, isOver }: OutputsRead): AsyncGenerator<LineBatch> {
  const { command, signal } = running;
  const outputs = [createCommandOutput(child.stdout, 'stdout', running, said)];
  if (typeof command !== 'string' && command.bothOutputs) outputs.push(createCommandOutput(child.stderr, 'stderr', running, said));
  while (!signal.aborted) {
    const notice = said.take();
    if (notice !== undefined) yield eventBatch({ type: 'notice', detail: notice });
    let came = notice !== undefined;
    for (const output of outputs) {
      const batch = output.read();
      if (batch === undefined) continue;
      came = true;
      yield batch;
    }
    if (came) continue;
    if (isOver()) break;
    await wake.wait();
  }
  if (signal.aborted) return;
  for (const output of outputs) {
    const rest = output.end();
    if (rest !== undefined) yield rest;
  }
  said.end();
  for (let notice = said.take(); notice !== undefined; notice = said.take()) yield eventBatch({ type: 'notice', detail: notice });
}

/** Wakes for whatever happens to the child; the result tells whether it ended and all that came through its pipes was taken. */
function listen(child: ChildProcess, said: Said | undefined, wake: Wake): () => boolean {
  let over = false;
  child.once('close', () => {
    over = true;
    wake.notify();
  });
  child.on('error', wake.notify);
  child.stdout?.on('readable', wake.notify).on('error', wake.notify);
  child.stderr?.on('error', wake.notify);
  if (said === undefined) child.stderr?.on('readable', wake.notify);
  else {
    child.stderr?.on('data', (chunk: Buffer) => {
      said.push(chunk);
      wake.notify();
    });
  }
  return () => over;
}
