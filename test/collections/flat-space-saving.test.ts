import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFlatSpaceSaving } from '../../src/collections/flat-space-saving.ts';
import { createSpaceSaving } from '../../src/collections/space-saving.ts';

const CAPACITY = 40;
const SHRUNK = 7;

/** Keys with a few favourites, in an order that pushes many out; -1 stands for a moment at which the table is cut down. */
const keys = fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(5) }, { weight: 6, arbitrary: fc.nat(300) }), { maxLength: 600 });

/** A flat table that keeps a note beside each element, as its owner would. */
function flat(capacity: number) {
  let notes: number[] = [];
  const gone: number[] = [];
  const table = createFlatSpaceSaving({
    capacity,
    onCreate: (slot, key) => {
      notes[slot] = key;
    },
    onEvict: (slot, key) => {
      expect(notes[slot]).toBe(key);
      gone.push(key);
    },
    onMove: (from) => {
      notes = Array.from(from, (slot) => notes[slot] ?? -1);
    },
  });
  const held = (): [key: number, count: number][] => {
    const all: [number, number][] = [];
    for (let slot = 0; slot < table.end; slot++) {
      const key = table.keyAt(slot);
      if (key < 0) continue;
      expect(notes[slot]).toBe(key);
      all.push([key, table.countAt(slot)]);
    }
    return all.sort(([a], [b]) => a - b);
  };
  return { table, gone, held };
}

describe('flat Space-Saving', () => {
  it('holds, counts and pushes out just what the one over objects does, before and after it was cut down', () => {
    fc.assert(
      fc.property(keys, keys, (before, after) => {
        const gone: number[] = [];
        const model = createSpaceSaving<number, undefined>({
          capacity: CAPACITY,
          create: () => undefined,
          onEvict: ({ key }) => gone.push(key),
        });
        const { table, gone: flatGone, held } = flat(CAPACITY);
        const compare = (): void => {
          expect(held()).toEqual([...model.counters()].map(({ key, count }) => [key, count]).sort(([a = 0], [b = 0]) => a - b));
          expect(flatGone).toEqual(gone);
          expect([table.size, table.evicted]).toEqual([model.size, model.evicted]);
        };
        for (const key of before) expect(table.countAt(table.add(key))).toBe(model.add(key).count);
        compare();
        table.shrink(SHRUNK);
        model.shrink(SHRUNK);
        compare();
        for (const key of after) expect(table.countAt(table.add(key))).toBe(model.add(key).count);
        compare();
      }),
    );
  });

  it('finds the true top ten amid 20,000 keys that come once each', () => {
    const { table, held } = flat(1000);
    const heavy = Array.from({ length: 10 }, (_, i) => ({ key: i, every: 40 + 2 * i }));
    for (let n = 0; n < 20_000; n++) {
      table.add(1000 + n);
      for (const { key, every } of heavy) if (n % every === 0) table.add(key);
    }
    const top = held()
      .sort(([, a], [, b]) => b - a)
      .slice(0, 10)
      .map(([key]) => key);
    expect(top).toEqual(heavy.map(({ key }) => key));
    expect(table.size).toBe(1000);
    expect(table.end).toBe(1000);
  });
});
