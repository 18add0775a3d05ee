import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.ts';
import { cutLine, lineWidth, middleColumn, onGround, seg, spread, wrap } from '../../src/ui/line.ts';
import type { StyledLine } from '../../src/ui/styled.ts';

const textOf = (line: StyledLine): string => line.map((part) => part.text).join('');
const anyText = fc.array(fc.constantFrom('a', 'b', ' ', '/', '책', '한', '😀', 'é'), { maxLength: 40 }).map((parts) => parts.join(''));
const anyLine = fc.array(
  anyText.map((text) => seg(text)),
  { maxLength: 5 },
);

describe('cutLine', () => {
  it('cuts a range of cells across segments', () => {
    expect(textOf(cutLine([seg('abc'), seg('def')], 2, 5))).toBe('cde');
  });

  it('puts a blank where it halves a wide character', () => {
    expect(textOf(cutLine([seg('a책b')], 0, 2))).toBe('a ');
    expect(textOf(cutLine([seg('a책b')], 2, 4))).toBe(' b');
  });

  it('yields exactly the cells asked for, as far as there are any', () => {
    fc.assert(
      fc.property(anyLine, fc.nat(60), fc.nat(60), (line, from, length) => {
        expect(lineWidth(cutLine(line, from, from + length))).toBe(Math.max(0, Math.min(length, lineWidth(line) - from)));
      }),
    );
  });
});

describe('onGround and spread', () => {
  it('fill exactly the width, segments with a ground of their own keeping it', () => {
    const line = onGround([seg('ab'), seg('cd', 'high', { ground: 'match' })], 6, 'selected');
    expect(line.map((part) => part.ground)).toEqual(['selected', 'match', 'selected']);
    fc.assert(fc.property(anyLine, fc.integer({ min: 1, max: 80 }), (any, cells) => lineWidth(onGround(any, cells, 'bar')) === cells));
  });

  it('keep the right end where both do not fit', () => {
    expect(textOf(spread([seg('a long left side')], [seg('end')], 10))).toBe('a long end');
  });
});

describe('a column that keeps both ends', () => {
  it('tells neighbouring networks apart', () => {
    expect(['2001:db8:5:aaaa::/64', '2001:db8:6:aaaa::/64'].map((text) => middleColumn(text, 16).text)).toEqual([
      '2001…5:aaaa::/64',
      '2001…6:aaaa::/64',
    ]);
    expect(middleColumn('2001:db8:ffff:aaaa:bbbb:cccc:dddd:eeee', 15).text).toBe('2001:db8…d:eeee');
  });
});

describe('wrap', () => {
  it('breaks at blanks', () => {
    expect(wrap('the server said no', 10)).toEqual(['the server', 'said no']);
  });

  it('begins a word that fits no line where the last one ended', () => {
    expect(wrap('GET /aaaaaaaaaaaaaa', 10)).toEqual(['GET /aaaaa', 'aaaaaaaaa']);
  });

  it('never exceeds the width nor loses a character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 30 }), (text, cells) => {
        const lines = wrap(text, cells, 500);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(cells);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
