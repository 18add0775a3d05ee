import { describe, expect, it } from 'vitest';
import { isPlain, isProse } from '../../../src/detection/structure/script-prose.ts';

describe('prose', () => {
  it.each([
    'document.cookie explained',
    'document.write vs innerHTML',
    'document.write+vs+innerHTML',
    'window.location%20of%20a%20page',
    'eval() in python',
    '[javascript] window.location',
    '/docs/javascript/window.location',
    'document.cookie 설명',
  ])('is words about code: %s', (text) => {
    expect(isProse(text)).toBe(true);
  });

  it.each([
    'document.cookie',
    'alert()',
    'x document.cookie=1',
    'new Function()',
    'x;alert(1)',
    '<a> tag',
    "it's document.cookie",
    'top[name](1) x',
  ])('is not code, nor one word alone: %s', (text) => {
    expect(isProse(text)).toBe(false);
  });

  it('ends at a length that nobody types', () => {
    expect(isProse('a '.repeat(300))).toBe(false);
    expect(isPlain('a'.repeat(401))).toBe(false);
  });

  it('may be empty where it only has to be plain', () => {
    expect(isPlain('')).toBe(true);
    expect(isPlain('alt text')).toBe(true);
    expect(isPlain('a=b')).toBe(false);
  });
});
