import { createFeedWindow, type FeedWindow, type WindowKeeper } from './feed-window.ts';
import type { HeldLine } from './held-line.ts';
import { copyLine, createLineColumns } from './line-columns.ts';

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

/** Field by field: a spread costs more than all the rest. */
const heldLine = (id: number, line: Omit<HeldLine, 'id'>): HeldLine => {
  const { sourceId, sourceName, sequence, entry, hits, muted, severity, families, outcome, success, note } = line;
  const held = { id, sourceId, sourceName, sequence, entry, hits, severity, families, outcome, success, note };
  return muted === undefined ? held : { ...held, muted };
};

/** Characters of all lines of the ring, and of those kept beyond it: lines of ordinary length are never that many. */
const MAX_RECENT_SIZE = 32_000_000;
const MAX_KEPT_SIZE = 8_000_000;

/** Lines by slot, the one that came first the first to go. */
function createShelf(slots: number, maxSize: number) {
  const columns = createLineColumns(slots);
  let next = 0;
  let held = 0;
  let size = 0;
  const oldest = (): number => (next - held + slots) % slots;
  return {
    columns,
    /** Calls `gone` with the slot of each line that must give way, before it does. */
    push(line: HeldLine, gone: (slot: number) => void): number {
      size += line.entry.raw.length;
      while (held > 0 && (held >= slots || size > maxSize)) {
        const slot = oldest();
        gone(slot);
        size -= columns.sizeAt(slot);
        columns.clear(slot);
        held--;
      }
      const slot = next;
      columns.put(slot, line);
      next = (next + 1) % slots;
      held++;
      return slot;
    },
    *slots(): Iterable<number> {
      const first = oldest();
      for (let i = 0; i < held; i++) yield (first + i) % slots;
    },
  };
}

/**
 * @param limits.recent how many of the newest lines are held
 * @param limits.suspicious how many older suspicious lines are held beyond those
 */
export function createFeed({ recent = 20_000, suspicious = 5_000 } = {}): Feed {
  const ring = createShelf(recent, MAX_RECENT_SIZE);
  const kept = createShelf(suspicious, MAX_KEPT_SIZE);
  /** Slots of kept lines by id. */
  const keptSlots = new Map<number, number>();
  const windows = new Set<WindowKeeper>();
  let nextId = 1;

  const inRing = (id: number): boolean => id > 0 && ring.columns.idAt((id - 1) % recent) === id;
  const has = (id: number): boolean => inRing(id) || keptSlots.has(id);
  const get = (id: number): HeldLine | undefined => {
    if (inRing(id)) return ring.columns.get((id - 1) % recent);
    const slot = keptSlots.get(id);
    return slot === undefined ? undefined : kept.columns.get(slot);
  };
  const forget = (slot: number): void => void keptSlots.delete(kept.columns.idAt(slot));
  const evict = (slot: number): void => {
    const line = ring.columns.isSuspicious(slot) ? ring.columns.get(slot) : undefined;
    if (line !== undefined && suspicious > 0) keptSlots.set(line.id, kept.push(copyLine(line), forget));
  };
  function* all(): Iterable<HeldLine> {
    for (const { columns, slots } of [kept, ring])
      for (const slot of slots()) {
        const line = columns.get(slot);
        if (line) yield line;
      }
  }

  return {
    push(rest) {
      const line = heldLine(nextId++, rest);
      ring.push(line, evict);
      for (const window of windows) window.added(line);
      if ((line.id & 1023) === 0) for (const window of windows) window.prune();
      return line;
    },
    get,
    amend(id, changes) {
      const line = get(id);
      if (line === undefined) return;
      if (inRing(id)) ring.columns.amend((id - 1) % recent, changes);
      else kept.columns.amend(keptSlots.get(id) ?? 0, changes);
      for (const window of windows) window.amended(line, { ...line, ...changes });
    },
    all,
    openWindow() {
      const keeper = createFeedWindow({ get, has, all, most: recent + suspicious });
      windows.add(keeper);
      return { ...keeper.window, close: () => void windows.delete(keeper) };
    },
  };
}
