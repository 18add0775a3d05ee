import type { FileHandle } from 'node:fs/promises';
import { open, rename, rm } from 'node:fs/promises';
import type { Output } from '../output.ts';

export interface FileSettings {
  readonly path: string;
  /** The file is set aside as `path.1` before it would grow beyond. */
  readonly maxBytes: number;
  /** How many files set aside are kept. */
  readonly keep: number;
}

/** What of the file system a file output uses, so that tests can fill the disk. */
export interface FileSystem {
  readonly open: typeof open;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
}

const BATCH = { records: 2_000, bytes: 1_024 * 1_024 } as const;
const MODE = 0o640;
/** No line of ours is longer. */
const LONGEST_TAIL = 4 * 1_024 * 1_024;
const NEWLINE = 0x0a;
const OUR_BEGIN = '{"@timestamp"';

/** NDJSON into a file, readable by its group, with rotation by size. Taken is what the kernel took. */
export function createFile(settings: FileSettings, fs: FileSystem = { open, rename, rm }): Output {
  const { path, maxBytes } = settings;
  return {
    type: 'file',
    destination: path,
    batch: BATCH,
    async send(records) {
      let bytes = Buffer.from(records.map(({ text }) => `${text}\n`).join(''));
      let file = await openEnd(path, fs);
      try {
        if (file.size > 0 && file.size + bytes.length > maxBytes) {
          await file.handle.close();
          await rotate(settings, fs);
          file = await openEnd(path, fs);
        }
        const { size } = file;
        try {
          for (let at = size; bytes.length > 0; ) {
            const { bytesWritten } = await file.handle.write(bytes, 0, bytes.length, at);
            bytes = bytes.subarray(bytesWritten);
            at += bytesWritten;
          }
        } catch (error) {
          // No half of a batch: it comes again as a whole.
          await file.handle.truncate(size).catch(() => undefined);
          throw error;
        }
      } finally {
        await file.handle.close().catch(() => undefined);
      }
      return { ok: true };
    },
    close: async () => {},
  };
}

interface OpenFile {
  readonly handle: FileHandle;
  /** Where the next line belongs. */
  readonly size: number;
}

/** Opened for every batch: whoever rotates the file by other means is followed. A line that a kill has cut is taken back. */
async function openEnd(path: string, { open: openFile }: FileSystem): Promise<OpenFile> {
  const handle = await openFile(path, 'r+').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return openFile(path, 'wx+', MODE);
  });
  try {
    const { size } = await handle.stat();
    const end = await endOfLines(handle, size);
    if (end < size) await handle.truncate(end);
    return { handle, size: end };
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}

/** Behind the last line end. */
async function endOfLines(handle: FileHandle, size: number): Promise<number> {
  if (size === 0) return 0;
  const last = await readAt(handle, size - 1, 1);
  if (last[0] === NEWLINE) return size;
  const length = Math.min(size, LONGEST_TAIL);
  const tail = await readAt(handle, size - length, length);
  const newline = tail.lastIndexOf(NEWLINE);
  const torn = tail.subarray(newline + 1);
  // Only what is ours is cut; to anybody else's line an end is put.
  const begin = torn.toString('latin1', 0, OUR_BEGIN.length);
  if (begin === OUR_BEGIN.slice(0, begin.length)) return size - torn.length;
  await handle.write(Buffer.of(NEWLINE), 0, 1, size);
  return size + 1;
}

async function readAt(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** `path.2` becomes `path.3`, …, `path` becomes `path.1`, each by renaming: nobody sees half of it. */
async function rotate({ path, keep }: FileSettings, { rename: move, rm: remove }: FileSystem): Promise<void> {
  if (keep === 0) return remove(path, { force: true });
  for (let n = keep - 1; n >= 0; n--) {
    try {
      await move(n === 0 ? path : `${path}.${n}`, `${path}.${n + 1}`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}
