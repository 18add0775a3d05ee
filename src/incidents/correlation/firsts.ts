import type { Event } from './cells.ts';

/** Slots of a set: a key's event stands in one of these. */
const WAYS = 4;
const SETS = 1 << 15;

/**
 * The first events of groups that have no other yet, by a hash of their key: most addresses come once. Without objects, so that millions of them
 * leave no garbage; of a full set the oldest is overwritten.
 */
export interface Firsts {
  /** Takes out the event of a key; undefined when there is none. */
  take(hash: number): Event | undefined;
  put(hash: number, event: Event): void;
  /** Events overwritten before a second one of their key came. */
  readonly evicted: number;
}

export function createFirsts(): Firsts {
  const hashes = new Float64Array(SETS * WAYS);
  const times = new Float64Array(SETS * WAYS);
  const payloads = new Float64Array(SETS * WAYS);
  const silent = new Uint8Array(SETS * WAYS);
  let evicted = 0;
  const setOf = (hash: number): number => (hash % SETS) * WAYS;
  const slotFor = (hash: number): number => {
    const set = setOf(hash);
    let oldest = set;
    for (let slot = set; slot < set + WAYS; slot++) {
      if (hashes[slot] === 0) return slot;
      if ((times[slot] ?? 0) < (times[oldest] ?? 0)) oldest = slot;
    }
    evicted++;
    return oldest;
  };
  return {
    take(hash) {
      const set = setOf(hash);
      for (let slot = set; slot < set + WAYS; slot++) {
        if (hashes[slot] !== hash) continue;
        hashes[slot] = 0;
        return { timeMs: times[slot] ?? 0, payload: payloads[slot] ?? 0, isSilent: silent[slot] === 1 };
      }
      return undefined;
    },
    put(hash, { timeMs, payload, isSilent }) {
      const slot = slotFor(hash);
      hashes[slot] = hash;
      times[slot] = timeMs;
      payloads[slot] = payload;
      silent[slot] = isSilent ? 1 : 0;
    },
    get evicted() {
      return evicted;
    },
  };
}
