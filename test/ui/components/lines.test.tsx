import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { Box } from 'ink';
import { render } from 'ink-testing-library';
import { describe, expect, test } from 'vitest';
import { textWidth } from '../../../src/text/width.ts';
import { Lines, PaintContext } from '../../../src/ui/components/lines.tsx';
import { paintLine } from '../../../src/ui/components/paint.ts';
import { GROUNDS, STYLE_NAMES, type StyledLine } from '../../../src/ui/styled.ts';
import { type ColorDepth, glyphs, loadTheme } from '../../../src/ui/theme/theme.ts';
import { renderFrame } from '../../render-screen.ts';

const theme = loadTheme('dark', join(import.meta.dirname, '../../../themes'));
const paint = (line: StyledLine, cells: number, depth: ColorDepth = 24): string => paintLine(line, cells, theme, depth);
const plain = (line: StyledLine, cells: number): string => stripVTControlCharacters(paint(line, cells));

describe('a painted line', () => {
  test('is cut with an ellipsis where it is too long, and padded where it is short', () => {
    expect(plain([{ text: 'abcdef', style: 'text' }], 4)).toBe('abc…');
    expect(
      plain(
        [
          { text: 'abc', style: 'text' },
          { text: 'def', style: 'dim' },
        ],
        3,
      ),
    ).toBe('ab…');
    expect(
      plain(
        [
          { text: 'abc', style: 'text' },
          { text: '', style: 'dim' },
        ],
        3,
      ),
    ).toBe('abc');
    expect(plain([{ text: 'abc  ', style: 'text' }], 5)).toBe('abc  ');
    expect(plain([{ text: 'ab', style: 'text' }], 4)).toBe('ab  ');
    expect(plain([{ text: '한국어', style: 'text' }], 4)).toBe('한… ');
    expect(plain([], 2)).toBe('  ');
    expect(plain([{ text: 'abc', style: 'text' }], 0)).toBe('');
  });

  test('shows styles, grounds and weight as the theme says', async () => {
    const line: StyledLine = [
      { text: 'C', style: 'critical', bold: true },
      { text: 'x', style: 'accent', ground: 'selected', underline: true },
    ];
    const screen = await renderFrame(paint(line, 4), 4, 1);
    expect(screen.cell(0, 0)).toMatchObject({ text: 'C', fg: theme.colors.critical, bg: theme.grounds.ground, bold: true });
    expect(screen.cell(1, 0)).toMatchObject({ text: 'x', fg: theme.colors.accent, bg: theme.grounds.selected, underline: true });
    expect(screen.cell(3, 0)).toMatchObject({ text: ' ', bg: theme.grounds.selected });
  });

  test('goes on behind a match in the ground that the line began with', async () => {
    const screen = await renderFrame(
      paint(
        [
          { text: 'a', style: 'text', ground: 'selected' },
          { text: 'b', style: 'high', ground: 'match' },
        ],
        3,
      ),
      3,
      1,
    );
    expect([0, 1, 2].map((x) => screen.cell(x, 0).bg)).toEqual([theme.grounds.selected, theme.grounds.match, theme.grounds.selected]);
  });

  test('never lets an escape sequence or a control character through', () => {
    const hostile = 'a\x1b[2Jb\x1b]0;t\x07c\rd\ne\x9bf\u2028g';
    expect(stripVTControlCharacters(paint([{ text: hostile, style: 'text' }], 60))).not.toMatch(/[\x00-\x1f\x7f-\x9f\u2028]/);
    expect(plain([{ text: hostile, style: 'text' }], 60)).toContain('a␛[2Jb');
  });

  test('is exactly as wide as asked for, ends plain, and holds colours only, whatever the text', () => {
    const segment = fc.record({
      text: fc.string({ unit: fc.constantFrom('a', ' ', '한', '…', 'e\u0301', '\x1b', '\n', '🙂', '\u200d', 'ﾞ'), maxLength: 12 }),
      style: fc.constantFrom(...STYLE_NAMES),
      ground: fc.constantFrom(...GROUNDS),
      bold: fc.boolean(),
      underline: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(segment, { maxLength: 5 }),
        fc.integer({ min: 0, max: 30 }),
        fc.constantFrom(0, 4, 8, 24),
        (line, cells, depth) => {
          const painted = paintLine(line, cells, theme, depth as ColorDepth);
          const text = painted.replace(/\x1b\[[\d;]*m/g, '');
          expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
          expect(textWidth(text)).toBe(cells);
          expect(painted.lastIndexOf('\x1b[0m')).toBe(painted.includes('\x1b') ? painted.lastIndexOf('\x1b') : -1);
        },
      ),
    );
  });
});

describe('<Lines>', () => {
  const line = (text: string): StyledLine => [{ text, style: 'text' }];
  const shown = (frame: string | undefined): string => stripVTControlCharacters(frame ?? '');

  test('shows exactly its rows: more are left out, missing ones are blank', () => {
    const { lastFrame, rerender } = render(<Lines lines={[line('one'), line('two'), line('three')]} width={5} height={2} />);
    expect(shown(lastFrame())).toBe('one\ntwo');
    rerender(<Lines lines={[line('one')]} width={5} height={3} />);
    expect(shown(lastFrame())).toBe('one\n\n');
    rerender(<Lines lines={[line('one')]} width={0} height={3} />);
    expect(shown(lastFrame())).toBe('');
  });

  test('keeps its width beside other panels, however long its text', () => {
    const { lastFrame } = render(
      <Box width={12}>
        <Lines lines={[line('a long line of text')]} width={6} height={1} />
        <Lines lines={[line('right')]} width={6} height={1} />
      </Box>,
    );
    expect(shown(lastFrame())).toBe('a lon…right');
  });

  test('draws anew when its lines or the theme change', async () => {
    const light = loadTheme('light', join(import.meta.dirname, '../../../themes'));
    const tree = (lines: StyledLine[], themed: typeof theme) => (
      <PaintContext value={{ theme: themed, depth: 24, glyphs: glyphs(true) }}>
        <Lines lines={lines} width={3} height={1} />
      </PaintContext>
    );
    const lines = [line('one')];
    const { lastFrame, rerender } = render(tree(lines, theme));
    rerender(tree([line('two')], theme));
    expect(shown(lastFrame())).toBe('two');
    rerender(tree(lines, light));
    expect((await renderFrame(lastFrame() ?? '', 3, 1)).cell(0, 0)).toMatchObject({ fg: light.colors.text, bg: light.grounds.ground });
  });
});
