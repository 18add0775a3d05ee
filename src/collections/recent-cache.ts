/** Answers to questions that were asked not long ago. */
export interface RecentCache<V> {
  /** Answers held, at most the capacity. */
  readonly size: number;
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  clear(): void;
}

/**
 * A cache of at most `capacity` (2 or more) answers in two halves. When the newer half is full it becomes the older one, whose answers are
 * forgotten unless they are asked for again. Unlike a Map that evicts its oldest entry one by one, whose search for it grows with the
 * capacity, every step takes the same short time.
 */
export function createRecentCache<V extends NonNullable<unknown> | null>(capacity: number): RecentCache<V> {
  const half = Math.max(1, capacity >> 1);
  let newer = new Map<string, V>();
  let older = new Map<string, V>();

  function set(key: string, value: V): void {
    if (newer.size >= half && !newer.has(key)) {
      older = newer;
      newer = new Map();
    }
    older.delete(key);
    newer.set(key, value);
  }

  return {
    get size() {
      return newer.size + older.size;
    },
    get(key) {
      const value = newer.get(key);
      if (value !== undefined) return value;
      const old = older.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
    clear() {
      newer = new Map();
      older = new Map();
    },
  };
}
