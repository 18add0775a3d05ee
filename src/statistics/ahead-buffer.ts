/** Lines whose time has not come yet, kept until the watermark reaches them, so that a gap in a log loses no line. */
export interface AheadBuffer<T> {
  readonly size: number;
  /** Items pushed out because the buffer was full. */
  readonly dropped: number;
  /** Keeps an item; when full, the oldest kept gives way. */
  hold(item: T, timeMs: number): void;
  /** Takes out all items at or before `nowMs`, in the order in which they came. */
  release(nowMs: number): readonly T[];
}

const NOTHING: readonly never[] = [];

/** A buffer of at most `capacity` items (default 1,000). `release` costs nothing while it is empty. */
export function createAheadBuffer<T>(capacity = 1000): AheadBuffer<T> {
  let held: { item: T; timeMs: number }[] = [];
  let earliestMs = Number.POSITIVE_INFINITY;
  let dropped = 0;
  return {
    get size() {
      return held.length;
    },
    get dropped() {
      return dropped;
    },
    hold(item, timeMs) {
      if (held.length >= capacity) {
        // Half at once: one by one would move the whole array with every line of a log with a wrong clock.
        const excess = Math.ceil(capacity / 2);
        held = held.slice(excess);
        dropped += excess;
      }
      held.push({ item, timeMs });
      earliestMs = Math.min(earliestMs, timeMs);
    },
    release(nowMs) {
      if (nowMs < earliestMs) return NOTHING;
      const due = held.filter(({ timeMs }) => timeMs <= nowMs).map(({ item }) => item);
      held = held.filter(({ timeMs }) => timeMs > nowMs);
      earliestMs = held.reduce((least, { timeMs }) => Math.min(least, timeMs), Number.POSITIVE_INFINITY);
      return due;
    },
  };
}
