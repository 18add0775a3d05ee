import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRing } from '../../src/collections/ring.ts';

describe('ring', () => {
  it('holds the newest items and finds them by their sequence number', () => {
    const ring = createRing<string>(3);
    expect(ring.last()).toBeUndefined();
    for (const item of ['a', 'b', 'c', 'd']) ring.push(item);
    expect([...ring.values()]).toEqual(['b', 'c', 'd']);
    expect([ring.at(0), ring.at(1), ring.at(3), ring.at(4), ring.at(-1)]).toEqual([undefined, 'b', 'd', undefined, undefined]);
    expect([ring.first, ring.next, ring.length, ring.evicted, ring.last()]).toEqual([1, 4, 3, 1, 'd']);
  });

  it('behaves as an array that keeps its last items', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(fc.nat()), (capacity, items) => {
        const ring = createRing<number>(capacity);
        items.forEach((item, i) => {
          expect(ring.push(item)).toBe(i);
        });
        expect([...ring.values()]).toEqual(items.slice(-capacity));
        expect(ring.length + ring.evicted).toBe(items.length);
        items.forEach((item, i) => {
          expect(ring.at(i)).toBe(i < ring.first ? undefined : item);
        });
      }),
    );
  });
});
