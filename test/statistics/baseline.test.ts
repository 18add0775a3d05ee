import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselineKey, createBaseline } from '../../src/statistics/baseline.ts';

function baseline(maxPaths = 100) {
  const learned = createBaseline({ maxPaths });
  return {
    learned,
    record: (target: string, status: number, bytes: number, durationMs = -1) => learned.record({ target, status, bytes, durationMs }),
    usual: learned.usual,
  };
}

describe('baseline', () => {
  it('learns the median size of successful answers and how far they stray', () => {
    const learned = baseline();
    for (const bytes of [100, 102, 98, 100, 900]) learned.record('/item?id=1', 200, bytes);
    expect(learned.usual('/item?id=9')).toMatchObject({ count: 5, medianBytes: 100, madBytes: 2, sizes: [98, 100, 100, 102, 900] });
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

  it('learns how long answers take, where the log tells', () => {
    const learned = baseline();
    for (const durationMs of [30, 10, 20, -1]) learned.record('/a', 200, 5, durationMs);
    expect(learned.usual('/a')?.timesMs).toEqual([10, 20, 30]);
  });

  it('finds how a size follows from what the page repeats of the request, also when a few answers were something else', () => {
    const learned = baseline();
    for (let i = 0; i < 40; i += 1) learned.record(`/hello?name=${'x'.repeat(1 + (i % 7))}`, 200, 500 + 2 * (1 + (i % 7)) + (i % 2));
    learned.record('/hello?name=odd', 200, 9000);
    const echo = learned.usual('/hello')?.echo;
    expect(echo?.rate).toBeCloseTo(2, 0);
    expect((echo?.high ?? 99) - (echo?.low ?? 0)).toBeLessThanOrEqual(2);
  });

  it('finds no such rule where sizes vary by themselves, or all requests are of one length', () => {
    const learned = baseline();
    for (let i = 0; i < 40; i += 1) {
      learned.record(`/search?q=${'x'.repeat(1 + (i % 7))}`, 200, (i * 7919) % 5000);
      learned.record(`/item?id=${i % 9}`, 200, 500);
    }
    expect([learned.usual('/search')?.echo, learned.usual('/item')?.echo]).toEqual([undefined, undefined]);
  });

  it('counts how often a size was answered, over all paths', () => {
    const learned = baseline();
    for (const path of ['/a', '/b', '/c']) learned.record(path, 200, 612);
    expect([learned.learned.timesSeen(612), learned.learned.timesSeen(613)]).toEqual([3, 0]);
  });

  it('forgets the path unused for longest beyond its bound', () => {
    const learned = baseline(2);
    for (const path of ['/a', '/b', '/a', '/c']) learned.record(path, 200, 1);
    expect([learned.usual('/a')?.count, learned.usual('/b'), learned.usual('/c')?.count]).toEqual([2, undefined, 1]);
    expect([learned.learned.size, learned.learned.evicted]).toEqual([2, 1]);
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

  it('samples alike whenever the same answers are read, whatever comes between them', () => {
    const sizes = Array.from({ length: 500 }, (_, i) => (i * 7919) % 1009);
    const alone = baseline();
    const among = baseline();
    for (const size of sizes) {
      alone.record('/a', 200, size, size);
      among.record('/b', 200, size + 1);
      among.record('/a', 200, size, size);
    }
    expect(alone.usual('/a')).toEqual(among.usual('/a'));
    expect(alone.usual('/a')?.sizes).toHaveLength(64);
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
