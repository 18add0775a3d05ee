import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import type { Mmdb, NetworkFacts } from './mmdb.ts';

/** What is needed of the file system. */
export interface DatabaseFiles {
  stat(path: string): Promise<{ readonly size: number; readonly mtimeMs: number; readonly ino: number }>;
  readFile(path: string): Promise<Buffer>;
}

export const systemFiles: DatabaseFiles = { stat, readFile };

export interface DatabasesOptions {
  /** Those that come first count more. */
  readonly paths: readonly string[];
  readonly files: DatabaseFiles;
  readonly open: (file: Buffer) => Promise<Mmdb>;
  readonly clock: Clock;
  /** Told, once each, what a person should know: a file is missing, damaged, too large or old. */
  readonly notice: (text: string) => void;
  /** Called when answers may have changed. */
  readonly changed: () => void;
}

/** A person's own databases, held in memory and read again when they are replaced. */
export interface Databases {
  /** Resolves when every file was tried once. */
  readonly ready: Promise<void>;
  look(address: string): NetworkFacts;
  close(): void;
}

interface Held {
  readonly path: string;
  signature: string;
  mmdb: Mmdb | undefined;
  /** The last notice about this file, so that it is not given again every minute. */
  said: string;
}

const LOOK_AGAIN_MS = 60_000;
const LARGEST_BYTES = 512 * 1_024 * 1_024;
const DAY_MS = 86_400_000;
const OLD_DAYS = 120;

/** Opens the files in the background; until then, and for a file that cannot be read, nothing is known from it. */
export function openDatabases(options: DatabasesOptions): Databases {
  const { clock, changed } = options;
  const held: Held[] = options.paths.map((path) => ({ path, signature: '', mmdb: undefined, said: '' }));
  let isClosed = false;
  let cancel = (): void => {};

  async function lookAgain(): Promise<void> {
    for (const one of held) if (!isClosed && (await refresh(one, options)) && !isClosed) changed();
    if (!isClosed && held.length > 0) cancel = clock.after(LOOK_AGAIN_MS, () => void lookAgain());
  }

  return {
    ready: lookAgain(),
    look: (address) => lookIn(held, address, options),
    close() {
      isClosed = true;
      cancel();
      held.length = 0;
    },
  };
}

/** Reads a file if it is another than the one held; true when it was read. What is held stays when the new one is of no use. */
async function refresh(one: Held, { files, open, clock, notice }: DatabasesOptions): Promise<boolean> {
  const say = (text: string): void => {
    if (one.said !== text) notice(text);
    one.said = text;
  };
  try {
    const { size, mtimeMs, ino } = await files.stat(one.path);
    const signature = `${ino} ${mtimeMs} ${size}`;
    if (signature === one.signature) return false;
    if (size > LARGEST_BYTES) throw new Error(t('it has {size} bytes, at most {most} are read', { size, most: LARGEST_BYTES }));
    const mmdb = await open(await files.readFile(one.path));
    one.signature = signature;
    one.mmdb = mmdb;
    one.said = '';
    const days = Math.floor((clock.now() - mmdb.builtMs) / DAY_MS);
    if (days > OLD_DAYS)
      say(
        t('{path} ({type}) is {days} days old: countries and networks may be wrong; get a newer one', {
          path: one.path,
          type: mmdb.type,
          days,
        }),
      );
    return true;
  } catch (error) {
    say(
      one.mmdb === undefined
        ? t('{path} cannot be used as an address database: {reason}', { path: one.path, reason: reasonOf(error) })
        : t('{path} cannot be used as an address database: {reason}; the earlier one is kept', { path: one.path, reason: reasonOf(error) }),
    );
    return false;
  }
}

function reasonOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return t('there is no such file');
  if (code === 'EACCES') return t('this user may not read it');
  if (code === 'EISDIR') return t('it is a folder');
  return error instanceof Error ? error.message.slice(0, 150) : 'unknown error';
}

function lookIn(held: readonly Held[], address: string, { notice }: DatabasesOptions): NetworkFacts {
  let country = '';
  let network = '';
  for (const one of held) {
    if (one.mmdb === undefined) continue;
    try {
      const facts = one.mmdb.look(address);
      country ||= facts?.country ?? '';
      network ||= facts?.network ?? '';
    } catch {
      one.mmdb = undefined;
      notice(t('{path} is damaged and no longer used; replace {file} and it is read again', { path: one.path, file: basename(one.path) }));
    }
  }
  return { country, network };
}
