/** The newest items of a stream, addressed by their place in it. */
export interface Ring<T> {
  readonly capacity: number;
  /** Items held. */
  readonly length: number;
  /** Sequence number of the oldest item held; equals how many were evicted. */
  readonly first: number;
  /** Sequence number that the next item will get; equals how many were ever pushed. */
  readonly next: number;
  /** Items pushed out so far. */
  readonly evicted: number;
  /** Adds an item, pushing out the oldest when full; returns its sequence number. */
  push(item: T): number;
  /** The item with that sequence number; undefined when it was evicted or never came. */
  at(sequence: number): T | undefined;
  /** The newest item. */
  last(): T | undefined;
  /** Oldest first. */
  values(): IterableIterator<T>;
}

/** A ring of at most `capacity` (1 or more) items. Memory grows with use, up to the capacity. */
export function createRing<T>(capacity: number): Ring<T> {
  const items: T[] = [];
  let next = 0;
  const first = (): number => Math.max(0, next - capacity);
  return {
    capacity,
    get length() {
      return next - first();
    },
    get first() {
      return first();
    },
    get next() {
      return next;
    },
    get evicted() {
      return first();
    },
    push(item) {
      items[next % capacity] = item;
      next += 1;
      return next - 1;
    },
    at: (sequence) => (sequence >= first() && sequence < next ? items[sequence % capacity] : undefined),
    last: () => (next === 0 ? undefined : items[(next - 1) % capacity]),
    *values() {
      const end = next;
      for (let sequence = first(); sequence < end; sequence += 1) {
        if (sequence < first()) continue;
        const item = items[sequence % capacity];
        if (item !== undefined) yield item;
      }
    },
  };
}
