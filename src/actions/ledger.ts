import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { BanError } from './subject.ts';

/** A ban that secmon itself has to end. */
export interface LedgerEntry {
  /** Name of the banner. */
  readonly banner: string;
  readonly subject: string;
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Bans that nothing else keeps the time of, in a private file of its own, so that the next run ends what this one began. */
export interface Ledger {
  of(banner: string): readonly LedgerEntry[];
  put(entry: LedgerEntry): void;
  remove(banner: string, subject: string): void;
}

const MOST = 10_000;

/**
 * Reads `path` at every question and writes it whole, by renaming; undefined keeps all in memory. `locked` keeps other processes out while
 * `work` runs.
 */
export function createLedger(path: string | undefined, locked: <T>(work: () => T) => T = (work) => work()): Ledger {
  let held: readonly LedgerEntry[] = [];
  const read = (): readonly LedgerEntry[] => (path === undefined ? held : readEntries(path));
  const write = (entries: readonly LedgerEntry[]): void => {
    held = entries.slice(-MOST);
    if (path === undefined) return;
    const draft = `${path}.${randomBytes(6).toString('hex')}`;
    try {
      writeFileSync(draft, `${JSON.stringify(held, undefined, 1)}\n`, { mode: 0o600, flag: 'wx' });
      renameSync(draft, path);
    } catch (cause) {
      throw new BanError(`cannot note the end of the ban in ${path} (${(cause as NodeJS.ErrnoException).code})`, { cause });
    }
  };
  const others = (banner: string, subject: string): readonly LedgerEntry[] =>
    read().filter((entry) => entry.banner !== banner || entry.subject !== subject);
  return {
    of: (banner) => read().filter((entry) => entry.banner === banner),
    put: (entry) => locked(() => write([...others(entry.banner, entry.subject), entry])),
    remove: (banner, subject) =>
      locked(() => {
        const kept = others(banner, subject);
        if (kept.length < read().length) write(kept);
      }),
  };
}

function readEntries(path: string): readonly LedgerEntry[] {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(value) ? value.filter(isEntry) : [];
  } catch {
    // Missing at first; a file that somebody broke tells of no ban.
    return [];
  }
}

function isEntry(value: unknown): value is LedgerEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { banner, subject, sinceMs, untilMs } = value as Record<string, unknown>;
  return typeof banner === 'string' && typeof subject === 'string' && Number.isFinite(sinceMs) && Number.isFinite(untilMs);
}
