import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineReader } from '../../src/helper/lines.ts';

function linesOf(chunks: readonly string[]): string[] {
  const lines: string[] = [];
  const reader = createLineReader((line) => lines.push(line));
  for (const chunk of chunks) reader.take(chunk);
  reader.end();
  return lines;
}

test('lines come whole, however the output is cut, progress bars, too', () => {
  expect(linesOf(['Read', 'ing...\rReading... Done\n\n', 'last'])).toEqual(['Reading...', 'Reading... Done', 'last']);
});

test('a line without end is told in pieces and never held', () => {
  const lines = linesOf(Array.from({ length: 100 }, () => 'x'.repeat(999)));
  expect(lines.every(({ length }) => length <= 1_000)).toBe(true);
  expect(lines.join('')).toBe('x'.repeat(99_900));
});

test('nothing is lost or put in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 50 })), (chunks) => {
      expect(linesOf(chunks).join('')).toBe(chunks.join('').replaceAll(/[\r\n]+/g, ''));
    }),
  );
});
