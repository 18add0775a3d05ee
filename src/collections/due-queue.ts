/** What is to be looked at when its time has come, without a look at all the rest. */
export interface DueQueue<T> {
  readonly size: number;
  /** Files the item, or files it anew. */
  set(item: T, dueMs: number): void;
  delete(item: T): void;
  /** Takes out what is due at `nowMs`, earliest first, and with it what is due within a step after. */
  take(nowMs: number): readonly T[];
}

const NOTHING: readonly never[] = [];

/** A queue over buckets of `stepMs`; each item is in it once. */
export function createDueQueue<T>(stepMs: number): DueQueue<T> {
  const buckets = new Map<number, Set<T>>();
  const bucketOf = new Map<T, number>();
  let earliest = Number.POSITIVE_INFINITY;

  const remove = (item: T): void => {
    const bucket = bucketOf.get(item);
    if (bucket === undefined) return;
    bucketOf.delete(item);
    const items = buckets.get(bucket);
    items?.delete(item);
    if (items?.size === 0) buckets.delete(bucket);
  };

  return {
    get size() {
      return bucketOf.size;
    },
    set(item, dueMs) {
      const bucket = Math.floor(dueMs / stepMs);
      if (bucketOf.get(item) === bucket) return;
      remove(item);
      bucketOf.set(item, bucket);
      const items = buckets.get(bucket);
      if (items === undefined) buckets.set(bucket, new Set([item]));
      else items.add(item);
      earliest = Math.min(earliest, bucket);
    },
    delete: remove,
    take(nowMs) {
      const last = Math.floor(nowMs / stepMs);
      if (last < earliest) return NOTHING;
      const due = [...buckets.keys()].filter((bucket) => bucket <= last).sort((a, b) => a - b);
      const taken = due.flatMap((bucket) => [...(buckets.get(bucket) ?? [])]);
      for (const bucket of due) buckets.delete(bucket);
      for (const item of taken) bucketOf.delete(item);
      earliest = Number.POSITIVE_INFINITY;
      for (const bucket of buckets.keys()) earliest = Math.min(earliest, bucket);
      return taken;
    },
  };
}
