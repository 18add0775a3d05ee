import { expect, it } from 'vitest';
import { createDetector } from '../../src/detection/detect.ts';
import { explain } from '../../src/detection/explain.ts';
import { builtInRules, request } from './entries.ts';

it('shows every decoding from the field as logged to the text that matched, the match marked in each', () => {
  const entry = request({ target: '/item?id=1%2527%2520union%2520select%25201' });
  const match = createDetector({ rules: builtInRules() })
    .detect(entry)
    ?.hits.find((hit) => hit.rule.name === 'sqli-union-select')?.matches[0];
  expect(match).toBeDefined();
  if (match === undefined) return;
  const steps = explain(entry, match);
  expect(steps.map(({ step, text }) => [step, text])).toEqual([
    ['as logged', '1%2527%2520union%2520select%25201'],
    ['percent', '1%27%20union%20select%201'],
    ['percent', "1' union select 1"],
  ]);
  expect(steps.map(({ text, match: span }) => text.slice(span?.start, span?.end))).toEqual([
    'union%2520select%25201',
    'union%20select%201',
    'union select 1',
  ]);
  expect(entry.target.slice(match.span.start, match.span.end)).toBe('union%2520select%25201');
});
