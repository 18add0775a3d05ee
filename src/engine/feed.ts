import { createFeedWindow, type FeedWindow, type WindowKeeper } from './feed-window.ts';
import type { HeldLine } from './held-line.ts';

/**
 * The newest lines in memory. Suspicious lines outlive the others: a flood of ordinary lines does not push the attack out. Ids rise by
 * one a line; what is gone is counted by the gaps.
 */
export interface Feed {
  push(line: Omit<HeldLine, 'id'>): HeldLine;
  get(id: number): HeldLine | undefined;
  /** Says more of a line that is held: what came of it was learned later. */
  amend(id: number, changes: Partial<Omit<HeldLine, 'id' | 'entry'>>): void;
  /** Every held line, oldest first. */
  all(): Iterable<HeldLine>;
  /** A sight of the lines for one screen, with a filter of its own. */
  openWindow(): FeedWindow;
}

/** Field by field: a spread object takes twice the memory, in tens of thousands of lines. */
const heldLine = (id: number, line: Omit<HeldLine, 'id'>): HeldLine => {
  const { sourceId, sourceName, sequence, entry, hits, muted, severity, families, outcome, success, note } = line;
  const held = { id, sourceId, sourceName, sequence, entry, hits, severity, families, outcome, success, note };
  return muted === undefined ? held : { ...held, muted };
};

/**
 * @param limits.recent how many of the newest lines are held
 * @param limits.suspicious how many older suspicious lines are held beyond those
 */
export function createFeed({ recent = 20_000, suspicious = 5_000 } = {}): Feed {
  const ring: (HeldLine | undefined)[] = new Array<HeldLine | undefined>(recent);
  const kept = new Map<number, HeldLine>();
  const windows = new Set<WindowKeeper>();
  let nextId = 1;

  const get = (id: number): HeldLine | undefined => {
    const line = ring[id % recent];
    return line?.id === id ? line : kept.get(id);
  };
  const evict = (old: HeldLine): void => {
    if (!old.severity) return;
    kept.set(old.id, old);
    if (kept.size > suspicious) {
      const first = kept.keys().next().value;
      if (first !== undefined) kept.delete(first);
    }
  };
  function* all(): Iterable<HeldLine> {
    yield* kept.values();
    for (let id = Math.max(1, nextId - recent); id < nextId; id++) {
      const line = ring[id % recent];
      if (line) yield line;
    }
  }

  return {
    push(rest) {
      const line = heldLine(nextId++, rest);
      const old = ring[line.id % recent];
      if (old) evict(old);
      ring[line.id % recent] = line;
      for (const window of windows) window.added(line);
      if ((line.id & 1023) === 0) for (const window of windows) window.prune();
      return line;
    },
    get,
    amend(id, changes) {
      const line = get(id);
      if (line === undefined) return;
      const amended = { ...line, ...changes };
      if (ring[id % recent]?.id === id) ring[id % recent] = amended;
      else kept.set(id, amended);
      for (const window of windows) window.amended(line, amended);
    },
    all,
    openWindow() {
      const keeper = createFeedWindow({ get, all, most: recent + suspicious });
      windows.add(keeper);
      return { ...keeper.window, close: () => void windows.delete(keeper) };
    },
  };
}
