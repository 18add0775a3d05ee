import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { t } from '../../lang/lang.ts';
import type { Ground, StyleName } from '../styled.ts';
import type { Color } from './color.ts';
import { themeProblem } from './parse-theme.ts';

export type Attribute = 'bold' | 'dim' | 'underline' | 'reverse';

/** What the screen looks like; one data file in `themes/`. Text colours hold on `ground`, `bar`, `raised` and `selected`. */
export interface Theme {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mode: 'dark' | 'light';
  readonly colors: Readonly<Record<StyleName, Color>>;
  /** null leaves the terminal's own background. */
  readonly grounds: Readonly<Record<Ground, Color | null>>;
  /** Shape beside colour, for themes that have few colours. */
  readonly attributes?: Readonly<Partial<Record<StyleName | Ground, readonly Attribute[]>>>;
}

export const DEFAULT_THEME = 'dark';

/** A theme that cannot be used; the message names the file, what was expected and what was found. */
export class ThemeError extends Error {
  override readonly name = 'ThemeError';
}

/** Names of the themes that come with the program, the default one first. */
export function listThemes(themesDirectory: string): string[] {
  const names = readdirSync(themesDirectory)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'));
  return names.sort((a, b) => Number(b === DEFAULT_THEME) - Number(a === DEFAULT_THEME) || a.localeCompare(b));
}

/**
 * Reads a theme: by name from `themesDirectory`, or a person's own file when the name holds a `/` or ends in `.json`.
 * @throws {ThemeError} when the file is missing, is no JSON, or lacks or misspells a colour.
 */
export function loadTheme(nameOrPath: string, themesDirectory: string): Theme {
  const isPath = nameOrPath.includes('/') || nameOrPath.endsWith('.json');
  const path = isPath ? nameOrPath : join(themesDirectory, `${nameOrPath}.json`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const known = isPath ? [] : listThemes(themesDirectory);
    if (isPath || known.includes(nameOrPath)) {
      throw new ThemeError(t('cannot read the theme {path}: {reason}', { path, reason: messageOf(cause) }), { cause });
    }
    const sentence = t('there is no theme "{name}"; there are {names}, or give the path of a .json file', {
      name: nameOrPath,
      names: known.join(', '),
    });
    throw new ThemeError(sentence, { cause });
  }
  return { ...parse(text, path), name: basename(path, '.json') };
}

function parse(text: string, path: string): Theme {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new ThemeError(t('the theme {path} is not JSON: {reason}', { path, reason: messageOf(cause) }), { cause });
  }
  const problem = themeProblem(value);
  if (problem !== undefined) throw new ThemeError(t('the theme {path} cannot be used: {reason}', { path, reason: problem }));
  // Checked field by field above: this is where the file's data enters.
  return value as Theme;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Bits of colour that the terminal shows; 0 means none: styles become bold, underline, reverse and dim. */
export type ColorDepth = 0 | 4 | 8 | 24;

const TRUECOLOR_TERM = /truecolor|direct|kitty|alacritty|ghostty|foot|wezterm/;
const TRUECOLOR_PROGRAMS = new Set(['iTerm.app', 'WezTerm', 'ghostty', 'vscode', 'Hyper', 'rio']);
const FORCED: Readonly<Record<string, ColorDepth>> = { '0': 0, false: 0, '': 4, '1': 4, true: 4, '2': 8, '3': 24 };

/**
 * How many colours to use. NO_COLOR (any value but empty) and TERM=dumb always mean none; then FORCE_COLOR (0 to 3), then what the terminal
 * says of itself. Sources: no-color.org; force-color.org; the COLORTERM convention of termstandard/colors.
 */
export function colorDepth(env: NodeJS.ProcessEnv, isTTY: boolean): ColorDepth {
  const term = env.TERM ?? '';
  if ((env.NO_COLOR ?? '') !== '' || term === 'dumb') return 0;
  if (env.FORCE_COLOR !== undefined) return FORCED[env.FORCE_COLOR] ?? 4;
  if (!isTTY || term === '' || /^vt\d/.test(term)) return 0;
  if (/^(truecolor|24bit)$/i.test(env.COLORTERM ?? '') || env.WT_SESSION !== undefined) return 24;
  if (TRUECOLOR_TERM.test(term) || TRUECOLOR_PROGRAMS.has(env.TERM_PROGRAM ?? '')) return 24;
  return term.includes('256') ? 8 : 4;
}

/** Whether the locale's characters are UTF-8. Source: POSIX, "Environment Variables": LC_ALL before LC_CTYPE before LANG, empty as unset. */
export function isUtf8Locale(env: NodeJS.ProcessEnv): boolean {
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || '');
}

/** Characters that the screen draws with; every one is a single cell wide. */
export interface Glyphs {
  /** Widths of an eighth to a whole cell, for horizontal bars. */
  readonly bars: string;
  /** Heights of an eighth to a whole cell, for sparklines. */
  readonly sparks: string;
  readonly hairline: string;
  readonly vertical: string;
  readonly ellipsis: string;
  /** At the left edge of a row of severity high and upward. */
  readonly mark: string;
  readonly dot: string;
  readonly circle: string;
  readonly check: string;
  readonly cross: string;
  readonly arrow: string;
  readonly down: string;
  readonly up: string;
  /** Between words: `following · all`. */
  readonly separator: string;
  /** `41× size`. */
  readonly times: string;
  readonly corners: { readonly topLeft: string; readonly topRight: string; readonly bottomLeft: string; readonly bottomRight: string };
  /** asciichart's `symbols`, in its order. */
  readonly chart: readonly string[];
}

const UTF8_GLYPHS: Glyphs = {
  bars: '▏▎▍▌▋▊▉█',
  sparks: '▁▂▃▄▅▆▇█',
  hairline: '─',
  vertical: '│',
  ellipsis: '…',
  mark: '▌',
  dot: '●',
  circle: '○',
  check: '✔',
  cross: '✘',
  arrow: '▸',
  down: '▾',
  up: '▴',
  separator: '·',
  times: '×',
  corners: { topLeft: '┌', topRight: '┐', bottomLeft: '└', bottomRight: '┘' },
  chart: ['┼', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
};

const ASCII_GLYPHS: Glyphs = {
  bars: '...===##',
  sparks: '_.-=+*%#',
  hairline: '-',
  vertical: '|',
  ellipsis: '~',
  mark: '|',
  dot: '*',
  circle: 'o',
  check: '+',
  cross: 'x',
  arrow: '>',
  down: 'v',
  up: '^',
  separator: '-',
  times: 'x',
  corners: { topLeft: '+', topRight: '+', bottomLeft: '+', bottomRight: '+' },
  chart: ['+', '|', '-', '-', '-', '`', '.', '.', "'", '|'],
};

export const glyphs = (utf8: boolean): Glyphs => (utf8 ? UTF8_GLYPHS : ASCII_GLYPHS);
