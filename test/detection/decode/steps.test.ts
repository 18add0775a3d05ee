import { expect, it } from 'vitest';
import { STEPS, type StepName } from '../../../src/detection/decode/steps.ts';

const CASES: readonly (readonly [StepName, string, string])[] = [
  ['percent', '%3Cb%3e%E2%82%AC%ff%zz', '<b>€\u00ff%zz'],
  ['unicode', '%u003cx%uFF1C', '<x\uff1c'],
  ['overlong', '%c0%ae%c0%af%e0%80%af', './/'],
  ['nested', '%%32%65', '%2e'],
  ['plus', 'a+b', 'a b'],
  ['html', '&lt;&#60;&#x3c;&#60x&ltx&unknown;&colon;', '<<<<x<x&unknown;:'],
  ['escapes', '\\x3c\\u003c\\u{3c}\\74\\/', '<<<</'],
  ['base64', 'PHNjcmlwdD5hbGVydA==', '<script>alert'],
  ['base64', 'ordinarytokenvalue', 'ordinarytokenvalue'],
  ['hex', '0x3c7363726970743e', '<script>'],
  ['full-width', '\uff1cscript\uff1e\u2019', "<script>'"],
  ['null', 'a\0.jpg', 'a.jpg'],
  ['comments', 'union/**/all /*!50000select*/\t1', 'union all select 1'],
  ['shell', "c'a't${IFS}/e\\tc", 'cat /etc'],
  ['slashes', '/a//./b\\c;x=1/d', '/a/b/c/d'],
  ['breaks', 'java\tscr\nipt', 'javascript'],
];

it.each(CASES)('%s turns %j into %j', (step, text, expected) => {
  expect(STEPS[step](text)).toBe(expected);
});

it.each(CASES)('%s says of every character of %j where it came from', (step, text, expected) => {
  const offsets: number[] = [];
  expect(STEPS[step](text, offsets)).toBe(expected);
  expect(offsets).toHaveLength(expected.length);
  expect(offsets.every((offset, index) => offset >= 0 && offset < text.length && offset >= (offsets[index - 1] ?? 0))).toBe(true);
});
