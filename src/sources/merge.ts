/** Something with an event time; one without stays right after the one before it. */
export interface Timed {
  readonly timeMs: number | undefined;
}

/** One input of the merge: its present batch, and the time that stands for its next item. */
class Cursor<T extends Timed> {
  readonly index: number;
  readonly #batches: AsyncIterator<readonly T[]>;
  #batch: readonly T[] = [];
  #at = 0;
  timeMs = Number.NEGATIVE_INFINITY;

  constructor(index: number, batches: AsyncIterable<readonly T[]>) {
    this.index = index;
    this.#batches = batches[Symbol.asyncIterator]();
  }

  /** Fetches the next batch when the present one is used up; false at the end of the input. */
  async ready(): Promise<boolean> {
    while (this.#at >= this.#batch.length) {
      const next = await this.#batches.next();
      if (next.done === true) return false;
      this.#batch = next.value;
      this.#at = 0;
    }
    this.#lookAt();
    return true;
  }

  /** Moves the items that come no later than `limit` to `run`, as far as the present batch goes. At least one. */
  takeUpTo(limit: { readonly timeMs: number; readonly index: number } | undefined, run: T[]): void {
    do {
      const item = this.#batch[this.#at];
      if (item === undefined) return;
      run.push(item);
      this.#at += 1;
      this.#lookAt();
    } while (limit === undefined || isBefore(this, limit));
  }

  async close(): Promise<void> {
    await this.#batches.return?.();
  }

  #lookAt(): void {
    this.timeMs = this.#batch[this.#at]?.timeMs ?? this.timeMs;
  }
}

type Place = { readonly timeMs: number; readonly index: number };
const isBefore = (a: Place, b: Place): boolean => a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.index < b.index);

/** Lets the first of a binary heap, whose time has risen, sink to its place. */
function sink(heap: Place[]): void {
  for (let at = 0; ; ) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const here = heap[at];
    if (left === undefined || here === undefined) return;
    const [child, place] = right !== undefined && isBefore(right, left) ? [right, 2 * at + 2] : [left, 2 * at + 1];
    if (!isBefore(child, here)) return;
    heap[at] = child;
    heap[place] = here;
    at = place;
  }
}

/**
 * Merges inputs, each in its own order, into one in order of time (equal times: the earlier input first). Takes and gives batches, holds one
 * batch of each input, and closes them all when the consumer stops. An item earlier than its predecessor comes as soon as it is reached.
 */
export async function* mergeByTime<T extends Timed>(inputs: readonly AsyncIterable<readonly T[]>[]): AsyncGenerator<readonly T[]> {
  const cursors = inputs.map((input, index) => new Cursor(index, input));
  const heap: Cursor<T>[] = [];
  try {
    for (const cursor of cursors) if (await cursor.ready()) heap.push(cursor);
    heap.sort((a, b) => (isBefore(a, b) ? -1 : 1));
    for (let first = heap[0]; first !== undefined; first = heap[0]) {
      const [, left, right] = heap;
      const run: T[] = [];
      first.takeUpTo(left !== undefined && right !== undefined && isBefore(right, left) ? right : left, run);
      yield run;
      if (!(await first.ready())) {
        const last = heap.pop();
        if (last !== undefined && last !== first) heap[0] = last;
      }
      sink(heap);
    }
  } finally {
    for (const cursor of cursors) await cursor.close();
  }
}
