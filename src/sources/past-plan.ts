import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { explainFailure } from './failure.ts';
import type { FileAccess } from './file-access.ts';
import { readGzip } from './gzip.ts';
import type { PastFile } from './past-files.ts';

/** A piece of one generation: bytes of a plain file, or the whole of a compressed one. Plain data. */
export interface PastSegment extends PastFile {
  readonly fromByte: number;
  /** Not included; for what is compressed its size. */
  readonly toByte: number;
}

export interface PastPlan {
  /** Oldest first. */
  readonly segments: readonly PastSegment[];
  /** Bytes to read until what is wanted has been read. */
  readonly bytes: number;
  /** Time of the first line of the oldest generation that was looked at; undefined when no line has a time. */
  readonly beginMs: number | undefined;
  /** Why generations could not be looked at. */
  readonly problems: readonly string[];
}

export interface PlanOptions {
  /** Newest first. */
  readonly files: readonly PastFile[];
  /** What is wanted begins here. */
  readonly fromMs: number;
  /** And ends here; what comes after may be read later. */
  readonly toMs: number;
  /** Event time of the first of these lines that has one. */
  readonly timeOf: (lines: readonly string[]) => number | undefined;
  readonly access: FileAccess;
  readonly signal: AbortSignal;
}

const PROBE_BYTES = 65_536;
/** Closer than this the search ends and lines are read one after the other. */
const CLOSE_BYTES = 4 * PROBE_BYTES;
const LF = 0x0a;

/**
 * Which part of a log's generations holds what came from `fromMs` on. Goes back from the newest until one begins before; in a plain file the place
 * is found by binary search (lines may be out of order by less than what `fromMs` allows for), a compressed one is read from its begin.
 */
export async function planPast({ files, fromMs, toMs, timeOf, access, signal }: PlanOptions): Promise<PastPlan> {
  let bytes = 0;
  const segments: PastSegment[] = [];
  const problems: string[] = [];
  let beginMs: number | undefined;
  for (const file of files) {
    if (signal.aborted) break;
    try {
      const first = await withHandle(file, access, async (handle) => timeOf(await firstLines(handle, file, signal)));
      if (first === undefined) {
        if (file.sizeBytes > 0) problems.push(`${file.path}: its lines have no time`);
        continue;
      }
      const offsetOf = (timeMs: number): Promise<number> =>
        withHandle(file, access, (handle) => offsetOfTime(handle, file.sizeBytes, { timeMs, timeOf }));
      const fromByte = first < fromMs && !file.compressed ? await offsetOf(fromMs) : 0;
      segments.unshift({ ...file, fromByte, toByte: file.sizeBytes });
      if (first <= toMs) bytes += (file.compressed ? file.sizeBytes : await offsetOf(toMs)) - fromByte;
      beginMs = first;
      if (first < fromMs) break;
    } catch (error) {
      problems.push(`${file.path}: ${await explainFailure(error, file.path, access)}`);
    }
  }
  return { segments, bytes: Math.max(1, bytes), beginMs, problems };
}

async function withHandle<T>(file: PastFile, access: FileAccess, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await access.open(file.path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}

async function firstLines(handle: FileHandle, { compressed }: PastFile, signal: AbortSignal): Promise<readonly string[]> {
  if (!compressed) return completeLines(await readAt(handle, 0), 0);
  for await (const { lines } of readGzip(handle, signal)) if (lines.length > 0) return lines;
  return [];
}

async function readAt(handle: FileHandle, position: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(PROBE_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, PROBE_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/** The lines that begin in the bytes read at `position`; the first may have begun before. */
function completeLines(bytes: Buffer, position: number): string[] {
  const start = position === 0 ? 0 : bytes.indexOf(LF) + 1;
  return position !== 0 && start === 0 ? [] : bytes.toString('utf8', start).split('\n');
}

/** The offset of a line before `timeMs`, near the first line from then on. */
async function offsetOfTime(
  handle: FileHandle,
  size: number,
  { timeMs, timeOf }: { timeMs: number; timeOf: PlanOptions['timeOf'] },
): Promise<number> {
  let low = 0;
  let high = size;
  while (high - low > CLOSE_BYTES) {
    const middle = low + Math.floor((high - low) / 2);
    const time = timeOf(completeLines(await readAt(handle, middle), middle));
    if (time !== undefined && time < timeMs) low = middle;
    else high = middle;
  }
  if (low === 0) return 0;
  return low + (await readAt(handle, low)).indexOf(LF) + 1;
}
