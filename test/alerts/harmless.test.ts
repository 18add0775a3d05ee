import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, cutBytes, harmless } from '../../src/alerts/harmless.ts';
import { type Dialect, prose } from '../../src/alerts/markup.ts';

describe('log text for a reader', () => {
  it.each([
    ['http://evil.example/x', 'hxxp://evil[.]example/x'],
    ['www.evil.example', 'www[.]evil[.]example'],
    ['203.0.113.7', '203.0.113.7'],
    ['ip:203.0.113.7', 'ip:203.0.113.7'],
    ['http://203.0.113.7/', 'hxxp://203[.]0[.]113[.]7/'],
    ['Example Hosting B.V.', 'Example Hosting B.V.'],
    ['http://b.v', 'hxxp://b[.]v'],
    ['a@b.c', 'a@b[.]c'],
    ['zip:203.0.113.7', 'zip:203[.]0[.]113[.]7'],
    ['a\r\nb\u001b[31m', 'a␍␊b␛[31m'],
  ])('%j reads %j', (text, expected) => {
    expect(harmless(text, 100)).toBe(expected);
  });

  it('is the same when it is made harmless twice, and never longer than allowed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), fc.integer({ min: 1, max: 100 }), (text, max) => {
        const once = harmless(text, max);
        expect(once.length).toBeLessThanOrEqual(max);
        expect(harmless(once, max)).toBe(once);
      }),
    );
  });

  it('is cut between characters, by length and by bytes', () => {
    expect(cut('a😀b', 3)).toBe('a…');
    expect(cutBytes('😀😀😀', 11)).toBe('😀😀…');
  });
});

describe('prose for a chat', () => {
  const dialect: Dialect = { plain: (word) => word, strong: (text) => text, code: (text) => `{${text}}`, codeBlock: (text) => text };

  it.each([
    ['Block 203.0.113.7 at the firewall.', 'Block {203.0.113.7} at the firewall.'],
    ['It probably worked (200): 41× the usual size.', 'It probably worked (200): 41× the usual size.'],
    ['2026-03-02 00:00:00 UTC, 1,284 requests', '2026-03-02 00:00:00 UTC, 1,284 requests'],
    ['공격이 성공한 것 같습니다 /item', '공격이 성공한 것 같습니다 {/item}'],
    ['@all *bold* then', '{@all *bold*} then'],
    ['# heading', '{#} heading'],
    ['- item', '{-} item'],
    ['a_b_c ~x~ :skull: <@1>', '{a_b_c ~x~ :skull: <@1>}'],
    ['', ''],
  ])('%j is written %j', (text, expected) => {
    expect(prose(text, dialect)).toBe(expected);
  });
});
