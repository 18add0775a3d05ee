import { GROUNDS, type Ground, type Segment, STYLE_NAMES, type StyleName } from '../styled.ts';
import { type Color, rgbOf, toAnsi16, toAnsi256 } from './color.ts';
import type { Attribute, ColorDepth, Theme } from './theme.ts';

/** A theme turned into escape sequences for one colour depth. */
export interface Palette {
  /** The SGR sequence that a segment begins with; `\x1b[0m` ends it. */
  open(segment: Omit<Segment, 'text'>): string;
}

/** What stands for a style or ground where there are no colours: nothing that the colours said may be lost. */
const COLORLESS: Readonly<Partial<Record<StyleName | Ground, readonly Attribute[]>>> = {
  dim: ['dim'],
  faint: ['dim'],
  rule: ['dim'],
  strong: ['bold'],
  accent: ['bold'],
  high: ['bold'],
  critical: ['bold'],
  status5: ['bold'],
  bar: ['reverse'],
  selected: ['reverse'],
  match: ['underline'],
};
/** Sixteen colours have no quiet tints: selection and match are shown as without colours. */
const TINTLESS = { selected: COLORLESS.selected, match: COLORLESS.match };
const CODES: Readonly<Record<Attribute, string>> = { bold: '1', dim: '2', underline: '4', reverse: '7' };

export function createPalette(theme: Theme, depth: ColorDepth): Palette {
  const known = new Map<number, string>();
  return {
    open({ style, ground = 'ground', bold = false, underline = false }) {
      const key = ((STYLE_NAMES.indexOf(style) * 8 + GROUNDS.indexOf(ground)) * 2 + Number(bold)) * 2 + Number(underline);
      let sequence = known.get(key);
      if (sequence === undefined) {
        sequence = openingOf(theme, depth, { style, ground, bold, underline });
        known.set(key, sequence);
      }
      return sequence;
    },
  };
}

function openingOf(theme: Theme, depth: ColorDepth, { style, ground = 'ground', bold, underline }: Omit<Segment, 'text'>): string {
  const codes = new Set<string>();
  const add = (attributes: readonly Attribute[] = []): void => {
    for (const attribute of attributes) codes.add(CODES[attribute]);
  };
  add(theme.attributes?.[style]);
  add(theme.attributes?.[ground]);
  if (depth === 0) add([...(COLORLESS[style] ?? []), ...(COLORLESS[ground] ?? [])]);
  else if (depth === 4 && isQuiet(theme, style)) codes.add(CODES.dim);
  if (depth === 4 && (ground === 'selected' || ground === 'match')) add(TINTLESS[ground]);
  if (bold) codes.add('1');
  if (underline) codes.add('4');
  // Bold and dim together mean different things to different terminals.
  if (codes.has('1')) codes.delete('2');
  const colors = depth === 0 ? [] : [foreground(theme, style, depth), background(theme, ground, depth)];
  const all = [...codes, ...colors.filter((code) => code !== '')];
  return all.length === 0 ? '' : `\x1b[${all.join(';')}m`;
}

function foreground(theme: Theme, style: StyleName, depth: Exclude<ColorDepth, 0>): string {
  const color = theme.colors[style];
  if (depth === 24) return `38;2;${rgbOf(color).join(';')}`;
  if (depth === 8) return `38;5;${toAnsi256(color)}`;
  const code = isQuiet(theme, style) ? WHITE : readable16(toAnsi16(color), theme.mode);
  return String(code < 8 ? 30 + code : 82 + code);
}

/**
 * Grey on a dark ground is a dimmed white where there are sixteen colours: "bright black" is as dark as the ground in several palettes
 * (Solarized among them).
 */
const isQuiet = ({ colors, mode }: Theme, style: StyleName): boolean => mode === 'dark' && [0, 8].includes(toAnsi16(colors[style]));
const WHITE = 7;

/** A theme's ground is black or white where there are sixteen colours; nothing may vanish on it. */
function readable16(code: number, mode: Theme['mode']): number {
  const vanishing = mode === 'dark' ? [0, 4] : [15, 11, 10, 14];
  return vanishing.includes(code) ? code ^ 8 : code;
}

function background(theme: Theme, ground: Ground, depth: Exclude<ColorDepth, 0>): string {
  const color: Color | null = theme.grounds[ground];
  if (depth === 4) return theme.grounds.ground === null ? '' : theme.mode === 'dark' ? '40' : '107';
  if (color === null) return '';
  return depth === 24 ? `48;2;${rgbOf(color).join(';')}` : `48;5;${toAnsi256(color)}`;
}
