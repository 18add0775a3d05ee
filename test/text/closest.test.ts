import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest } from '../../src/text/closest.ts';

describe('the setting that was meant', () => {
  it.each([
    ['theem', 'theme'],
    ['Window', 'window'],
    ['state-directory', 'state_directory'],
    ['zzz', undefined],
  ])('by %s is %s', (word, expected) => {
    expect(closest(word, ['theme', 'window', 'state_directory'])).toBe(expected);
  });

  it('is the word itself where it is one', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1, maxLength: 20 }),
        (word) => closest(word, ['theme', word]) === word || word.toLowerCase() === 'theme',
      ),
    );
  });
});

const COMMANDS = ['scan', 'report', 'ban', 'bans', 'unban', 'attach', 'check'];

it.each([
  ['scna', 'scan'],
  ['scann', 'scan'],
  ['atach', 'attach'],
  ['chekc', 'check'],
  ['rprot', 'report'],
  ['bna', 'ban'],
])('%s is meant to be %s', (word, name) => expect(closest(word, COMMANDS)).toBe(name));

it.each(['access', 'log', 'syslog', 'x', '', 'a'.repeat(10_000)])('nothing is near %s', (word) => {
  expect(closest(word, COMMANDS)).toBeUndefined();
});
