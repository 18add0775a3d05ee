import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Clock, systemClock } from '../clock/clock.ts';
import { createFileSource } from './file.ts';
import { pause } from './pause.ts';
import { createRetimer } from './retime.ts';
import { scheduleLines } from './schedule.ts';
import type { LineBatch, Source, SourceEvent } from './source.ts';
import { eventBatch } from './split.ts';
import { MAX_LINE_BYTES } from './split-rules.ts';

/** Lines are dealt out this often at most, and at most so many at once. */
const TICK_MS = 50;
const MOST_LINES = 500;
/** Of one file: a replay holds its lines in memory. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface ReplayOptions {
  /** Each becomes a source of its own. */
  readonly files: readonly string[];
  /** Of all files together, on average. */
  readonly linesPerSecond: number;
  /** The zone that stamps without a zone are in, and are rewritten in; default UTC. */
  readonly timeZone?: string;
  readonly clock?: Clock;
}

interface Loaded {
  readonly lines: readonly string[];
  readonly cut: boolean;
  readonly failure: SourceEvent | undefined;
}

/** A line of one file and when it is due, milliseconds after the start. */
interface Turn {
  readonly line: string;
  readonly dueMs: number;
}

interface Plan {
  /** Turns of each file, in order. */
  readonly turns: readonly (readonly Turn[])[];
  readonly loaded: readonly Loaded[];
  readonly startMs: number;
  readonly startMonotonicMs: number;
}

/**
 * Old logs as live traffic: lines of all files in the order of their times, dealt out from the moment when the first of the sources is read,
 * their stamps set to that moment. Finite; an unreadable file gives a `failed` event.
 */
export function createReplaySources({ files, linesPerSecond, timeZone = 'UTC', clock = systemClock }: ReplayOptions): Source[] {
  const retimer = createRetimer(timeZone);
  let plan: Promise<Plan> | undefined;
  const load = async (): Promise<Plan> => {
    const loaded = await Promise.all(files.map(loadFile));
    const turns = planTurns(loaded, linesPerSecond, retimer.timeOf);
    return { turns, loaded, startMs: clock.now(), startMonotonicMs: clock.monotonic() };
  };
  return files.map((path, index) => ({
    key: `replay:${resolve(path)}`,
    name: basename(path),
    async *read({ signal }) {
      plan ??= load();
      const { turns, loaded, startMs, startMonotonicMs } = await plan;
      const failure = loaded[index]?.failure;
      yield eventBatch(failure ?? { type: 'live' });
      const retime = ({ line, dueMs }: Turn): string => retimer.retime(line, startMs + dueMs);
      yield* deal(turns[index] ?? [], { clock, startMonotonicMs, signal, retime, countCut: loaded[index]?.cut === true });
    },
  }));
}

/** The `.log` files of a folder as replay sources; none when there is no such folder. */
export function createDemoSources({ directory, ...options }: Omit<ReplayOptions, 'files'> & { readonly directory: string }): Source[] {
  return createReplaySources({ ...options, files: logsIn(directory) });
}

function logsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.log'))
      .sort()
      .map((name) => join(directory, name));
  } catch {
    return [];
  }
}

async function loadFile(path: string): Promise<Loaded> {
  const lines: string[] = [];
  let cut = false;
  let bytes = 0;
  let failure: SourceEvent | undefined;
  for await (const batch of createFileSource({ path, history: 'all', follow: false }).read({ signal: new AbortController().signal })) {
    for (const line of batch.lines) lines.push(line);
    cut ||= batch.cut > 0;
    if (batch.event?.type === 'failed') failure = batch.event;
    bytes += batch.bytes;
    if (bytes > MOST_BYTES) break;
  }
  return { lines, cut, failure };
}

function planTurns(
  loaded: readonly Loaded[],
  linesPerSecond: number,
  timeOf: (line: string, year: number) => number | undefined,
): Turn[][] {
  const year = firstYear(loaded, timeOf);
  const all = loaded.flatMap(({ lines }, file) => {
    let latest = Number.NEGATIVE_INFINITY;
    // A line without a time, or one that goes back, stays behind the one before it.
    return lines.map((line) => {
      latest = Math.max(latest, timeOf(line, year) ?? latest);
      return { file, line, timeMs: latest };
    });
  });
  all.sort((a, b) => (a.timeMs === b.timeMs ? a.file - b.file : a.timeMs - b.timeMs));
  const due = scheduleLines(
    all.map(({ timeMs }) => (Number.isFinite(timeMs) ? timeMs : 0)),
    linesPerSecond,
  );
  const turns: Turn[][] = loaded.map(() => []);
  all.forEach(({ file, line }, index) => {
    turns[file]?.push({ line, dueMs: due[index] ?? 0 });
  });
  return turns;
}

/** The year in which the logs begin, for the lines that do not tell theirs. */
function firstYear(loaded: readonly Loaded[], timeOf: (line: string, year: number) => number | undefined): number {
  const unknown = 1971;
  for (const { lines } of loaded) {
    const timeMs = timeOf(lines[0] ?? '', unknown);
    const year = timeMs === undefined ? unknown : new Date(timeMs).getUTCFullYear();
    if (year > unknown) return year;
  }
  return unknown;
}

interface Deal {
  readonly clock: Clock;
  readonly startMonotonicMs: number;
  readonly signal: AbortSignal;
  readonly retime: (turn: Turn) => string;
  readonly countCut: boolean;
}

async function* deal(turns: readonly Turn[], { clock, startMonotonicMs, signal, retime, countCut }: Deal): AsyncGenerator<LineBatch> {
  const isCut = (line: string): boolean => countCut && Buffer.byteLength(line) >= MAX_LINE_BYTES;
  for (let next = 0; next < turns.length && !signal.aborted; ) {
    const elapsedMs = clock.monotonic() - startMonotonicMs;
    const batch: Turn[] = [];
    for (let turn = turns[next]; turn !== undefined && turn.dueMs <= elapsedMs && batch.length < MOST_LINES; turn = turns[next]) {
      batch.push(turn);
      next += 1;
    }
    if (batch.length > 0) {
      const bytes = batch.reduce((sum, { line }) => sum + Buffer.byteLength(line) + 1, 0);
      yield { lines: batch.map(retime), bytes, cut: batch.filter(({ line }) => isCut(line)).length };
    } else await pause(clock, Math.max(TICK_MS, (turns[next]?.dueMs ?? 0) - elapsedMs), signal);
  }
}
