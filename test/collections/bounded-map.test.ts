import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBoundedMap } from '../../src/collections/bounded-map.ts';

describe('bounded map', () => {
  it('forgets what was used longest ago and counts it', () => {
    const map = createBoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.get('a');
    map.peek('b');
    map.set('c', 3);
    expect([map.peek('a'), map.peek('b'), map.peek('c'), map.size, map.evicted]).toEqual([1, undefined, 3, 2, 1]);
  });

  it('evicts nothing when a key is set again, and forgets on demand', () => {
    const map = createBoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect([[...map.entries()], map.evicted]).toEqual([
      [
        ['b', 2],
        ['a', 3],
      ],
      0,
    ]);
    expect([map.delete('b'), map.delete('b'), map.size]).toEqual([true, false, 1]);
    map.clear();
    expect(map.size).toBe(0);
  });

  it('behaves as a list in order of use', () => {
    const step = fc.tuple(fc.constantFrom('get', 'set'), fc.nat(8));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (capacity, steps) => {
        const map = createBoundedMap<number, number>(capacity);
        let model: number[] = [];
        for (const [operation, key] of steps) {
          const known = model.includes(key);
          if (operation === 'get') expect(map.get(key)).toBe(known ? key : undefined);
          else map.set(key, key);
          if (known || operation === 'set') model = [...model.filter((other) => other !== key), key].slice(-capacity);
        }
        expect([...map.entries()].map(([key]) => key)).toEqual(model);
      }),
    );
  });
});
