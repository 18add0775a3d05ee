import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closest } from '../../src/config/closest.ts';

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
