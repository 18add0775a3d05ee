/**
 * Space-Saving (Metwally, Agrawal, El Abbadi, 2005) over small whole numbers, as {@link createSpaceSaving} does it over anything: the same
 * elements stay, but in flat arrays, so that a crowd that passes through leaves no garbage. What the owner keeps beside an element stands in
 * arrays of its own, by the element's slot.
 */
export interface FlatSpaceSaving {
  readonly size: number;
  /** Slots run from 0 to below this; those of no element have the key -1. */
  readonly end: number;
  /** Elements pushed out so far. */
  readonly evicted: number;
  /** Counts one occurrence of a key (0 or more); its slot. */
  add(key: number): number;
  keyAt(slot: number): number;
  /** Times seen since it is held, plus what it took over from the one that it replaced. */
  countAt(slot: number): number;
  /** Lowers the capacity; the least frequent elements beyond it are evicted, and those that stay move together. */
  shrink(capacity: number): void;
}

export interface FlatSpaceSavingOptions {
  readonly capacity: number;
  /** A key was given a slot; whatever was kept for the slot is another's. */
  readonly onCreate: (slot: number, key: number) => void;
  /** Told of an element right before it is forgotten. */
  readonly onEvict: (slot: number, key: number) => void;
  /** After {@link FlatSpaceSaving.shrink}: what stood in slot `from[i]` stands in slot `i` now. */
  readonly onMove: (from: Int32Array) => void;
}

const NONE = -1;
const FIRST_SLOTS = 16;

/** Elements with one count are a group, longest unchanged first; groups stand in rising order of their counts. Group 0 is below all. */
interface Columns {
  readonly slots: number;
  readonly keys: Int32Array;
  readonly groupOf: Int32Array;
  readonly previous: Int32Array;
  readonly next: Int32Array;
  /** Keys by their hash: the first slot, and the one after each. */
  readonly heads: Int32Array;
  readonly chain: Int32Array;
  readonly counts: Float64Array;
  readonly first: Int32Array;
  readonly last: Int32Array;
  readonly lower: Int32Array;
  readonly higher: Int32Array;
}

const filled = (length: number): Int32Array => new Int32Array(length).fill(NONE);

/** One group more than slots, one that is made before another is given up, and the lowest. */
const newColumns = (slots: number): Columns => ({
  slots,
  keys: filled(slots),
  groupOf: filled(slots),
  previous: filled(slots),
  next: filled(slots),
  heads: filled(1 << (32 - Math.clz32(2 * slots - 1))),
  chain: filled(slots),
  counts: new Float64Array(slots + 3),
  first: filled(slots + 3),
  last: filled(slots + 3),
  lower: filled(slots + 3),
  higher: filled(slots + 3),
});

const at = (array: Int32Array, index: number): number => array[index] ?? NONE;

