import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryTable } from '../../src/enrichment/country-table.ts';
import { parseAddress } from '../../src/net/address.ts';

const bundled = countryTable(readFileSync(new URL('../../src/enrichment/countries.bin', import.meta.url)));
const samples = readFileSync(new URL('fixtures/country-samples.tsv', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('\t'));
const countryOf = (text: string): string => bundled.countryOf(parseAddress(text)?.bytes ?? []);

describe('the country database that comes with the package', () => {
  it('answers as its sources do', () => {
    expect(samples.length).toBe(500);
    for (const [address = '', country] of samples) expect(countryOf(address), address).toBe(country);
  });

  it('names its origin and its day', () => {
    expect(bundled.origin).toContain('@ip-location-db/geo-whois-asn-country-mmdb');
    expect(bundled.date).toMatch(/^20\d\d-\d\d-\d\d$/);
  });

  it.each([
    '192.0.2.1',
    '198.51.100.7',
    '203.0.113.9',
    '2001:db8::1',
    '10.0.0.1',
    '127.0.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::1',
    'fe80::1',
  ])('knows no country of %s, which nobody has', (address) => expect(countryOf(address)).toBe(''));

  it('gives a code or nothing for any address', () => {
    const bytes = fc.oneof(fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }), fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }));
    fc.assert(fc.property(bytes, (address) => /^([A-Z]{2})?$/.test(bundled.countryOf(address))));
  });
});

/** The file format, written down a second time. */
function encoded(v4: readonly (readonly [number, number])[], v6: readonly (readonly [number, number])[]): Buffer {
  const deltas = (list: readonly (readonly [number, number])[]): number[] => {
    let before = 0;
    return list.flatMap(([start]) => {
      const bytes: number[] = [];
      for (let rest = BigInt(start - before); ; rest >>= 7n) {
        bytes.push(Number(rest & 127n) + (rest > 127n ? 128 : 0));
        if (rest <= 127n) break;
      }
      before = start;
      return bytes;
    });
  };
  const payload = [...deltas(v4), ...v4.map(([, place]) => place), ...deltas(v6), ...v6.map(([, place]) => place)];
  const header = { format: 1, origin: 'test', date: '2026-01-01', countries: 'DEFRKR', ipv4: v4.length, ipv6: v6.length };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), brotliCompressSync(Buffer.from(payload))]);
}

const ranges = (most: number): fc.Arbitrary<[number, number][]> =>
  fc
    .uniqueArray(
      fc.tuple(
        fc.maxSafeNat().map((n) => n % most),
        fc.nat(3),
      ),
      { selector: ([start]) => start, maxLength: 40 },
    )
    .map((list) => list.sort(([a], [b]) => a - b));

describe('a country table', () => {
  it('finds what a walk over all ranges finds, in both versions', () => {
    fc.assert(
      fc.property(ranges(2 ** 32), ranges(2 ** 48), fc.nat(), (v4, v6, pick) => {
        const table = countryTable(encoded(v4, v6));
        for (const [list, width] of [
          [v4, 4],
          [v6, 6],
        ] as const) {
          const places = list
            .flatMap(([start]) => [start, Math.max(0, start - 1), start + (pick % 1000)])
            .filter((at) => at < 2 ** (8 * width));
          for (const at of places) {
            const place = list.findLast(([start]) => start <= at)?.[1] ?? 0;
            const bytes = Array.from({ length: width }, (_, i) => Math.floor(at / 2 ** (8 * (width - 1 - i))) % 256);
            expect(table.countryOf(width === 4 ? bytes : [...bytes, ...Array<number>(10).fill(0)])).toBe(['', 'DE', 'FR', 'KR'][place]);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a file that is cut off or of another format', () => {
    const whole = encoded([[5, 1]], []);
    expect(() => countryTable(whole.subarray(0, whole.length - 3))).toThrow();
    expect(() => countryTable(Buffer.from('{"format":2}\n'))).toThrow('expected a country database of format 1, got 2');
    expect(() => countryTable(Buffer.alloc(0))).toThrow();
  });
});
