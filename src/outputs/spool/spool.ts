import type { BatchLimit } from '../output.ts';
import type { OutputRecord } from '../record.ts';
import { encodeFrame, frameBytes, MAX_FRAME_BYTES } from './frame.ts';
import { openSegments, recordsOf, type Segments } from './segments.ts';
import { machineFiles, type SpoolFiles } from './spool-files.ts';

/** Records that wait for a peer: in files where there is a folder, else in memory; bounded either way. */
export interface Spool {
  /** Takes a record in. False when there is no room: the newest is refused, and counted. */
  add(record: OutputRecord): boolean;
  /** Writes what was added: from then on a kill of the process cannot take it. */
  flush(): void;
  /** The oldest that were not acknowledged, at most so many (but one, however large). */
  oldest(limit: BatchLimit): readonly OutputRecord[];
  /** The peer has the oldest `count`, all of which {@link Spool.oldest} has named. */
  acknowledge(count: number): void;
  readonly records: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Lets more or less wait from now on; what waits already stays. */
  resize(maxBytes: number): void;
  readonly dropped: number;
  /** Why what waits is in memory alone; `''` when it is in files. */
  readonly memoryOnly: string;
}

export interface SpoolOptions {
  /** Undefined keeps everything in memory. */
  readonly folder: string | undefined;
  readonly maxBytes: number;
  readonly files?: SpoolFiles;
  readonly segmentBytes?: number;
}

/** How much is held in memory where there are no files, or while they cannot be written. */
const MEMORY_BYTES = 16 * 1_024 * 1_024;
/** Added records are written at the latest when they are as many. */
const FLUSH_BYTES = 64 * 1_024;
/** After a failed write a new try costs so many added bytes. */
const RETRY_BYTES = 64 * 1_024;

interface Opened {
  readonly segments: Segments | undefined;
  readonly reason: string;
}

function open({ folder, files = machineFiles, segmentBytes }: SpoolOptions): Opened {
  if (folder === undefined) return { segments: undefined, reason: 'there is no state directory' };
  try {
    return { segments: openSegments(folder, files, segmentBytes === undefined ? {} : { segmentBytes }), reason: '' };
  } catch (error) {
    return { segments: undefined, reason: reasonOf(error) };
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : 'unknown reason');

/** Opens a spool; a folder that cannot be used is no error but a reason to keep everything in memory. */
export function openSpool(options: SpoolOptions): Spool {
  const { segments, reason } = open(options);
  const bounded = (bytes: number): number => (segments === undefined ? Math.min(bytes, MEMORY_BYTES) : bytes);
  let maxBytes = bounded(options.maxBytes);
  // Newer than everything in the files.
  let tail: OutputRecord[] = [];
  let tailBytes = 0;
  let dropped = 0;
  let trouble = reason;
  let retryAtBytes = 0;
  let named: readonly { readonly bytes: number }[] = [];

  const held = (): number => (segments?.bytes ?? 0) + tailBytes;
  const flush = (): void => {
    if (segments === undefined || tail.length === 0) return;
    try {
      segments.append(Buffer.concat(tail.map(encodeFrame)), tail.length);
      tail = [];
      tailBytes = 0;
      retryAtBytes = 0;
      trouble = '';
    } catch (error) {
      // The disk is full or broken: what the peer takes meanwhile goes out from memory.
      trouble = reasonOf(error);
      retryAtBytes = tailBytes + RETRY_BYTES;
    }
  };
  const fromTail = (limit: BatchLimit): OutputRecord[] => {
    const taken: OutputRecord[] = [];
    let bytes = 0;
    for (const record of tail) {
      bytes += frameBytes(record);
      if (taken.length > 0 && (taken.length >= limit.records || bytes > limit.bytes)) break;
      taken.push(record);
    }
    return taken;
  };

  return {
    add(record) {
      const bytes = frameBytes(record);
      const hasRoom = held() + bytes <= maxBytes && tailBytes + bytes <= MEMORY_BYTES && bytes <= MAX_FRAME_BYTES;
      if (!hasRoom) {
        dropped++;
        return false;
      }
      tail.push(record);
      tailBytes += bytes;
      if (tailBytes >= Math.max(FLUSH_BYTES, retryAtBytes)) flush();
      return true;
    },
    flush,
    oldest(limit) {
      if (segments !== undefined && segments.records > 0) {
        const frames = segments.read(limit);
        named = frames;
        return recordsOf(frames);
      }
      const taken = fromTail(limit);
      named = taken.map((record) => ({ bytes: frameBytes(record) }));
      return taken;
    },
    acknowledge(count) {
      const taken = named.slice(0, count);
      named = named.slice(count);
      // Named from memory, they may have been written since: the oldest are then the oldest there.
      if (segments !== undefined && segments.records > 0) segments.advance(taken);
      else {
        tail = tail.slice(taken.length);
        tailBytes -= taken.reduce((sum, { bytes }) => sum + bytes, 0);
      }
    },
    get records() {
      return (segments?.records ?? 0) + tail.length;
    },
    get bytes() {
      return held();
    },
    get maxBytes() {
      return maxBytes;
    },
    resize(bytes) {
      maxBytes = bounded(bytes);
    },
    get dropped() {
      return dropped + (segments?.damaged ?? 0);
    },
    get memoryOnly() {
      return trouble;
    },
  };
}
