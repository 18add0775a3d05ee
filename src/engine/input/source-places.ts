import type { LineBatch } from '../../sources/source.ts';

/** Where the lines of one source stand. */
export interface SourcePlaces {
  /** The source's identity, the same at every start. */
  readonly key: string;
  /** The place of a line of the last two batches, by its number in the source; undefined where the source knows none. */
  of(sequence: number): string | undefined;
}

interface Batch {
  /** Number of its first line. */
  readonly first: number;
  readonly count: number;
  readonly places: LineBatch['places'];
}

/** Follows the batches of a source: {@link SourcePlaces} knows lines by their number, a batch by their index. */
export function createSourcePlaces(key: string): SourcePlaces & { next(batch: LineBatch): void } {
  let lines = 0;
  // An entry of several lines may begin in the batch before.
  let held: readonly Batch[] = [];
  return {
    key,
    of(sequence) {
      const batch = held.find(({ first, count }) => sequence >= first && sequence < first + count);
      return batch?.places?.(sequence - batch.first);
    },
    next({ lines: { length: count }, places }) {
      if (count === 0) return;
      held = [...held.slice(-1), { first: lines + 1, count, places }];
      lines += count;
    },
  };
}
