import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createByteSplitter } from '../../src/sources/byte-splitter.ts';
import { createLinePlaces } from '../../src/sources/line-places.ts';

/** The places of all lines of a file that is read in pieces of these lengths, from `begin` on. */
function placesOf(file: Buffer, begin: number, lengths: readonly number[]): Map<string, string> {
  const splitter = createByteSplitter({ atStart: begin === 0 });
  const found = new Map<string, string>();
  let offset = begin;
  for (let i = 0; offset < file.length; i++) {
    const bytes = file.subarray(offset, offset + (lengths[i % lengths.length] ?? 1));
    const firstLine = offset - splitter.pendingBytes;
    const { lines } = splitter.push(bytes);
    const places = createLinePlaces({ bytes, offset, firstLine, head: file.subarray(0, Math.min(256, offset + bytes.length)) });
    // Backwards, too: nobody has to ask in order.
    for (let at = lines.length - 1; at >= 0; at--) found.set(places(at), lines[at] ?? '');
    offset += bytes.length;
  }
  return found;
}

const line = fc.string({ unit: fc.constantFrom('a', 'ä', '한', '\r', ' ', '\0'), maxLength: 80 });

test('a line has its own place, the same wherever reading began and however the file was cut into pieces', () => {
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 30 }),
      fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 }),
      fc.nat(29),
      (lines, lengths, from) => {
        const file = Buffer.from(`${lines.join('\n')}\n`);
        const whole = placesOf(file, 0, [file.length]);
        expect(whole.size).toBe(lines.length);
        expect(placesOf(file, 0, lengths)).toEqual(whole);
        const before = lines.slice(0, from);
        const begin = before.length === 0 ? 0 : Buffer.byteLength(`${before.join('\n')}\n`);
        for (const [place, text] of placesOf(file, begin, lengths)) expect(whole.get(place)).toBe(text);
      },
    ),
  );
});

test('files that begin otherwise have other places', () => {
  const of = (text: string): string[] => [...placesOf(Buffer.from(text), 0, [7]).keys()];
  const [, second = ''] = of('one\ntwo\n');
  expect(of('eno\ntwo\n')).not.toContain(second);
});
