import xterm from '@xterm/headless';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { isHidden, isMark, visible } from '../../src/text/sanitize.ts';
import { cutAround, cutEnd, cutStart, fit as fitCells, padEnd, padStart, textWidth } from '../../src/text/width.ts';

const shownUnit = fc.constantFrom('a', 'b', ' ', '상', '安', '😀', 'é', 'e\u0301', '\u1112\u1161\u11ab', '‹');
const shownText = fc.string({ unit: shownUnit });

describe('textWidth', () => {
  it('counts Latin 1, Hangul and CJK 2, emoji 2, marks 0', () => {
    expect([textWidth('abc'), textWidth('보안'), textWidth('安全'), textWidth('😀'), textWidth('e\u0301'), textWidth('')]).toEqual([
      3, 4, 4, 2, 1, 0,
    ]);
  });

  it('agrees with string-width on every character that may be shown alone', () => {
    const wrong: string[] = [];
    for (let code = 0x20; code <= 0x3ffff; code += 1) {
      const character = String.fromCodePoint(code);
      if (isHidden(character) || isMark(character) || /\p{M}|\p{RI}/u.test(character)) continue;
      if (textWidth(character) !== stringWidth(character)) wrong.push(code.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with the terminal emulator on Latin, Greek, Cyrillic, kana, CJK, Hangul (decomposed too) and full-width forms', async () => {
    const terminal = new xterm.Terminal({ cols: 200, rows: 5, allowProposedApi: true });
    const ranges = [
      [0xa1, 0x2ff],
      [0x370, 0x482],
      [0x3041, 0x3096],
      [0x30a0, 0x30ff],
      [0x4e00, 0x9fff],
      [0xac00, 0xd7a3],
      [0xff01, 0xff60],
    ] as const;
    const texts = ['\u1112\u1161\u11ab\u1100\u1173\u11af', 'e\u0301\u0323', '…‹›␛│▏█'];
    for (const [first, last] of ranges) {
      for (let code = first; code <= last; code += 60) {
        const some = Array.from({ length: Math.min(60, last - code + 1) }, (_, i) => String.fromCodePoint(code + i)).join('');
        texts.push(visible(some));
      }
    }
    for (const text of texts) {
      await new Promise<void>((done) => terminal.write(`\x1b[2J\x1b[H${text}`, done));
      expect([text, terminal.buffer.active.cursorX]).toEqual([text, textWidth(text)]);
    }
    terminal.dispose();
  });
});

describe('cutting and padding', () => {
  it('cuts at the end or the start with an ellipsis that counts', () => {
    expect(cutEnd('abcdef', 4)).toBe('abc…');
    expect(cutStart('abcdef', 4)).toBe('…def');
    expect(cutEnd('abcd', 4)).toBe('abcd');
    expect(cutEnd('보안위협', 4)).toBe('보…');
    expect(cutEnd('abcdef', 4, '')).toBe('abcd');
    expect(cutEnd('abcdef', 0)).toBe('');
    expect(cutStart('xe\u0301', 1)).toBe('…');
  });

  it('pads to the width and never cuts', () => {
    expect(padEnd('보', 4)).toBe('보  ');
    expect(padStart('42', 4)).toBe('  42');
    expect(padStart('12345', 3)).toBe('12345');
  });

  it('fits every text to exactly the width asked for', () => {
    fc.assert(
      fc.property(shownText, fc.nat(30), (text, cells) => {
        expect(textWidth(fitCells(text, cells))).toBe(cells);
      }),
    );
  });

  it('never exceeds the width and never leaves out more than needed', () => {
    fc.assert(
      fc.property(shownText, fc.integer({ min: 1, max: 30 }), (text, cells) => {
        for (const cut of [cutEnd(text, cells), cutStart(text, cells)]) {
          expect(textWidth(cut)).toBeLessThanOrEqual(cells);
          expect(textWidth(cut)).toBeGreaterThanOrEqual(Math.min(textWidth(text), cells - 1));
        }
      }),
    );
  });
});

describe('cutAround', () => {
  const around = (text: string, start: number, end: number, cells: number) => {
    const cut = cutAround(text, { start, end }, cells);
    return [cut.text, cut.text.slice(cut.span.start, cut.span.end)];
  };

  it('leaves a text that fits alone', () => {
    expect(around('abcdef', 2, 4, 6)).toEqual(['abcdef', 'cd']);
  });

  it('cuts only the end while the match stays in sight, else only the start, else both', () => {
    expect(around('abcdefghijkl', 1, 3, 8)).toEqual(['abcdefg…', 'bc']);
    expect(around('abcdefghijkl', 9, 11, 8)).toEqual(['…fghijkl', 'jk']);
    expect(around('abcdefghijklmnopqrst', 9, 11, 9)).toEqual(['…ijklmno…', 'jk']);
  });

  it('keeps the start of a match that is too wide', () => {
    expect(around('0123456789ABCDEF', 4, 14, 6)).toEqual(['…4567…', '4567']);
  });

  it('never exceeds the width and always shows some of the match', () => {
    fc.assert(
      fc.property(
        fc.array(shownUnit),
        fc.nat(40),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 6, max: 40 }),
        (characters, at, length, cells) => {
          const text = characters.join('');
          const start = characters.slice(0, at).join('').length;
          const match = characters.slice(at, at + length).join('');
          const cut = cutAround(text, { start, end: start + match.length }, cells);
          expect(textWidth(cut.text)).toBeLessThanOrEqual(cells);
          const shown = cut.text.slice(cut.span.start, cut.span.end);
          expect(match.startsWith(shown)).toBe(true);
          if (match !== '') expect(shown).not.toBe('');
          if (textWidth(match) <= cells - 2) expect(shown).toBe(match);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
