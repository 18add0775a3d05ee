import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isHidden, isMark, visible, visibleSpan } from '../../src/text/sanitize.ts';
import { textWidth } from '../../src/text/width.ts';

const anyText = fc.string({ unit: 'binary' });
const nasty = fc.string({ unit: fc.constantFrom('a', '\x1b', '\u0301', '\u202e', '\u200d', '상', '😀', '\ud83d', '\udc00', '◌', '‹') });

describe('visible', () => {
  it('leaves printable ASCII, Korean, Chinese and plain emoji alone', () => {
    for (const text of ['GET /a?b=c HTTP/1.1', '보안 위협', '安全', 'é', '😀', '']) expect(visible(text)).toBe(text);
  });

  it('shows controls as control pictures and a tab as a blank', () => {
    expect(visible('a\x1b]0;x\x07b\x00\n\r\tc\x7f')).toBe('a␛]0;x␇b␀␊␍ c␡');
  });

  it('shows C1, bidi, zero-width, filler, tag and separator characters as code points', () => {
    expect(visible('\x9b31m')).toBe('‹009B›31m');
    expect(visible('a\u202etxt')).toBe('a‹202E›txt');
    const others = [
      '\u2066',
      '\u200f',
      '\u061c',
      '\u200b',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\ufe0f',
      '\u115f',
      '\u1160',
      '\u3164',
      '\uffa0',
      '\u2028',
      '\u2029',
    ];
    for (const other of [...others, '\u{e0041}', '\u{e0100}', '\ue000', '\u0378', '\ud800', '\u{1f3fd}']) {
      expect(visible(`a${other}b`)).toMatch(/^a‹[0-9A-F]{4,6}›b$/u);
    }
  });

  it('keeps two marks on a base and bounds the rest', () => {
    expect(visible('e\u0301\u0323x')).toBe('e\u0301\u0323x');
    expect(visible(`e${'\u0301'.repeat(500)}x`)).toBe('e\u0301\u0301‹…›x');
    expect(visible('\u1112\u1161\u11ab')).toBe('\u1112\u1161\u11ab');
  });

  it('gives a leading mark a base of its own', () => {
    expect(visible('\u0301x')).toBe('◌\u0301x');
  });

  it('never lets a hidden character, a third mark or a halved pair through', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), (text) => {
        const shown = visible(text);
        let marks = 1;
        for (const character of shown) {
          expect(isHidden(character)).toBe(false);
          marks = isMark(character) ? marks + 1 : 0;
          expect(marks).toBeLessThanOrEqual(2);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), (text) => {
        expect(visible(visible(text))).toBe(visible(text));
      }),
    );
  });

  it('never makes a text vanish: what is not empty takes at least one cell', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, nasty), (text) => {
        expect(textWidth(visible(text)) > 0).toBe(text !== '');
      }),
    );
  });
});

describe('visibleSpan', () => {
  it('cuts the raw text first, so that offsets of the raw text hold', () => {
    expect(visibleSpan('a\x1bb<x>c', { start: 3, end: 6 })).toEqual({ before: 'a␛b', match: '<x>', after: 'c' });
  });

  it('clamps a span outside the text and widens one that halves a pair', () => {
    expect(visibleSpan('ab', { start: -5, end: 99 })).toEqual({ before: '', match: 'ab', after: '' });
    expect(visibleSpan('a😀b', { start: 2, end: 2 })).toEqual({ before: 'a', match: '😀', after: 'b' });
  });

  it('equals the whole text made visible wherever no mark is cut off its base', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\x1b', '\u202e', '상', '😀') }),
        fc.nat(12),
        fc.nat(12),
        (text, start, length) => {
          const { before, match, after } = visibleSpan(text, { start, end: start + length });
          expect(before + match + after).toBe(visible(text));
        },
      ),
    );
  });
});
