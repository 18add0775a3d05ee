import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineKey, createBaseline } from '../../src/statistics/baseline.ts';

/** A small linear congruential generator, so that a failing run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const baseline = (maxPaths = 100) => createBaseline({ maxPaths, random: seeded(1) });

describe('baseline', () => {
  it('learns the median size of successful answers and how far they stray', () => {
    const learned = baseline();
    for (const bytes of [100, 102, 98, 100, 900]) learned.record('/item?id=1', 200, bytes);
    expect(learned.usual('/item?id=9')).toEqual({ count: 5, medianBytes: 100, madBytes: 2 });
  });

  it('learns nothing from other answers or unknown sizes', () => {
    const learned = baseline();
    for (const status of [0, 199, 301, 404, 500]) learned.record('/a', status, 10);
    learned.record('/a', 200, -1);
    expect(learned.usual('/a')).toBeUndefined();
  });

  it('takes paths that differ only in numbers or ids for one', () => {
    expect(baselineKey('/item/17/x?y=1')).toBe('/item/#/x');
    expect(baselineKey('/u/3f2504e0-4f89-41d3-9a0c-0305e82c3301')).toBe('/u/#');
    expect(baselineKey('/cafe/menu#top')).toBe('/cafe/menu');
    expect(baselineKey(`/${'a/'.repeat(100_000)}`)).toHaveLength(256);
  });

  it('forgets the path unused for longest beyond its bound', () => {
    const learned = baseline(2);
    for (const path of ['/a', '/b', '/a', '/c']) learned.record(path, 200, 1);
    expect([learned.usual('/a')?.count, learned.usual('/b'), learned.usual('/c')?.count]).toEqual([2, undefined, 1]);
    expect([learned.size, learned.evicted]).toEqual([2, 1]);
  });

  it('is not moved by a burst of unusual answers after many usual ones', () => {
    const learned = baseline();
    for (let i = 0; i < 2000; i += 1) learned.record('/a', 200, 1000 + (i % 5));
    for (let i = 0; i < 200; i += 1) learned.record('/a', 200, 90_000);
    expect(learned.usual('/a')?.medianBytes).toBeLessThan(1005);
  });

  it('follows a site that has changed', () => {
    const learned = baseline();
    for (let i = 0; i < 2000; i += 1) learned.record('/a', 200, 1000);
    for (let i = 0; i < 5000; i += 1) learned.record('/a', 200, 5000);
    expect(learned.usual('/a')?.medianBytes).toBe(5000);
  });

  it('is exact up to 64 answers', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1, maxLength: 64 }), (sizes) => {
        const learned = baseline();
        for (const size of sizes) learned.record('/a', 200, size);
        const usual = learned.usual('/a');
        const below = sizes.filter((size) => size < (usual?.medianBytes ?? 0)).length;
        const above = sizes.filter((size) => size > (usual?.medianBytes ?? 0)).length;
        expect(Math.max(below, above)).toBeLessThanOrEqual(sizes.length / 2);
        expect(usual?.count).toBe(sizes.length);
      }),
    );
  });
});
