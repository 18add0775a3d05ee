import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setLanguage } from '../../src/lang/lang.ts';
import { successNote, successReason } from '../../src/text/success-note.ts';
import { speakKorean } from '../lang/korean.ts';

describe('why a success is claimed', () => {
  it('is two words at a row’s end, and a sentence where there is room', () => {
    expect(successNote('after sensitive-files')).toBe('after sensitive-files');
    expect(successReason('after sensitive-files')).toBe('files had worked for the same actor before');
  });

  it('is else the same in both', () =>
    expect(['41× size', '', 'took 5 s, usually 20 ms'].map(successReason)).toEqual(['41× size', '', 'took 5 s, usually 20 ms']));

  describe('in Korean', () => {
    beforeAll(speakKorean);
    afterAll(() => setLanguage('en'));
    it('is Korean', () => expect(successReason('after sqli')).toBe('같은 행위자의 SQLi 공격이 이미 성공한 뒤'));
  });
});
