/** One element that is being counted; keys compare as those of a Map do. */
interface Counter<K, V> {
  readonly key: K;
  /** Times seen since it is held, plus `inherited`: at least the true count. */
  readonly count: number;
  /** What it took over from the counter that it replaced: `count - inherited` is at most the true count. */
  readonly inherited: number;
  /** Whatever the owner keeps beside the count. */
  value: V;
}

/**
 * The most frequent elements of a stream in fixed memory: Space-Saving with the stream-summary structure (Metwally, Agrawal, El Abbadi, 2005).
 * Every element seen more than `total / capacity` times is held, and no `inherited` is greater than that.
 */
export interface SpaceSaving<K, V> {
  readonly size: number;
  /** Elements pushed out so far. */
  readonly evicted: number;
  /** Counts one occurrence. Constant time. */
  add(key: K): Counter<K, V>;
  get(key: K): Counter<K, V> | undefined;
  /** Lowers the capacity; the least frequent elements beyond it are evicted. The guarantees hold for the new capacity. */
  shrink(capacity: number): void;
  counters(): IterableIterator<Counter<K, V>>;
}

export interface SpaceSavingOptions<K, V> {
  readonly capacity: number;
  /** Makes the value of a new element. */
  readonly create: (key: K) => V;
  /** Told of an element right before it is forgotten. */
  readonly onEvict?: (counter: Counter<K, V>) => void;
}

interface Slot<K, V> extends Counter<K, V> {
  count: number;
  group: Group<K, V>;
  previous: Slot<K, V> | undefined;
  next: Slot<K, V> | undefined;
}

/** All slots with one count, longest unchanged first; groups stand in rising order of their counts. */
interface Group<K, V> {
  count: number;
  head: Slot<K, V> | undefined;
  tail: Slot<K, V> | undefined;
  lower: Group<K, V> | undefined;
  higher: Group<K, V> | undefined;
}

/** See {@link SpaceSaving}. Among the least frequent elements the one that has not been seen for longest gives way. */
export function createSpaceSaving<K, V>(options: SpaceSavingOptions<K, V>): SpaceSaving<K, V> {
  const slots = new Map<K, Slot<K, V>>();
  const bottom: Group<K, V> = { count: 0, head: undefined, tail: undefined, lower: undefined, higher: undefined };
  let { capacity } = options;
  let evicted = 0;

  function insert(key: K): Slot<K, V> {
    const inherited = slots.size < capacity ? 0 : evictLeast();
    const from = inherited === 0 ? bottom : groupAt(bottom, inherited);
    const slot: Slot<K, V> = {
      key,
      count: inherited,
      inherited,
      value: options.create(key),
      group: from,
      previous: undefined,
      next: undefined,
    };
    append(from, slot);
    slots.set(key, slot);
    return slot;
  }

  function evictLeast(): number {
    const slot = bottom.higher?.head;
    if (slot === undefined) return 0;
    options.onEvict?.(slot);
    slots.delete(slot.key);
    const { count, group } = slot;
    remove(slot);
    dropIfEmpty(group);
    evicted += 1;
    return count;
  }

  return {
    get size() {
      return slots.size;
    },
    get evicted() {
      return evicted;
    },
    add(key) {
      const slot = slots.get(key) ?? insert(key);
      raise(slot);
      return slot;
    },
    get: (key) => slots.get(key),
    shrink(next) {
      capacity = Math.min(capacity, next);
      while (slots.size > capacity) evictLeast();
    },
    counters: () => slots.values(),
  };
}

/** One more: the slot moves up to the next group. */
function raise<K, V>(slot: Slot<K, V>): void {
  const { group } = slot;
  const count = slot.count + 1;
  slot.count = count;
  const isAlone = group.head === slot && group.tail === slot && group.count > 0;
  if (isAlone && group.higher?.count !== count) {
    group.count = count;
    return;
  }
  const to = groupAt(group, count);
  remove(slot);
  append(to, slot);
  dropIfEmpty(group);
}

/** The group with `count`, which is `below` itself, or the next higher one, made when missing. */
function groupAt<K, V>(below: Group<K, V>, count: number): Group<K, V> {
  if (below.count === count) return below;
  const { higher } = below;
  if (higher?.count === count) return higher;
  const group: Group<K, V> = { count, head: undefined, tail: undefined, lower: below, higher };
  below.higher = group;
  if (higher !== undefined) higher.lower = group;
  return group;
}

function append<K, V>(group: Group<K, V>, slot: Slot<K, V>): void {
  slot.group = group;
  slot.previous = group.tail;
  slot.next = undefined;
  if (group.tail === undefined) group.head = slot;
  else group.tail.next = slot;
  group.tail = slot;
}

function remove<K, V>(slot: Slot<K, V>): void {
  const { group, previous, next } = slot;
  if (previous === undefined) group.head = next;
  else previous.next = next;
  if (next === undefined) group.tail = previous;
  else next.previous = previous;
}

function dropIfEmpty<K, V>(group: Group<K, V>): void {
  if (group.head !== undefined || group.lower === undefined) return;
  group.lower.higher = group.higher;
  if (group.higher !== undefined) group.higher.lower = group.lower;
}
