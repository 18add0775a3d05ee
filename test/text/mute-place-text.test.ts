import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLanguage } from '../../src/lang/lang.ts';
import { mutePlaceText, muteTitleText } from '../../src/text/mute-place-text.ts';
import { speakKorean } from '../lang/korean.ts';

const KEPT = [
  ['everywhere', '모든 곳'],
  ['at /search', '경로 /search'],
  ['from 198.51.100.0/24', '발신 198.51.100.0/24'],
  ['for the account root', '계정 root'],
  ['on web1', '호스트 web1'],
  ['in the parameter id at /item at /x', '경로 /item at /x의 파라미터 id'],
  ['in the parameter id', 'in the parameter id'],
  ['at /{value}$&', '경로 /{value}$&'],
  ['something else', 'something else'],
] as const;

describe('where a mute holds', () => {
  it.each(KEPT)('in English is what was kept: %s', (kept) => expect(mutePlaceText(kept)).toBe(kept));

  describe('in Korean', () => {
    beforeAll(speakKorean);
    afterAll(() => setLanguage('en'));
    it.each(KEPT)('%s is %s', (kept, korean) => expect(mutePlaceText(kept)).toBe(korean));
  });
});

describe('what a mute is called', () => {
  const TITLES = [
    ['Mute sqli-boolean at /search', '예외 sqli-boolean, 경로 /search'],
    ['Mute sqli-boolean and 2 more everywhere', '예외 sqli-boolean and 2 more, 모든 곳'],
    ['Our own scanner', 'Our own scanner'],
  ] as const;
  it.each(TITLES)('in English is what was kept: %s', (kept) => expect(muteTitleText(kept)).toBe(kept));

  describe('in Korean', () => {
    beforeAll(speakKorean);
    afterAll(() => setLanguage('en'));
    it.each(TITLES)('%s is %s', (kept, korean) => expect(muteTitleText(kept)).toBe(korean));
  });
});
