import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Tail, tailOf } from './tail.ts';

/** A file of a log: the one that is written to, or one that was full (`audit.ndjson.1` is the newest of those). */
export interface LogFile {
  readonly name: string;
  /** Open for reading; whoever asked closes it. */
  readonly file: number;
}

const TRIES = 5;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW;

/**
 * Opens all files of a log, oldest first. Full files are renamed while others write: what was opened is then looked at again, so that all
 * belong together. Throws ENOENT when there is none at all.
 */
export function openLogFiles(path: string): { readonly files: readonly LogFile[]; readonly hasCurrent: boolean } {
  for (let attempt = 1; ; attempt++) {
    const current = openOrNone(path);
    const rotated = rotatedNumbers(path).flatMap((number) => openOrNone(`${path}.${number}`) ?? []);
    const isSame = sameAsNow(path, current);
    const files = [...rotated, ...(current === undefined ? [] : [current])];
    if ((isSame || attempt === TRIES) && files.length > 0) return { files: withoutTwice(files), hasCurrent: current !== undefined };
    for (const { file } of files) closeSync(file);
    if (isSame || attempt === TRIES) statSync(path);
  }
}

/** The last record of the newest full file that has one; undefined when there is none. */
export function lastRotated(path: string): { readonly tail: Tail; readonly name: string } | undefined {
  for (const number of rotatedNumbers(path).reverse()) {
    const opened = openOrNone(`${path}.${number}`);
    if (opened === undefined) continue;
    const tail = withFile(opened, tailOf);
    if (tail.sequence > 0) return { tail, name: opened.name };
  }
  return undefined;
}

/** The last record of the file that the next rotation drops; undefined when it drops none. */
export function nextDropped(path: string, keep: number): Tail | undefined {
  forgetHalfDone(path);
  if (freeSlot(path, keep) !== undefined) return undefined;
  const oldest = openOrNone(`${path}.${keep}`);
  return oldest && withFile(oldest, tailOf);
}

/**
 * Puts `next`, a whole file, in the place of the log, which becomes number 1. The log is at no moment missing: it has both names first.
 * A kill in between leaves files that the next rotation goes on with.
 */
export function rotateFiles(path: string, next: string, keep: number): void {
  forgetHalfDone(path);
  const free = freeSlot(path, keep) ?? keep;
  for (let number = free - 1; number >= 1; number--) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
  try {
    linkSync(path, `${path}.1`);
  } catch {
    // A file system without hard links.
    renameSync(path, `${path}.1`);
  }
  renameSync(next, path);
  const folder = openSync(dirname(path), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

/** After a kill between the two names: the log is number 1 as well. */
function forgetHalfDone(path: string): void {
  if (existsSync(`${path}.1`) && existsSync(path) && statSync(`${path}.1`).ino === statSync(path).ino) rmSync(`${path}.1`);
}

const freeSlot = (path: string, keep: number): number | undefined =>
  Array.from({ length: keep }, (_, i) => i + 1).find((number) => !existsSync(`${path}.${number}`));

/** Highest, which is the oldest, first. */
function rotatedNumbers(path: string): number[] {
  const prefix = `${basename(path)}.`;
  const suffixes = readdirSync(dirname(path)).flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return suffixes
    .filter((suffix) => /^[1-9]\d{0,3}$/.test(suffix))
    .map(Number)
    .sort((a, b) => b - a);
}

function openOrNone(path: string): LogFile | undefined {
  try {
    return { name: basename(path), file: openSync(path, READ) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function withFile<T>({ file }: LogFile, work: (file: number) => T): T {
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

function sameAsNow(path: string, opened: LogFile | undefined): boolean {
  if (opened === undefined || !existsSync(path)) return (opened === undefined) === !existsSync(path);
  return statSync(path).ino === fstatSync(opened.file).ino;
}

/** A file that a killed rotation left under two names counts once, as the later. */
function withoutTwice(files: readonly LogFile[]): readonly LogFile[] {
  const inode = ({ file }: LogFile): number => fstatSync(file).ino;
  return files.filter((one, i) => {
    const isTwice = files.slice(i + 1).some((other) => inode(other) === inode(one));
    if (isTwice) closeSync(one.file);
    return !isTwice;
  });
}
