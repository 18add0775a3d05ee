import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPrefilter, searchableGates } from '../../../src/detection/prefilter.ts';
import { EDGE } from '../../../src/detection/sigma/literal-worth.ts';
import { factsOf } from '../../../src/detection/sigma/regex-literals.ts';

describe('what a pattern needs', () => {
  it.each([
    ['union\\s+select', [['union  ', 'union select'], [`${EDGE}select`]]],
    ['\\bfloor\\s*\\(', [[`${EDGE}floor `, `${EDGE}floor(`], ['(']]],
    ['(?:foo|bar)[12]', [['foo1', 'foo2', 'bar1', 'bar2']]],
    ['[\\r\\n]set-cookie', [['\nset-cookie'], [`${EDGE}set-cookie`]]],
    ['a*', []],
    ['\\w+', []],
    ['(?:x|y*)z', [['z']]],
  ])('%s', (source, gates) => {
    const found = factsOf(source)?.gates;
    expect(found?.map((set) => [...set].sort())).toEqual(gates.map((set) => [...set].sort()));
  });
});

const atom = fc.constantFrom(
  'a',
  'b',
  'k',
  'S',
  '_',
  '0',
  ' ',
  ';',
  '\\s',
  '\\w',
  '\\W',
  '\\d',
  '.',
  '[ab]',
  '[^a]',
  '[\\s;]',
  '[^\\w]',
  '\\b',
  '^',
  '$',
  '\\n',
  '\u0130',
  '\u00e9',
);
const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
  pattern: fc.oneof(
    { maxDepth: 4 },
    fc.array(atom, { minLength: 1, maxLength: 5 }).map((atoms) => atoms.join('')),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
    fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(?:${a}|${b})`),
    fc.tuple(tie('pattern'), fc.constantFrom('?', '*', '+', '{2}', '{1,2}', '{0,3}', '{4,}')).map(([a, times]) => `(?:${a})${times}`),
  ),
}));
const text = fc.string({
  unit: fc.constantFrom('a', 'b', 'B', 'k', 's', '_', '0', ' ', '\t', '\n', '\u00a0', ';', '\u0130', '\u00e9', '\u212a', '\u017f'),
  maxLength: 14,
});

it('every text that a pattern matches passes its gates', () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 8, maxLength: 8 }), fc.constantFrom('', 'i'), (source, texts, flags) => {
      const gates = searchableGates(factsOf(source)?.gates ?? []);
      if (gates.length === 0) return;
      const prefilter = createPrefilter([gates]);
      const regex = new RegExp(source, flags);
      for (const each of texts) {
        if (!regex.test(each)) continue;
        matched++;
        expect(prefilter.scan(each), `/${source}/${flags} on ${JSON.stringify(each)}: ${JSON.stringify(gates)}`).toEqual([0]);
      }
    }),
    { numRuns: 4000 },
  );
  expect(matched).toBeGreaterThan(300);
}, 60_000);

it('looks for a word only where one begins', () => {
  const prefilter = createPrefilter([[[`${EDGE}at `]]]);
  expect(prefilter.scan('at home')).toEqual([0]);
  expect(prefilter.scan('cat and dog')).toEqual([]);
  expect(prefilter.scan('cat at')).toEqual([]);
  expect(prefilter.scan('cat at\u00a0x')).toEqual([0]);
});

it('wants a literal of every set', () => {
  const prefilter = createPrefilter([[['union'], ['select', 'all']], [['select']]]);
  expect(prefilter.scan('UNION')).toEqual([]);
  expect(prefilter.scan('select')).toEqual([1]);
  expect([...prefilter.scan('UnIoN SELECT')].sort()).toEqual([0, 1]);
});
