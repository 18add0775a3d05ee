import { visible } from '../../text/sanitize.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import type { Ground, Segment, StyledLine } from '../styled.ts';
import { createPalette, type Palette } from '../theme/palette.ts';
import type { ColorDepth, Theme } from '../theme/theme.ts';

const RESET = '\x1b[0m';
/** What no segment may hold: controls (escape sequences begin with one) and line separators. */
const UNSAFE = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;

/** Palettes by theme: derived from nothing but their key, and gone with the theme. */
const palettes = new WeakMap<Theme, Map<ColorDepth, Palette>>();

/**
 * A line as ANSI text of exactly `cells` cells, ending in a reset: cut with `…` where it is too long, else padded. The padding goes on in the
 * last segment's ground, except behind a match. Escape sequences in a segment's text never get through.
 */
export function paintLine(line: StyledLine, cells: number, theme: Theme, depth: ColorDepth): string {
  if (cells <= 0) return '';
  const palette = paletteOf(theme, depth);
  let out = '';
  let left = cells;
  for (const [index, segment] of line.entries()) {
    const text = UNSAFE.test(segment.text) ? visible(segment.text) : segment.text;
    const width = textWidth(text);
    const fits = width < left || (width === left && isBlankFrom(line, index + 1));
    const shown = fits ? text : cut(text, left);
    out += painted(palette, segment, shown);
    left -= fits ? width : textWidth(shown);
    if (!fits) break;
  }
  return left > 0 ? out + painted(palette, { style: 'text', ground: paddingGround(line) }, ' '.repeat(left)) : out;
}

/** `text` with `…` at its end even if it just fits: more follows that does not. */
const cut = (text: string, cells: number): string => cutEnd(`${text} `, cells);

function isBlankFrom(line: StyledLine, start: number): boolean {
  for (let index = start; index < line.length; index += 1) if (line[index]?.text.trim() !== '') return false;
  return true;
}

function painted(palette: Palette, segment: Omit<Segment, 'text'>, text: string): string {
  if (text === '') return '';
  const open = palette.open(segment);
  return open === '' ? text : open + text + RESET;
}

function paddingGround(line: StyledLine): Ground {
  const ground = line.at(-1)?.ground ?? 'ground';
  return ground === 'match' ? (line[0]?.ground === 'match' ? 'ground' : (line[0]?.ground ?? 'ground')) : ground;
}

function paletteOf(theme: Theme, depth: ColorDepth): Palette {
  const byDepth = palettes.get(theme) ?? new Map<ColorDepth, Palette>();
  palettes.set(theme, byDepth);
  const palette = byDepth.get(depth) ?? createPalette(theme, depth);
  byDepth.set(depth, palette);
  return palette;
}

/** The sequence that gives cells no panel has painted the theme's ground. */
export const groundSequence = (theme: Theme, depth: ColorDepth): string => paletteOf(theme, depth).open({ style: 'text' });
