import { describe, expect, it } from 'vitest';
import { parseCondition } from '../../../src/detection/sigma/condition.ts';

const names = ['selection_a', 'selection_b', 'filter', '_hidden'];
const selection = (name: string) => ({ type: 'selection' as const, name });

describe('a condition', () => {
  it('binds not tighter than and, and tighter than or', () => {
    expect(parseCondition('filter or selection_a and not selection_b', names)).toEqual({
      ok: true,
      condition: {
        type: 'or',
        of: [selection('filter'), { type: 'and', of: [selection('selection_a'), { type: 'not', of: selection('selection_b') }] }],
      },
    });
  });

  it('expands patterns, and them without names that begin with an underscore', () => {
    expect(parseCondition('1 of selection_*', names)).toEqual({
      ok: true,
      condition: { type: 'or', of: [selection('selection_a'), selection('selection_b')] },
    });
    expect(parseCondition('all of them', names)).toEqual({
      ok: true,
      condition: { type: 'and', of: [selection('selection_a'), selection('selection_b'), selection('filter')] },
    });
  });

  it.each([
    ['selection_a |count() > 5', 'aggregations'],
    ['nothing', 'no selection is named "nothing"'],
    ['(selection_a', 'expected ")"'],
    ['2 of selection_*', 'expected "1 of" or "all of"'],
    ['1 of x*', 'no selection fits "x*"'],
    ['selection_a selection_b', 'found "selection_b"'],
    ['', 'found the end'],
  ])('refuses %j with a reason', (text, reason) => {
    const parsed = parseCondition(text, names);
    expect(parsed.ok ? '' : parsed.reason).toContain(reason);
  });
});
