import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder that only its owner may enter, and the missing ones above it. Rejects with the error of the file system. Not Node's
 * `recursive`: that never ends below a folder that refuses new entries with ENOENT, such as /proc.
 */
export async function ensurePrivateFolder(path: string): Promise<void> {
  if (await made(path)) return;
  await ensurePrivateFolder(dirname(path));
  // Others make the same folders at the same time.
  if (!(await made(path))) await mkdir(path, { mode: 0o700 });
}

/** False when the folder above is missing (the root has none). */
async function made(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return true;
    if (code === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}
