import { expect, test } from 'vitest';
import { comparesWords, downloadName, marksWords, namesCalls, readable } from '../../../src/detection/structure/about-code.ts';

test.each(['eval() python', 'date_format(now) not working', 'exec() vs system()', 'eval%28%29+python'])(
  'a sentence that names calls: %s',
  (text) => expect(namesCalls(text)).toBe(true),
);

test.each([
  'phpinfo()',
  'system(id)',
  'return eval(x)',
  'phpinfo() or die()',
  'new Foo(x)',
  "eval('x') python",
  'eval() python;',
  `${'a '.repeat(300)}f()`,
])('code, or too long to tell: %s', (text) => expect(namesCalls(text)).toBe(false));

test.each([
  ['`ls` vs `dir`', true],
  ['what is `chmod` for', true],
  ['`id`', false],
  ['hello `id`', false],
  ['`cat /etc/passwd` vs `dir`', false],
  ['`ls` vs `dir`; id', false],
])('words marked as code: %s', (text, marked) => expect(marksWords(text)).toBe(marked));

test.each([
  ['/bin/sh vs /bin/bash', true],
  ['/bin/sh -c id', false],
  ['/bin/sh vs; id', false],
])('words compared: %s', (text, compared) => expect(comparesWords(text)).toBe(compared));

test.each([
  ['attachment; filename="a b.pdf"', 'a b.pdf'],
  ["attachment; filename*=UTF-8''a.pdf", 'a.pdf'],
  ['inline;filename=a.pdf', 'a.pdf'],
  ['attachment; filename="a" onload="x"', undefined],
  ['attachment', undefined],
])('the name of a download: %s', (text, name) => expect(downloadName(text)).toBe(name));

test('reads what a form encoded, and leaves broken escapes to the eye', () => {
  expect(readable('a+b%2Fc')).toBe('a b/c');
  expect(readable('a%zz+b')).toBe('a%zz b');
  expect(readable('a b%2F')).toBe('a b%2F');
});
