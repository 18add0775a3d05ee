import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { MUTES_HEADING } from './mute-line.ts';

/** The file of mutes cannot be read or written; the message says why and what to do. */
export class MuteFileError extends Error {
  override readonly name = 'MuteFileError';
}

const MAX_BYTES = 1_024 * 1_024;
const NEW_FILE_MODE = 0o644;

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown error');

/** The text of the file; `''` where there is none. Throws {@link MuteFileError}. */
export function readMuteFile(path: string): string {
  try {
    if (statSync(path).size > MAX_BYTES) throw new MuteFileError(`${path} has more than 1 MiB, which no list of mutes has`);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof MuteFileError) throw error;
    if (codeOf(error) === 'ENOENT') return '';
    throw new MuteFileError(`${path} cannot be read (${codeOf(error)})`, { cause: error });
  }
}

/** Tells one state of the file from another; `''` where there is none. */
export function muteFileSignature(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

/** Where the file really lies, and the mode that it keeps. */
function placeOf(path: string): { readonly real: string; readonly mode: number } {
  try {
    const real = realpathSync(path);
    return { real, mode: statSync(real).mode & 0o777 };
  } catch {
    return { real: path, mode: NEW_FILE_MODE };
  }
}

/** Replaces the file at once: whoever reads it sees the old or the new one, whole. */
function replaceFile(path: string, text: string): void {
  const { real, mode } = placeOf(path);
  const draft = `${real}.${randomBytes(6).toString('hex')}.new`;
  try {
    const file = openSync(draft, 'wx', mode);
    try {
      writeSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, real);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new MuteFileError(`${path} cannot be written (${codeOf(error)}): name another file with --mutes`, { cause: error });
  }
}

/** Adds a line at the end; what stands in the file stays as it is. Throws {@link MuteFileError}. */
export function addMuteLine(path: string, line: string): void {
  const before = readMuteFile(path);
  const start = before === '' ? MUTES_HEADING : before.endsWith('\n') ? before : `${before}\n`;
  replaceFile(path, `${start}${line}\n`);
}

/** Takes a line out again; false where it is not there as it was written. Throws {@link MuteFileError}. */
export function removeMuteLine(path: string, line: string): boolean {
  const lines = readMuteFile(path).split('\n');
  const at = lines.indexOf(line);
  if (at < 0) return false;
  replaceFile(path, lines.toSpliced(at, 1).join('\n'));
  return true;
}
