import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makePrivateFolder } from '../../files/private-folder.ts';

/** In the state directory. */
export const MUTE_HITS_FILE = 'mute-hits.json';

/** How often a mute kept something quiet, and when last (event time). */
export interface MuteHits {
  readonly hits: number;
  readonly lastMs: number | undefined;
}

/** Hits of mutes by their id, kept from run to run where there is a file. */
export interface MuteHitBook {
  of(id: string): MuteHits;
  add(id: string, timeMs: number): void;
  /** Writes what changed, of these mutes only. A file that cannot be written is no reason to stop. */
  save(ids: readonly string[]): void;
}

const NONE: MuteHits = { hits: 0, lastMs: undefined };

/** What an earlier run wrote; anything else is as good as nothing. */
function readHits(path: string | undefined): Map<string, MuteHits> {
  const book = new Map<string, MuteHits>();
  if (path === undefined) return book;
  try {
    const written: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof written !== 'object' || written === null) return book;
    for (const [id, value] of Object.entries(written)) {
      const [hits, lastMs]: readonly unknown[] = Array.isArray(value) ? value : [];
      if (typeof hits === 'number' && typeof lastMs === 'number') book.set(id, { hits, lastMs });
    }
  } catch {
    return book;
  }
  return book;
}

/** @param path file of the state directory; undefined keeps the hits in memory */
export function openMuteHits(path: string | undefined): MuteHitBook {
  const book = readHits(path);
  // Lines of the history that an earlier run has counted are read again.
  const countedMs = new Map([...book].map(([id, { lastMs }]) => [id, lastMs ?? 0]));
  let isDirty = false;
  return {
    of: (id) => book.get(id) ?? NONE,
    add(id, timeMs) {
      if (timeMs <= (countedMs.get(id) ?? Number.NEGATIVE_INFINITY)) return;
      const { hits, lastMs = timeMs } = book.get(id) ?? NONE;
      book.set(id, { hits: hits + 1, lastMs: Math.max(lastMs, timeMs) });
      isDirty = true;
    },
    save(ids) {
      if (path === undefined || !isDirty) return;
      isDirty = false;
      const known = ids.flatMap((id) => {
        const { hits, lastMs } = book.get(id) ?? NONE;
        return hits === 0 ? [] : [[id, [hits, lastMs]]];
      });
      try {
        makePrivateFolder(dirname(path));
        writeFileSync(`${path}.new`, JSON.stringify(Object.fromEntries(known)), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch {
        // Counted on in memory.
      }
    },
  };
}
