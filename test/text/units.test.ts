import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytes, count, duration } from '../../src/text/units.ts';

describe('count', () => {
  it('writes small numbers out and large ones with a unit', () => {
    const cases: [number, string][] = [
      [0, '0'],
      [999, '999'],
      [1284, '1,284'],
      [9007, '9,007'],
      [9999, '9,999'],
      [10_000, '10.0k'],
      [12_499, '12.4k'],
      [99_999, '99.9k'],
      [100_000, '100k'],
      [999_999, '999k'],
      [3_100_000, '3.1M'],
      [2e9, '2.0G'],
      [-5, '0'],
      [Number.NaN, '0'],
    ];
    for (const [n, text] of cases) expect(count(n)).toBe(text);
  });

  it('stays within five characters', () => {
    fc.assert(
      fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (n) => {
        expect(count(n).length).toBeLessThanOrEqual(5);
      }),
    );
  });
});

describe('bytes and duration', () => {
  it('writes sizes in SI units', () => {
    expect([bytes(512), bytes(24_850), bytes(3_100_000), bytes(-1), bytes(124_000)]).toEqual([
      '512 B',
      '24.8 kB',
      '3.1 MB',
      '0 B',
      '124 kB',
    ]);
  });

  it('writes a span of time in its largest unit', () => {
    const second = 1000;
    const spans = [400, 14 * second, 3 * 60 * second, 125 * 60 * second, 4.5 * 86_400 * second, -3];
    expect(spans.map(duration)).toEqual(['0 s', '14 s', '3 min', '2 h 05', '4 d', '0 s']);
  });
});
