/** A map that forgets what was used longest ago. */
export interface BoundedMap<K, V> {
  readonly size: number;
  readonly capacity: number;
  /** Entries pushed out so far. */
  readonly evicted: number;
  /** The value, which now counts as used. */
  get(key: K): V | undefined;
  /** The value, without counting it as used. */
  peek(key: K): V | undefined;
  /** Sets and counts as used; pushes out the least recently used entry when full. */
  set(key: K, value: V): void;
  delete(key: K): boolean;
  clear(): void;
  /** Least recently used first. */
  entries(): IterableIterator<[K, V]>;
}

/** A map of at most `capacity` entries, evicting the least recently used. Values are never `undefined`. */
export function createBoundedMap<K, V extends NonNullable<unknown> | null>(capacity: number): BoundedMap<K, V> {
  const map = new Map<K, V>();
  let evicted = 0;
  return {
    get size() {
      return map.size;
    },
    capacity,
    get evicted() {
      return evicted;
    },
    get(key) {
      const value = map.get(key);
      if (value === undefined) return undefined;
      map.delete(key);
      map.set(key, value);
      return value;
    },
    peek: (key) => map.get(key),
    set(key, value) {
      if (!map.delete(key) && map.size >= capacity) {
        const oldest = map.keys().next();
        if (!oldest.done) map.delete(oldest.value);
        evicted += 1;
      }
      map.set(key, value);
    },
    delete: (key) => map.delete(key),
    clear: () => map.clear(),
    entries: () => map.entries(),
  };
}
