// Sigma's matching beside evaluators that are slow and plain.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDetector } from '../../../src/detection/detect.ts';
import { parseCondition } from '../../../src/detection/sigma/condition.ts';
import { findGlob } from '../../../src/detection/sigma/glob.ts';
import type { Condition } from '../../../src/detection/sigma/rule.ts';
import { globTest, type Position, piecesOf } from '../../../src/detection/sigma/values.ts';
import { request, ruleOf } from '../entries.ts';

/** A Sigma string as a regular expression, character by character. */
function naiveGlob(value: string, position: Position): RegExp {
  let source = '';
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    const escaped = char === '\\' && /[*?\\]/.test(value.charAt(i + 1));
    if (escaped) i++;
    if (!escaped && char === '*') source += '[\\s\\S]*';
    else if (!escaped && char === '?') source += '[\\s\\S]';
    else source += value.charAt(i).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  }
  const any = '[\\s\\S]*';
  const before = position === 'end' || position === 'inside' ? any : '';
  const after = position === 'start' || position === 'inside' ? any : '';
  return new RegExp(`^${before}${source}${after}$`, 'i');
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'B', '*', '?', '\\', '.'), minLength: 1, maxLength: 8 });
const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '*', '?', '\\', '.'), maxLength: 12 });

it('wildcards, escapes and positions match as their definition says', () => {
  fc.assert(
    fc.property(letters, texts, fc.constantFrom<Position>('whole', 'start', 'end', 'inside'), (value, text, position) => {
      const test = globTest(piecesOf(value), { position, cased: false });
      expect(findGlob(text.toLowerCase(), test) !== undefined).toBe(naiveGlob(value, position).test(text));
    }),
    { numRuns: 5000 },
  );
});

type Truth = Readonly<Record<string, boolean>>;
const NAMES = ['sel_a', 'sel_b', 'filter'];

/** A condition as text, and what it says of a choice of true selections. */
interface Spoken {
  readonly text: string;
  readonly holds: (truth: Truth) => boolean;
}
const named = (name: string): Spoken => ({ text: name, holds: (truth) => truth[name] === true });
const quantified: readonly Spoken[] = [
  { text: '1 of sel_*', holds: (truth) => truth.sel_a === true || truth.sel_b === true },
  { text: 'all of sel_*', holds: (truth) => truth.sel_a === true && truth.sel_b === true },
  { text: '1 of them', holds: (truth) => NAMES.some((name) => truth[name]) },
  { text: 'all of them', holds: (truth) => NAMES.every((name) => truth[name]) },
];
const { spoken } = fc.letrec<{ spoken: Spoken }>((tie) => ({
  spoken: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...NAMES.map(named), ...quantified),
    fc
      .tuple(tie('spoken'), tie('spoken'))
      .map(([a, b]) => ({ text: `(${a.text}) and (${b.text})`, holds: (t: Truth) => a.holds(t) && b.holds(t) })),
    fc
      .tuple(tie('spoken'), tie('spoken'))
      .map(([a, b]) => ({ text: `(${a.text} or ${b.text})`, holds: (t: Truth) => a.holds(t) || b.holds(t) })),
    tie('spoken').map((a) => ({ text: `not (${a.text})`, holds: (t: Truth) => !a.holds(t) })),
  ),
}));

function holds(condition: Condition, truth: Truth): boolean {
  switch (condition.type) {
    case 'selection':
      return truth[condition.name] === true;
    case 'not':
      return !holds(condition.of, truth);
    case 'and':
      return condition.of.every((part) => holds(part, truth));
    case 'or':
      return condition.of.some((part) => holds(part, truth));
  }
}

it('conditions say what their parts say', () => {
  fc.assert(
    fc.property(spoken, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), ({ text, holds: expected }, [a, b, filter]) => {
      const parsed = parseCondition(text, NAMES);
      const truth = { sel_a: a, sel_b: b, filter };
      expect(parsed.ok && holds(parsed.condition, truth)).toBe(expected(truth));
    }),
    { numRuns: 2000 },
  );
});

it('a rule matches as its condition says, with the short cuts and without', () => {
  const entryFor = (truth: Truth) => request({ target: `/?${NAMES.filter((name) => truth[name]).join('&')}` });
  fc.assert(
    fc.property(spoken, fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()), ({ text, holds: expected }, [a, b, filter]) => {
      const detection = `${NAMES.map((name) => `${name}:\n  cs-uri-query|contains: ${name}`).join('\n')}\ncondition: ${text}`;
      const rules = [ruleOf(detection)];
      const truth = { sel_a: a, sel_b: b, filter };
      for (const withoutShortcuts of [false, true])
        expect(createDetector({ rules, withoutShortcuts }).detect(entryFor(truth)) !== undefined, text).toBe(expected(truth));
    }),
    { numRuns: 300 },
  );
});
