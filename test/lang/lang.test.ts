import { beforeAll, describe, expect, test } from 'vitest';
import { addCatalogue, formatNumber, inLanguage, t, tn } from '../../src/lang/lang.ts';
import { chooseLanguage, languageNamed } from '../../src/lang/language.ts';

beforeAll(() =>
  addCatalogue('ko', {
    'Banned {who}': ['{who} 차단함'],
    '{n} address': ['주소 {n}개'],
  }),
);

describe('a text', () => {
  test('is English where no language is asked for', () => expect(t('Banned {who}', { who: 'a' })).toBe('Banned a'));
  test('is the catalogue’s in another language', () => expect(inLanguage('ko', () => t('Banned {who}', { who: 'a' }))).toBe('a 차단함'));
  test('is English where the catalogue lacks it', () => expect(inLanguage('ko', () => t('Undo'))).toBe('Undo'));
  test('takes a value as it is: what looks like a place in it stays', () =>
    expect(t('{a} {b}', { a: '{b} $& $1', b: 'x' })).toBe('{b} $& $1 x'));
  test('keeps a place that has no value', () => expect(t('{constructor} {a}', { a: 1 })).toBe('{constructor} 1'));
  test('is not looked up among what every object has', () => expect(inLanguage('ko', () => t('constructor'))).toBe('constructor'));
  test('keeps its language over what is awaited', async () => {
    const texts = await inLanguage('ko', async () => {
      await Promise.resolve();
      return tn(1234, '{n} address', '{n} addresses');
    });
    expect(texts).toBe('주소 1,234개');
    expect(tn(1, '{n} address', '{n} addresses')).toBe('1 address');
    expect(tn(1234, '{n} address', '{n} addresses')).toBe('1,234 addresses');
  });
  test('writes numbers as the language does', () => expect(formatNumber(1234567)).toBe('1,234,567'));
});

describe('the language', () => {
  test.each([
    ['ko_KR.UTF-8', 'ko'],
    ['ko', 'ko'],
    ['KO-kr', 'ko'],
    ['en_GB', 'en'],
    ['C', undefined],
    ['C.UTF-8', undefined],
    ['korn', undefined],
    ['', undefined],
  ])('%j means %s', (name, language) => expect(languageNamed(name)).toBe(language));

  test('is that of --lang, then of the configuration, then of the environment, then English', () => {
    const env = { LANG: 'ko_KR.UTF-8' };
    expect(chooseLanguage({ flag: 'en', configured: 'ko', env })).toBe('en');
    expect(chooseLanguage({ configured: 'en', env })).toBe('en');
    expect(chooseLanguage({ env })).toBe('ko');
    expect(chooseLanguage({ env: { ...env, LC_ALL: 'C' } })).toBe('en');
    expect(chooseLanguage({ env: { LANG: 'ko_KR.utf8', LC_MESSAGES: '' } })).toBe('ko');
    expect(chooseLanguage({ env: { LANG: 'ko_KR.eucKR' } })).toBe('en');
    expect(chooseLanguage({ env: { LANG: 'ko_KR' } })).toBe('en');
    expect(chooseLanguage({ flag: 'ko', env: { LANG: 'C' } })).toBe('ko');
    expect(chooseLanguage({ env: {} })).toBe('en');
  });
});
