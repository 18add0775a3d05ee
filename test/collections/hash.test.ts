import { describe, expect, it } from 'vitest';
import { hash64 } from '../../src/collections/hash.ts';

/** HalfSipHash-2-4-64 of the bytes 00, 01, ... under the key 00 ... 07; from vectors.h of the SipHash reference code (CC0). */
const REFERENCE: readonly [length: number, digest: string][] = [
  [0, '218d1f59b9b83cc8'],
  [2, '064f39ef7c50eb57'],
  [4, 'd5e78a175be52ea1'],
  [6, 'ce3e91358aa2bc25'],
  [8, 'edfee820bce4858c'],
  [10, '95b0469f06a6f2ee'],
  [12, '7bc71f9faef5c799'],
  [14, '3bb1a870eae8e658'],
];

function digest(text: string, seed: readonly [number, number]): string {
  const { low, high } = hash64(text, seed);
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(low, 0);
  bytes.writeUInt32LE(high, 4);
  return bytes.toString('hex');
}

describe('hash64', () => {
  it('is HalfSipHash-2-4 of the UTF-16 code units', () => {
    for (const [length, expected] of REFERENCE) {
      const text = Buffer.from(Array.from({ length }, (_, i) => i)).toString('utf16le');
      expect(digest(text, [0x03020100, 0x07060504])).toBe(expected);
    }
  });

  it('depends on the seed and on every character', () => {
    const seen = new Set<string>();
    for (const seed of [
      [1, 2],
      [1, 3],
      [2, 2],
    ] as const)
      for (const text of ['', 'a', 'b', 'ab', 'ba', 'a\0', '상', '\ud83d']) seen.add(digest(text, seed));
    expect(seen.size).toBe(24);
  });

  it('gives no two alike among a hundred thousand addresses', () => {
    const seen = new Set<string>();
    for (let i = 0; i < 100_000; i += 1) seen.add(digest(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, [7, 9]));
    expect(seen.size).toBe(100_000);
  });
});