/** See {@link FlatSpaceSaving}. Among the least frequent elements the one that has not been seen for longest gives way. */
export function createFlatSpaceSaving({ capacity: most, onCreate, onEvict, onMove }: FlatSpaceSavingOptions): FlatSpaceSaving {
  let capacity = most;
  let columns = newColumns(Math.min(capacity, FIRST_SLOTS));
  let size = 0;
  let end = 0;
  let evicted = 0;
  let freeSlot = NONE;
  /** Groups that were given up, linked by `higher`; beyond `groups` none was ever used. */
  let freeGroup = NONE;
  let groups = 1;

  const homeOf = (key: number): number => (Math.imul(key, 0x9e3779b1) >>> 8) & (columns.heads.length - 1);
  const find = (key: number): number => {
    let slot = at(columns.heads, homeOf(key));
    while (slot !== NONE && columns.keys[slot] !== key) slot = at(columns.chain, slot);
    return slot;
  };
  const link = (slot: number, key: number): void => {
    const home = homeOf(key);
    columns.keys[slot] = key;
    columns.chain[slot] = at(columns.heads, home);
    columns.heads[home] = slot;
  };
  const unlink = (slot: number): void => {
    const home = homeOf(at(columns.keys, slot));
    const after = at(columns.chain, slot);
    let before = at(columns.heads, home);
    if (before === slot) columns.heads[home] = after;
    else {
      while (at(columns.chain, before) !== slot) before = at(columns.chain, before);
      columns.chain[before] = after;
    }
    columns.keys[slot] = NONE;
  };

  const append = (group: number, slot: number): void => {
    const last = at(columns.last, group);
    columns.groupOf[slot] = group;
    columns.previous[slot] = last;
    columns.next[slot] = NONE;
    if (last === NONE) columns.first[group] = slot;
    else columns.next[last] = slot;
    columns.last[group] = slot;
  };
  /** Takes a slot out of its group; a group without slots is given up. */
  const leave = (slot: number): void => {
    const group = at(columns.groupOf, slot);
    const previous = at(columns.previous, slot);
    const next = at(columns.next, slot);
    if (previous === NONE) columns.first[group] = next;
    else columns.next[previous] = next;
    if (next === NONE) columns.last[group] = previous;
    else columns.previous[next] = previous;
    if (group === 0 || at(columns.first, group) !== NONE) return;
    const lower = at(columns.lower, group);
    const higher = at(columns.higher, group);
    columns.higher[lower] = higher;
    if (higher !== NONE) columns.lower[higher] = lower;
    columns.higher[group] = freeGroup;
    freeGroup = group;
  };
  /** The group with `count`, which is `below` itself, or the next higher one, made when missing. */
  const groupAt = (below: number, count: number): number => {
    if (columns.counts[below] === count) return below;
    const higher = at(columns.higher, below);
    if (higher !== NONE && columns.counts[higher] === count) return higher;
    const group = freeGroup === NONE ? groups++ : freeGroup;
    if (freeGroup !== NONE) freeGroup = at(columns.higher, freeGroup);
    columns.counts[group] = count;
    columns.first[group] = NONE;
    columns.last[group] = NONE;
    columns.lower[group] = below;
    columns.higher[group] = higher;
    columns.higher[below] = group;
    if (higher !== NONE) columns.lower[higher] = group;
    return group;
  };

  const evictLeast = (): number => {
    const group = at(columns.higher, 0);
    const slot = group === NONE ? NONE : at(columns.first, group);
    if (slot === NONE) return 0;
    onEvict(slot, at(columns.keys, slot));
    const count = columns.counts[group] ?? 0;
    unlink(slot);
    leave(slot);
    columns.chain[slot] = freeSlot;
    freeSlot = slot;
    size -= 1;
    evicted += 1;
    return count;
  };
  const grow = (): void => {
    const old = columns;
    columns = newColumns(Math.min(capacity, old.slots * 2));
    for (const name of ['groupOf', 'previous', 'next', 'first', 'last', 'lower', 'higher'] as const) columns[name].set(old[name]);
    columns.counts.set(old.counts);
    for (let slot = 0; slot < end; slot += 1) link(slot, at(old.keys, slot));
  };
  const takeSlot = (): number => {
    if (freeSlot === NONE) {
      if (end === columns.slots) grow();
      return end++;
    }
    const slot = freeSlot;
    freeSlot = at(columns.chain, slot);
    return slot;
  };
  const insert = (key: number): number => {
    const inherited = size < capacity ? 0 : evictLeast();
    const slot = takeSlot();
    link(slot, key);
    append(inherited === 0 ? 0 : groupAt(0, inherited), slot);
    size += 1;
    onCreate(slot, key);
    return slot;
  };
  /** One more: the slot moves up to the next group. */
  const raise = (slot: number): void => {
    const group = at(columns.groupOf, slot);
    const count = (columns.counts[group] ?? 0) + 1;
    const higher = at(columns.higher, group);
    const isAlone = group !== 0 && columns.first[group] === slot && columns.last[group] === slot;
    if (isAlone && (higher === NONE || columns.counts[higher] !== count)) {
      columns.counts[group] = count;
      return;
    }
    const to = groupAt(group, count);
    leave(slot);
    append(to, slot);
  };

  /** Moves what is held into columns of just its size, in the order of groups. */
  const compact = (): void => {
    const old = columns;
    const from = new Int32Array(size);
    columns = newColumns(Math.max(1, capacity));
    groups = 1;
    freeGroup = NONE;
    freeSlot = NONE;
    end = 0;
    let below = 0;
    for (let group = at(old.higher, 0); group !== NONE; group = at(old.higher, group)) {
      below = groupAt(below, old.counts[group] ?? 0);
      for (let slot = at(old.first, group); slot !== NONE; slot = at(old.next, slot)) {
        from[end] = slot;
        link(end, at(old.keys, slot));
        append(below, end);
        end += 1;
      }
    }
    onMove(from);
  };

  return {
    get size() {
      return size;
    },
    get end() {
      return end;
    },
    get evicted() {
      return evicted;
    },
    add(key) {
      let slot = find(key);
      if (slot === NONE) slot = insert(key);
      raise(slot);
      return slot;
    },
    keyAt: (slot) => columns.keys[slot] ?? NONE,
    countAt: (slot) => columns.counts[at(columns.groupOf, slot)] ?? 0,
    shrink(next) {
      if (next >= capacity) return;
      capacity = next;
      while (size > capacity) evictLeast();
      if (columns.slots > capacity) compact();
    },
  };
}
