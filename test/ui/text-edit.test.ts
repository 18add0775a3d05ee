import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editText } from '../../src/ui/text-edit.ts';

const typed = (...keys: readonly (string | readonly [string, string])[]) =>
  keys.reduce(
    (line, key) =>
      editText(line, typeof key === 'string' ? { name: key, text: [...key].length === 1 ? key : '' } : { name: key[0], text: key[1] }) ??
      line,
    { text: '', cursor: 0 },
  );

describe('editing a line', () => {
  it.each<[string, readonly (string | readonly [string, string])[], string, number]>([
    ['types', ['a', 'b', 'c'], 'abc', 3],
    ['types in the middle', ['a', 'c', 'left', 'b'], 'abc', 2],
    ['takes a blank', ['a', ['space', ' '], 'b'], 'a b', 3],
    ['deletes before and after', ['a', 'b', 'c', 'left', 'backspace', 'delete'], 'a', 1],
    ['deletes a wide character as one', ['책', '😀', 'backspace'], '책', 1],
    ['moves over a surrogate pair as one', ['😀', 'left', 'a'], 'a😀', 1],
    ['clears to the start', ['a', 'b', 'ctrl-u'], '', 0],
    ['deletes a word', [['paste', 'status>=500 sqli'], 'ctrl-w'], 'status>=500 ', 12],
    ['makes a paste one line', [['paste', 'a\nb\x1b[2Jc']], 'a b [2Jc', 8],
    ['goes to both ends', ['a', 'b', 'home', 'x', 'end', 'y'], 'xaby', 4],
  ])('%s', (_, keys, text, cursor) => {
    expect(typed(...keys)).toEqual({ text, cursor });
  });

  it('leaves keys that type nothing to others', () => {
    expect(editText({ text: 'a', cursor: 1 }, { name: 'f1', text: '' })).toBeUndefined();
  });

  it('never grows beyond 500 characters, and keeps its cursor inside', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.constantFrom('left', 'right', 'home', 'end', 'backspace', 'delete', 'ctrl-w', 'ctrl-k'),
            fc.string({ unit: 'grapheme', maxLength: 300 }),
          ),
        ),
        (keys) => {
          const { text, cursor } = typed(...keys.map((key) => (/^[a-z-]{3,}$/.test(key) ? key : (['paste', key] as const))));
          expect(text.length).toBeLessThanOrEqual(501);
          expect(cursor).toBeGreaterThanOrEqual(0);
          expect(cursor).toBeLessThanOrEqual(text.length);
        },
      ),
    );
  });
});
