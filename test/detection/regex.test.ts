import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSearch, OVERLAP, WINDOW, windowsOf } from '../../src/detection/regex.ts';

const search = (source: string, flags: string, native: boolean) =>
  createSearch({ source, flags, native, anchoredStart: false, anchoredEnd: false });

const PATTERNS = [
  'a\\sb',
  'a[\\s;]b',
  'a.b',
  'a\\Sb',
  'a[.]b',
  '[[]a',
  '\\ba\\b',
  '^a',
  'b$',
  '[^a]b',
  '\\x41',
  '\\u00e9',
  '[\\d\\s]+x',
  '(a|b)+?c',
  'a{2,3}',
];
const texts = fc.string({
  unit: fc.constantFrom(
    'a',
    'b',
    'c',
    'A',
    'x',
    '1',
    '.',
    '[',
    ' ',
    '\t',
    '\v',
    '\n',
    '\r',
    '\u00a0',
    '\u2028',
    '\u3000',
    '\ufeff',
    '\u00e9',
    ';',
  ),
  maxLength: 10,
});

it('means the same in V8 and in re2', () => {
  for (const source of PATTERNS) {
    for (const flags of ['', 'i', 's']) {
      const [native, linear] = [search(source, flags, true), search(source, flags, false)];
      fc.assert(
        fc.property(texts, (text) => {
          expect(linear(text), `/${source}/${flags}`).toEqual(native(text));
        }),
        { numRuns: 150 },
      );
    }
  }
});

it('cuts long texts into windows that overlap and leave nothing out', () => {
  const text = 'x'.repeat(3 * WINDOW + 17);
  const windows = windowsOf(text);
  expect(windows.map(({ isFirst }) => isFirst)).toEqual(windows.map((_, index) => index === 0));
  expect(windows.at(-1)).toMatchObject({ isLast: true });
  for (const [index, window] of windows.entries()) {
    expect(window.text.length).toBeLessThanOrEqual(WINDOW);
    const next = windows[index + 1];
    if (next !== undefined) expect(next.start).toBe(window.start + WINDOW - OVERLAP);
  }
  expect((windows.at(-1)?.start ?? 0) + (windows.at(-1)?.text.length ?? 0)).toBe(text.length);
});
