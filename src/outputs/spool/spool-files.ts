import { closeSync, constants, fsyncSync, ftruncateSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { makePrivateFolder } from '../../files/private-folder.ts';

/** What a spool asks of the file system. Every call may throw the file system's error (ENOSPC, EIO, ...). */
export interface SpoolFiles {
  /** Makes a folder that only its owner may enter, and the missing ones above it. */
  makeFolder(path: string): void;
  list(folder: string): string[];
  size(path: string): number;
  /** At most `length` bytes from `offset`; fewer at the end. */
  read(path: string, offset: number, length: number): Buffer;
  /** Writes all bytes at `offset`; a missing file is made. After a throw some may be there. */
  write(path: string, bytes: Buffer, offset: number): void;
  truncate(path: string, length: number): void;
  remove(path: string): void;
}

function withFile<T>(path: string, flags: number, work: (file: number) => T): T {
  const file = openSync(path, flags, 0o600);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

/** The files of the machine. What was written is the kernel's: a kill of the process does not take it back. */
export const machineFiles: SpoolFiles = {
  makeFolder: makePrivateFolder,
  list: (folder) => readdirSync(folder),
  size: (path) => statSync(path).size,
  read: (path, offset, length) =>
    withFile(path, constants.O_RDONLY, (file) => {
      const bytes = Buffer.allocUnsafe(length);
      let filled = 0;
      while (filled < length) {
        const read = readSync(file, bytes, filled, length - filled, offset + filled);
        if (read === 0) break;
        filled += read;
      }
      return bytes.subarray(0, filled);
    }),
  write: (path, bytes, offset) =>
    withFile(path, constants.O_WRONLY | constants.O_CREAT, (file) => {
      for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, offset + done);
    }),
  truncate: (path, length) =>
    withFile(path, constants.O_WRONLY, (file) => {
      ftruncateSync(file, length);
      fsyncSync(file);
    }),
  remove: (path) => rmSync(path, { force: true }),
};
