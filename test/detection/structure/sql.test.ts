import { expect, it } from 'vitest';
import { judgeSql } from '../../../src/detection/structure/sql-judge.ts';

it.each([
  ["STATE='CA' and POP>10000", undefined],
  ["STATE='CA' or 1=1", 'quote logic'],
  ["contains(Name,'kim') or startswith(Name,'lee')", undefined],
  ["contains(Name,'kim') union select 1", 'quote union'],
])('tells a filter from a filter that was broken out of: %s', (text, description) => {
  expect(judgeSql(text)?.description).toBe(description);
});

it.each([
  ["str_to_date('1','%d')", 'plain call'],
  ["str_to_date('1','%d') tutorial", undefined],
  ['mysql datediff(a,b)', undefined],
  ['datediff()', undefined],
  ['=concat(a1," ",b1)', undefined],
])('takes a value for SQL when the whole of it is an expression that only databases understand: %s', (text, description) => {
  expect(judgeSql(text)?.description).toBe(description);
});

it.each([
  ['uni/**/on', 'split word'],
  ['ch/**/ar(97)', 'split word'],
  ['src/**/test', undefined],
])('joins what a comment splits: %s', (text, description) => {
  expect(judgeSql(text)?.description).toBe(description);
});

it.each(["admin';", 'a";b', "test'; foo bar"])('takes a lone quote before a semicolon for the end of a statement: %s', (text) => {
  expect(judgeSql(text)?.description).toBe('quote end');
});

it.each(["kids'; toys", "men's; women's", '"a";"b"', 'say "yes"; then go'])('leaves quotes of prose and tables alone: %s', (text) => {
  expect(judgeSql(text)).toBeUndefined();
});

it.each(['1e1union select 1', '1.union select 1', '\\Nunion select 1', '1 union table users', '1 union values (1)'])(
  'reads numbers as databases do: %s',
  (text) => {
    expect(judgeSql(text)?.description).toMatch(/union$/);
  },
);
