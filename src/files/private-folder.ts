import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder that only its owner may enter, and the missing ones above it. Throws the error of the file system. Not Node's
 * `recursive`: that never returns below a folder that refuses new entries with ENOENT, such as /proc.
 */
export function makePrivateFolder(path: string): void {
  if (made(path)) return;
  makePrivateFolder(dirname(path));
  // Others make the same folders at the same time.
  if (!made(path)) mkdirSync(path, { mode: 0o700 });
}

/** False when the folder above is missing (the root has none). */
function made(path: string): boolean {
  try {
    mkdirSync(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}
