import { join } from 'node:path';
import type { BatchLimit } from '../output.ts';
import type { OutputRecord } from '../record.ts';
import { type Frame, frameAt, placeAt } from './frame.ts';
import { type Mark, readMark, writeMark } from './mark.ts';
import type { SpoolFiles } from './spool-files.ts';

/** Frames in files of a folder, oldest first. */
export interface Segments {
  /** Throws the file system's error; nothing of it is then held. */
  append(frames: Buffer, records: number): void;
  /** The oldest frames, at most so many (but one, however large). */
  read(limit: BatchLimit): readonly Frame[];
  /** Lets the oldest go: exactly frames that {@link Segments.read} returned. */
  advance(frames: readonly { readonly bytes: number }[]): void;
  readonly records: number;
  readonly bytes: number;
  /** Records that were damaged on the disk. */
  readonly damaged: number;
}

interface Segment {
  readonly path: string;
  readonly number: number;
  /** Valid bytes. */
  bytes: number;
  records: number;
}

const NAME = /^(\d{10})\.spool$/;
const SEGMENT_BYTES = 8 * 1_024 * 1_024;
/** An empty segment is left for a new one only when that frees something. */
const WORTH_LEAVING_BYTES = 256 * 1_024;
const READ_BYTES = 256 * 1_024;

const nameOf = (number: number): string => `${String(number).padStart(10, '0')}.spool`;

/** Valid frames from `offset` on: how many, and where they end. Reads piece by piece. */
function scan(files: SpoolFiles, path: string, from: number): { records: number; end: number } {
  let records = 0;
  let end = from;
  let piece = files.read(path, end, READ_BYTES);
  for (let at = 0; ; ) {
    const frame = placeAt(piece, at);
    if (frame === 'torn') return { records, end };
    if ('kind' in frame) {
      records++;
      at += frame.bytes;
      end += frame.bytes;
      continue;
    }
    const next = files.read(path, end, Math.max(READ_BYTES, frame.needs));
    if (next.length < frame.needs) return { records, end };
    piece = next;
    at = 0;
  }
}

/**
 * Opens the folder, cuts a torn end, and goes on behind what was acknowledged. Throws the file system's error.
 *
 * @param options.segmentBytes a file is left for the next one once it is as large
 */
export function openSegments(
  folder: string,
  files: SpoolFiles,
  { segmentBytes = SEGMENT_BYTES }: { segmentBytes?: number } = {},
): Segments {
  files.makeFolder(folder);
  const mark = readMark(folder, files);
  const numbers = files
    .list(folder)
    .flatMap((name) => (NAME.test(name) ? [Number(name.slice(0, 10))] : []))
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  /** Read so far of the oldest. */
  let offset = 0;
  let damaged = 0;
  /** Could not be cut after a write that failed: nothing more goes there. */
  let broken: Segment | undefined;
  for (const number of numbers) {
    const path = join(folder, nameOf(number));
    if (mark !== undefined && number < mark.segment) {
      files.remove(path);
      continue;
    }
    const from = number === mark?.segment ? Math.min(mark.offset, files.size(path)) : 0;
    const { records, end } = scan(files, path, from);
    if (end < files.size(path)) {
      files.truncate(path, end);
      if (number !== numbers.at(-1)) damaged++;
    }
    if (segments.length === 0) offset = from;
    segments.push({ path, number, bytes: end, records });
  }

  const add = (number: number): Segment => {
    const segment = { path: join(folder, nameOf(number)), number, bytes: 0, records: 0 };
    segments.push(segment);
    return segment;
  };
  const first = (): Segment => segments[0] ?? add(Math.max(1, mark?.segment ?? 1));
  const keepMark = (): void => {
    const next: Mark = { segment: first().number, offset };
    try {
      writeMark(folder, files, next);
    } catch {
      // Then some are sent again after a restart, which is what "at least once" means.
    }
  };
  const leave = (segment: Segment): void => {
    segments.shift();
    if (segments.length === 0) add(segment.number + 1);
    offset = 0;
    keepMark();
    try {
      files.remove(segment.path);
    } catch {
      // Removed at the next start: it lies before the mark.
    }
  };

  /** Takes back what a failed write has left behind the valid end. */
  const forget = (segment: Segment): void => {
    try {
      files.truncate(segment.path, segment.bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') broken = segment;
    }
  };
  /** The one that is read; those before it that hold nothing more are left. */
  const oldest = (): Segment => {
    let segment = first();
    while (segment.records === 0 && segments.length > 1) {
      leave(segment);
      segment = first();
    }
    return segment;
  };

  return {
    append(frames, records) {
      let last = segments.at(-1) ?? first();
      if (last.bytes > 0 && (last === broken || last.bytes + frames.length > segmentBytes)) last = add(last.number + 1);
      try {
        files.write(last.path, frames, last.bytes);
      } catch (error) {
        // Whole frames may be there already: they would be read again, out of their order.
        forget(last);
        throw error;
      }
      last.bytes += frames.length;
      last.records += records;
    },
    read(limit) {
      for (let segment = oldest(); segment.records > 0; segment = oldest()) {
        const frames = readFrames(segment, { files, offset, limit });
        if (frames.length > 0) return frames;
        // Whole when it was opened or written: the disk has lost it since.
        damaged += segment.records;
        segment.records = 0;
        segment.bytes = offset;
      }
      return [];
    },
    advance(frames) {
      const segment = oldest();
      for (const { bytes } of frames) offset += bytes;
      segment.records -= frames.length;
      const isRead = segment.records === 0;
      if (isRead && (segments.length > 1 || offset >= WORTH_LEAVING_BYTES)) leave(segment);
      else keepMark();
    },
    get records() {
      return segments.reduce((sum, { records }) => sum + records, 0);
    },
    get bytes() {
      return segments.reduce((sum, { bytes }) => sum + bytes, 0) - offset;
    },
    get damaged() {
      return damaged;
    },
  };
}

interface ReadOptions {
  readonly files: SpoolFiles;
  readonly offset: number;
  readonly limit: BatchLimit;
}

/** Frames of one segment from `offset` on. What was scanned or written whole is there whole. */
function readFrames(segment: Segment, { files, offset, limit }: ReadOptions): Frame[] {
  const available = segment.bytes - offset;
  let bytes = files.read(segment.path, offset, Math.min(available, limit.bytes));
  const frames: Frame[] = [];
  for (let at = 0; frames.length < limit.records && at < available; ) {
    const frame = frameAt(bytes, at);
    if (frame === 'torn') break;
    if ('record' in frame) {
      frames.push(frame);
      at += frame.bytes;
    } else if (frames.length === 0 && bytes.length < Math.min(available, frame.needs))
      bytes = files.read(segment.path, offset, frame.needs);
    else break;
  }
  return frames;
}

/** The texts alone. */
export const recordsOf = (frames: readonly Frame[]): OutputRecord[] => frames.map(({ record }) => record);
