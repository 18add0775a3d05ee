import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';

/** What reading files needs of the file system; injected, so that tests can refuse access. Throws system errors. */
export interface FileAccess {
  open(path: string, flags: number): Promise<FileHandle>;
  stat(path: string): Promise<BigIntStats>;
  /** Names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  realpath(path: string): Promise<string>;
}

export const systemFiles: FileAccess = {
  open: (path, flags) => open(path, flags),
  stat: (path) => stat(path, { bigint: true }),
  list: (folder) => readdir(folder),
  realpath: (path) => realpath(path),
};
