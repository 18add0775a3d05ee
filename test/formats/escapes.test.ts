import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closingQuote, decodeBytes, unescapeField } from '../../src/formats/escapes.ts';

describe('unescapeField', () => {
  it.each([
    ['plain', 'plain'],
    [String.raw`a\"b\\c`, 'a"b\\c'],
    [String.raw`\x22\x5C`, '"\\'],
    [String.raw`\x5Cx41`, String.raw`\x41`],
    [String.raw`\xEC\x95\x88`, '안'],
    [String.raw`\xec\x95`, '\u00ec\u0095'],
    [String.raw`\xC0\xAF`, '\u00c0\u00af'],
    [String.raw`\xED\xA0\x80`, '\u00ed\u00a0\u0080'],
    [String.raw`\u0416\ud83d\ude00`, 'Ж😀'],
    [String.raw`..\windows\zz`, String.raw`..\windows\zz`],
    [String.raw`\x4`, String.raw`\x4`],
    ['end\\', 'end\\'],
  ])('%s becomes %s', (text, expected) => {
    expect(unescapeField(text)).toBe(expected);
  });

  it('undoes what nginx and Apache do to any bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = [...Buffer.from(text, 'utf8')];
        const nginx = bytes.map((byte) =>
          byte < 32 || byte > 126 || byte === 34 || byte === 92
            ? `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`
            : String.fromCharCode(byte),
        );
        const apache = bytes.map((byte) =>
          byte === 34 || byte === 92
            ? `\\${String.fromCharCode(byte)}`
            : byte < 32 || byte > 126
              ? `\\x${byte.toString(16).padStart(2, '0')}`
              : String.fromCharCode(byte),
        );
        const wellFormed = Buffer.from(text, 'utf8').toString('utf8');
        return unescapeField(nginx.join('')) === wellFormed && unescapeField(apache.join('')) === wellFormed;
      }),
    );
  });

  it('undoes what JSON.stringify does', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unescapeField(JSON.stringify(text).slice(1, -1)) === text));
  });
});

it('decodeBytes agrees with TextDecoder on valid UTF-8 and keeps every invalid byte', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      (text) => decodeBytes(new TextEncoder().encode(text)) === Buffer.from(text, 'utf8').toString('utf8'),
    ),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => decodeBytes(bytes).length > 0 || bytes.length === 0));
});

it('closingQuote steps over escaped quotes, not over those behind an escaped backslash', () => {
  expect(closingQuote(String.raw`a\"b"`, 0)).toBe(4);
  expect(closingQuote(String.raw`a\\"b"`, 0)).toBe(3);
  expect(closingQuote(String.raw`a\\\"`, 0)).toBe(-1);
});
