import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder that only its owner may enter, and the missing ones above it. Rejects with the error of the file system. Not Node's
 * `recursive`: that never ends below a folder that refuses new entries with ENOENT, such as /proc.
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await ensurePrivateFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
}
