import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { textWidth } from '../../../src/text/width.ts';
import { GROUNDS, STYLE_NAMES } from '../../../src/ui/styled.ts';
import { contrast, isColor, rgbOf256, toAnsi16, toAnsi256 } from '../../../src/ui/theme/color.ts';
import { createPalette } from '../../../src/ui/theme/palette.ts';
import { colorDepth, glyphs, isUtf8Locale, listThemes, loadTheme, type Theme, ThemeError } from '../../../src/ui/theme/theme.ts';

const THEMES = join(import.meta.dirname, '../../../themes');
const themes = listThemes(THEMES).map((name) => loadTheme(name, THEMES));
const folder = mkdtempSync(join(tmpdir(), 'theme-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the themes that come with the program, the default one first', () => {
  expect(listThemes(THEMES)).toEqual(['dark', 'colour-blind-safe', 'high-contrast', 'light', 'monochrome']);
});

describe.each(themes)('theme $name', ({ colors, grounds }: Theme) => {
  const onGrounds = (style: (typeof STYLE_NAMES)[number]): number[] =>
    GROUNDS.map((ground) => {
      const color = grounds[ground];
      if (color === null) throw new Error(`${ground} has no colour to measure against`);
      return contrast(colors[style], color);
    });
  const quiet: readonly string[] = ['dim', 'faint'];

  test('text can be read on every ground: 4.5 to 1 (WCAG AA)', () => {
    for (const style of STYLE_NAMES)
      if (!quiet.includes(style) && style !== 'rule') expect(Math.min(...onGrounds(style)), style).toBeGreaterThanOrEqual(4.5);
  });
  test('quiet text keeps 3 to 1', () => {
    for (const style of ['dim', 'faint'] as const) expect(Math.min(...onGrounds(style)), style).toBeGreaterThanOrEqual(3);
  });
  test('hairlines can be seen, and keep behind the text', () => {
    expect(contrast(colors.rule, grounds.ground ?? '#000000')).toBeGreaterThan(1.3);
    expect(contrast(colors.rule, grounds.ground ?? '#000000')).toBeLessThan(contrast(colors.faint, grounds.ground ?? '#000000'));
  });
  test('selection and match differ from the ground, also in 256 colours', () => {
    for (const ground of ['selected', 'match'] as const) {
      const [tint, plain] = [grounds[ground], grounds.ground];
      if (tint === null || plain === null) throw new Error('no tint');
      expect(toAnsi256(tint)).not.toBe(toAnsi256(plain));
    }
  });
});

test('the colour-blind-safe theme tells severities apart by lightness or by blue against yellow, never by red against green', () => {
  const { colors } = loadTheme('colour-blind-safe', THEMES);
  const blue = (color: string): number => Number.parseInt(color.slice(5, 7), 16);
  expect(Math.min(blue(colors.low), blue(colors.ok))).toBeGreaterThan(
    Math.max(blue(colors.medium), blue(colors.high), blue(colors.critical)) + 60,
  );
});

describe('a person’s own file', () => {
  const own = (content: string) => (): Theme => {
    const path = join(folder, 'mine.json');
    writeFileSync(path, content);
    return loadTheme(path, THEMES);
  };
  const changed = (change: (theme: Record<string, unknown>) => void): (() => Theme) => {
    const { name: _, ...theme } = structuredClone<Record<string, unknown>>({ ...loadTheme('dark', THEMES) });
    change(theme);
    return own(JSON.stringify(theme));
  };

  test('is used under its file name', () => expect(changed(() => {})().name).toBe('mine'));
  test.each([
    ['no JSON', own('{'), /mine\.json is not JSON/],
    ['not an object', own('[]'), /expected an object with title.*found \[\]/],
    [
      'a colour that is none',
      changed((theme) => Object.assign(theme.colors as object, { high: 'red' })),
      /"colors\.high" must be a colour like "#58a6ff", found "red"/,
    ],
    ['a colour missing', changed((theme) => Reflect.deleteProperty(theme.colors as object, 'ok')), /"colors\.ok".*found nothing/],
    [
      'a style that is not known',
      changed((theme) => Object.assign(theme.colors as object, { hihg: '#ffffff' })),
      /"colors\.hihg" is not known; expected text, dim/,
    ],
    [
      'a ground that is no colour',
      changed((theme) => Object.assign(theme.grounds as object, { bar: 7 })),
      /"grounds\.bar" must be a colour like .*null.*found 7/,
    ],
    ['an unknown key', changed((theme) => Object.assign(theme, { colour: {} })), /"colour" is not known/],
    ['a wrong mode', changed((theme) => Object.assign(theme, { mode: 'dim' })), /"mode" must be "dark" or "light", found "dim"/],
    [
      'a wrong attribute',
      changed((theme) => Object.assign(theme, { attributes: { high: ['blink'] } })),
      /"attributes\.high" must be a list of bold/,
    ],
  ])('with %s is refused, saying what and where', (_, load, message) => {
    expect(load).toThrow(ThemeError);
    expect(load).toThrow(message);
  });

  test('or a name that does not exist says which there are', () => {
    expect(() => loadTheme('drak', THEMES)).toThrow(/no theme "drak"; there are dark, colour-blind-safe/);
    expect(() => loadTheme(join(folder, 'none.json'), THEMES)).toThrow(/cannot read the theme .*none\.json/);
  });
});

test.each([
  [24, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }],
  [24, { TERM: 'xterm', COLORTERM: '24bit' }],
  [24, { TERM: 'xterm-kitty' }],
  [24, { TERM: 'xterm-direct' }],
  [8, { TERM: 'xterm-256color' }],
  [8, { TERM: 'screen-256color' }],
  [4, { TERM: 'xterm' }],
  [4, { TERM: 'linux' }],
  [0, { TERM: 'vt100' }],
  [0, { TERM: 'dumb', COLORTERM: 'truecolor', FORCE_COLOR: '3' }],
  [0, {}],
  [0, { TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }],
  [0, { TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '3' }],
  [24, { TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '' }],
  [0, { TERM: 'xterm-256color', FORCE_COLOR: '0' }],
  [8, { TERM: 'xterm', FORCE_COLOR: '2' }],
  [24, { TERM: 'xterm-256color', COLORTERM: 'truecolor', CI: 'true' }],
] as const)('colour depth %i for %j', (depth, env) => expect(colorDepth(env, true)).toBe(depth));

