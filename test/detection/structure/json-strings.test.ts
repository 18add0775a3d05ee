import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonStrings } from '../../../src/detection/structure/json-strings.ts';

test.each([
  ['{"where":{"name":"O\'Reilly"},"order":["name ASC"],"limit":20}', ['where', 'name', "O'Reilly", 'order', 'name ASC', 'limit']],
  [' [1, "a", null, true]', ['a']],
  ['{}', []],
  ['{"like":"C:\\Users\\me"}', ['like', 'C:\\Users\\me']],
  ['{"like":"tab\tseparated"}', ['like', 'tab separated']],
])('%s', (text, strings) => {
  expect(jsonStrings(text)).toEqual(strings);
});

test.each([
  ['no JSON', '{"a":1}\' or 1=1'],
  ['a text', '"quoted"'],
  ['a number', '12'],
  ['deeper than anybody nests', `${'['.repeat(40)}${']'.repeat(40)}`],
  ['more strings than are looked at', JSON.stringify(Array.from({ length: 257 }, () => 'x'))],
])('judged as a whole: %s', (_, text) => {
  expect(jsonStrings(text)).toBeUndefined();
});

test('no string of a small value is passed over', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { maxLength: 20 }), (texts) => {
      expect(jsonStrings(JSON.stringify({ list: texts }))).toEqual(['list', ...texts]);
    }),
  );
});
