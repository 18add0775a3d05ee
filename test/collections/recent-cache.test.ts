import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRecentCache } from '../../src/collections/recent-cache.ts';

const keys = fc.array(fc.nat(30).map(String), { maxLength: 200 });

it('never holds more than its capacity, and never answers with another key or an older value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), keys, (capacity, list) => {
      const cache = createRecentCache<string>(capacity);
      const last = new Map<string, string>();
      list.forEach((key, i) => {
        expect([undefined, last.get(key)]).toContain(cache.get(key));
        cache.set(key, `${key} ${i}`);
        last.set(key, `${key} ${i}`);
        expect(cache.get(key)).toBe(`${key} ${i}`);
        expect(cache.size).toBeLessThanOrEqual(capacity);
      });
    }),
  );
});

it('keeps what is asked for again and again, however much comes by', () => {
  const cache = createRecentCache<number>(8);
  cache.set('kept', 1);
  for (let i = 0; i < 1_000; i += 1) {
    cache.set(`passing ${i}`, i);
    expect(cache.get('kept')).toBe(1);
  }
});

it('holds at least half its capacity of the newest', () => {
  const cache = createRecentCache<number>(10);
  for (let i = 0; i < 57; i += 1) cache.set(String(i), i);
  for (let i = 52; i < 57; i += 1) expect(cache.get(String(i))).toBe(i);
});

it('is empty after clearing', () => {
  const cache = createRecentCache<number>(4);
  for (const key of ['a', 'b', 'c']) cache.set(key, 1);
  cache.clear();
  expect([cache.size, cache.get('a'), cache.get('c')]).toEqual([0, undefined, undefined]);
});