test('what is no terminal gets no colours unless forced', () => {
  expect(colorDepth({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, false)).toBe(0);
  expect(colorDepth({ TERM: 'xterm-256color', FORCE_COLOR: '3' }, false)).toBe(24);
});

test('the locale is UTF-8 as POSIX says: LC_ALL before LC_CTYPE before LANG, empty as unset', () => {
  expect(isUtf8Locale({ LANG: 'ko_KR.UTF-8' })).toBe(true);
  expect(isUtf8Locale({ LANG: 'C.utf8', LC_ALL: '' })).toBe(true);
  expect(isUtf8Locale({ LANG: 'en_US.UTF-8', LC_ALL: 'C' })).toBe(false);
  expect(isUtf8Locale({ LANG: 'en_US.UTF-8', LC_CTYPE: 'POSIX' })).toBe(false);
  expect(isUtf8Locale({})).toBe(false);
});

test('both sets of glyphs have the same shape, every glyph one cell wide, the plain ones ASCII', () => {
  const flat = (utf8: boolean): string[] =>
    Object.values(glyphs(utf8)).flatMap((value) => (typeof value === 'string' ? [...value] : Object.values<string>(value)));
  expect(flat(true).length).toBe(flat(false).length);
  expect(flat(true).filter((glyph) => textWidth(glyph) !== 1)).toEqual([]);
  expect(flat(false).filter((glyph) => !/^[\x21-\x7e]$/.test(glyph))).toEqual([]);
  expect([glyphs(true).bars.length, glyphs(false).bars.length, glyphs(true).sparks.length, glyphs(false).sparks.length]).toEqual([
    8, 8, 8, 8,
  ]);
});

test('colours are converted to the nearest one, a hue staying a hue', () => {
  expect(toAnsi256('#ffffff')).toBe(231);
  expect(toAnsi256('#0d1117')).toBe(233);
  expect(toAnsi256('#5fafff')).toBe(75);
  expect(toAnsi256('#43191b')).toBe(52);
  expect(rgbOf256(75)).toEqual([95, 175, 255]);
  expect(toAnsi16('#808080')).toBe(8);
  expect(toAnsi16('#ff7b72')).toBe(9);
  expect(toAnsi16('#116329')).toBe(2);
  expect(isColor('#58a6ff') && !isColor('#fff') && !isColor('58a6ff')).toBe(true);
});

describe('where there are few colours nothing is lost', () => {
  const [theme] = themes;
  if (theme === undefined) throw new Error('no theme');

  test('without colours there is not one colour code, and the selected row, a match, danger and quiet text differ in shape', () => {
    const { open } = createPalette(theme, 0);
    for (const style of STYLE_NAMES) for (const ground of GROUNDS) expect(open({ style, ground })).toMatch(/^(\x1b\[[1247](;[1247])*m)?$/);
    const shapes = [
      open({ style: 'text' }),
      open({ style: 'dim' }),
      open({ style: 'critical' }),
      open({ style: 'text', ground: 'selected' }),
      open({ style: 'text', ground: 'match' }),
    ];
    expect(new Set(shapes).size).toBe(shapes.length);
  });

  test.each(themes)('in sixteen colours nothing of $name vanishes on its ground', (theme: Theme) => {
    const { open } = createPalette(theme, 4);
    // Solarized and others make bright black (90) as dark as black.
    const vanishing = theme.mode === 'dark' ? /[[;](?:30|90)[;m]/ : /[[;]97[;m]/;
    for (const style of STYLE_NAMES) expect(open({ style }), style).not.toMatch(vanishing);
    expect(open({ style: 'text', ground: 'selected' })).not.toBe(open({ style: 'text' }));
    expect(open({ style: 'text', ground: 'match' })).not.toBe(open({ style: 'text' }));
  });
});
