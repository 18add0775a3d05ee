import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSpaceSaving } from '../../src/collections/space-saving.ts';

const keys = fc.array(fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.nat(30).map(String)), { maxLength: 300 });

function truth(stream: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of stream) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

describe('Space-Saving', () => {
  it('counts exactly while everything fits', () => {
    fc.assert(
      fc.property(keys, (stream) => {
        const table = createSpaceSaving({ capacity: 40, create: (_: string) => 0 });
        for (const key of stream) table.add(key);
        expect(new Map([...table.counters()].map(({ key, count }) => [key, count]))).toEqual(truth(stream));
        expect(table.evicted).toBe(0);
      }),
    );
  });

  it('keeps the guarantees of the paper for any stream', () => {
    fc.assert(
      fc.property(keys, fc.integer({ min: 1, max: 12 }), (stream, capacity) => {
        const table = createSpaceSaving({ capacity, create: (_: string) => 0 });
        for (const key of stream) table.add(key);
        const counts = truth(stream);
        expect(table.size).toBe(Math.min(capacity, counts.size));
        for (const { key, count, inherited } of table.counters()) {
          expect(count).toBeGreaterThanOrEqual(counts.get(key) ?? 0);
          expect(count - inherited).toBeLessThanOrEqual(counts.get(key) ?? 0);
          expect(inherited).toBeLessThanOrEqual(stream.length / capacity);
        }
        for (const [key, count] of counts) if (count > stream.length / capacity) expect(table.get(key)).toBeDefined();
        expect([...table.counters()].reduce((sum, { count }) => sum + count, 0)).toBe(stream.length);
      }),
      { numRuns: 500 },
    );
  });

  it('replaces one of the least frequent, the one unseen for longest, and says which', () => {
    const gone: string[] = [];
    const table = createSpaceSaving({
      capacity: 3,
      create: (key: string) => key.toUpperCase(),
      onEvict: ({ key, value }) => gone.push(key + value),
    });
    for (const key of ['a', 'a', 'b', 'c', 'd']) table.add(key);
    expect(gone).toEqual(['bB']);
    expect(table.get('d')).toMatchObject({ count: 2, inherited: 1, value: 'D' });
    expect([table.evicted, table.get('b')]).toEqual([1, undefined]);
  });

  it('lets go of exactly what it no longer holds', () => {
    fc.assert(
      fc.property(keys, (stream) => {
        const live = new Set<string>();
        const table = createSpaceSaving({ capacity: 4, create: (key: string) => live.add(key), onEvict: ({ key }) => live.delete(key) });
        for (const key of stream) table.add(key);
        expect(live).toEqual(new Set([...table.counters()].map(({ key }) => key)));
      }),
    );
  });

  it('keeps its guarantees after it was shrunk', () => {
    fc.assert(
      fc.property(keys, keys, (before, after) => {
        const table = createSpaceSaving({ capacity: 10, create: (_: string) => 0 });
        for (const key of before) table.add(key);
        table.shrink(3);
        for (const key of after) table.add(key);
        const counts = truth([...before, ...after]);
        const total = before.length + after.length;
        expect(table.size).toBeLessThanOrEqual(3);
        for (const [key, count] of counts) {
          const held = table.get(key);
          if (held === undefined) expect(count).toBeLessThanOrEqual(total / 3);
          else {
            expect(held.count).toBeGreaterThanOrEqual(count);
            expect(held.count - held.inherited).toBeLessThanOrEqual(count);
          }
        }
      }),
    );
  });
});
