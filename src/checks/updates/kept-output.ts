import { closeSync, fstatSync, openSync, readdirSync, readSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import type { Clock } from '../../clock/clock.ts';
import { cannotDo } from '../cannot.ts';
import { SAYS } from './apply-sentences.ts';

const MOST_FILES = 30;
const MOST_NAMES = 100;
const POLL_MS = 150;
const CHUNK_BYTES = 64 * 1024;
const NAME = /^updates-\d{8}T\d{6}Z(?:-\d{1,3})?\.log$/;

/** A file that keeps what a package manager says. */
export interface KeptOutput {
  readonly path: string;
  /** The open file, for the program that writes into it. */
  readonly file: number;
  /** For output that comes from elsewhere. */
  write(text: string): void;
  /** Tells what comes to stand in the file, as it comes; the result tells the rest and ends it. */
  follow(onText: (text: string) => void): () => void;
  close(): void;
}

/** Opens a new private file in this folder and lets go of the oldest ones. Throws a sentence when none can be made. */
export function keepOutput(folder: string, clock: Clock): KeptOutput {
  letGo(folder);
  const { path, file } = opened(folder, clock);
  return {
    path,
    file,
    write(text) {
      try {
        writeSync(file, text);
      } catch {
        // A full disk is no reason to stop an upgrade.
      }
    },
    follow: (onText) => follow(file, clock, onText),
    close: () => closeSync(file),
  };
}

function opened(folder: string, clock: Clock): { readonly path: string; readonly file: number } {
  const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  for (let n = 1; n <= MOST_NAMES; n++) {
    const path = join(folder, n === 1 ? `updates-${stamp}.log` : `updates-${stamp}-${n}.log`);
    try {
      // Two writers: the program itself, and us.
      return { path, file: openSync(path, 'ax+', 0o600) };
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw cannotDo(SAYS.notKept, { folder, code });
    }
  }
  throw cannotDo(SAYS.notKept, { folder, code: 'EEXIST' });
}

/** All but the newest, with room for one more. */
function letGo(folder: string): void {
  try {
    const files = readdirSync(folder)
      .filter((name) => NAME.test(name))
      .map((name) => ({ path: join(folder, name), ms: statSync(join(folder, name)).mtimeMs }))
      .sort((one, other) => other.ms - one.ms);
    for (const { path } of files.slice(MOST_FILES - 1)) rmSync(path, { force: true });
  } catch {
    // Whether a new one can be made is told where it is made.
  }
}

function follow(file: number, clock: Clock, onText: (text: string) => void): () => void {
  const decoder = new StringDecoder('utf8');
  const bytes = Buffer.alloc(CHUNK_BYTES);
  let position = fstatSync(file).size;
  const read = (): void => {
    for (;;) {
      const count = readSync(file, bytes, 0, CHUNK_BYTES, position);
      if (count === 0) return;
      position += count;
      onText(decoder.write(bytes.subarray(0, count)));
    }
  };
  let cancel = (): void => {};
  const poll = (): void => {
    read();
    cancel = clock.after(POLL_MS, poll);
  };
  cancel = clock.after(POLL_MS, poll);
  return () => {
    cancel();
    read();
    const rest = decoder.end();
    if (rest !== '') onText(rest);
  };
}
