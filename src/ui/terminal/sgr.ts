/** Bits of a style's attributes, with the SGR parameters that set and clear them (ECMA-48, 8.3.117). */
const ATTRIBUTES = [
  { bit: 1, set: '1', clear: '22' },
  { bit: 2, set: '2', clear: '22' },
  { bit: 4, set: '3', clear: '23' },
  { bit: 8, set: '4', clear: '24' },
  { bit: 16, set: '7', clear: '27' },
  { bit: 32, set: '9', clear: '29' },
] as const;
const WEIGHT = 1 | 2;
/** Attributes that show on a blank: underline, reverse, strike. */
const ON_BLANK = 8 | 16 | 32;
const REVERSE = 16;
/** Styles come from themes, so there are dozens; beyond this many the rest are drawn plain. */
const MAX_STYLES = 4_096;

interface Style {
  /** SGR parameters of the colour, `''` for the terminal's own. */
  readonly fg: string;
  readonly bg: string;
  readonly attributes: number;
}

/** Styles as small numbers, 0 being the terminal's own. */
export interface StyleTable {
  /** The style that holds after an SGR sequence (`\x1b[…m`) when `id` held before it. */
  apply(id: number, sequence: string): number;
  /** The style that draws the same blank with the fewest properties. */
  blank(id: number): number;
  /** `id` with the colours of `base` where it has none. */
  over(base: number, id: number): number;
  /** The shortest sequence that leads from one style to the other; `from` undefined when nothing is known. */
  transition(from: number | undefined, to: number): string;
}

export function createStyleTable(): StyleTable {
  const styles: Style[] = [{ fg: '', bg: '', attributes: 0 }];
  const ids = new Map<string, number>([['||0', 0]]);
  const applied = new Map<string, number>();
  const transitions = new Map<number, string>();
  const plain: Style = { fg: '', bg: '', attributes: 0 };
  const styleOf = (id: number): Style => styles[id] ?? plain;
  const intern = (style: Style): number => {
    const key = `${style.fg}|${style.bg}|${style.attributes}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    if (styles.length >= MAX_STYLES) return 0;
    ids.set(key, styles.length);
    return styles.push(style) - 1;
  };
  const blanks: number[] = [];
  return {
    apply(id, sequence) {
      const key = `${id}${sequence}`;
      let next = applied.get(key);
      if (next === undefined) {
        next = intern(applyParameters(styleOf(id), sequence.slice(2, -1)));
        if (applied.size < MAX_STYLES) applied.set(key, next);
      }
      return next;
    },
    blank(id) {
      const { fg, bg, attributes } = styleOf(id);
      blanks[id] ??= intern({ fg: attributes & REVERSE ? fg : '', bg, attributes: attributes & ON_BLANK });
      return blanks[id];
    },
    over(base, id) {
      const [under, style] = [styleOf(base), styleOf(id)];
      return intern({ fg: style.fg || under.fg, bg: style.bg || under.bg, attributes: style.attributes });
    },
    transition(from, to) {
      if (from === undefined) return `\x1b[0${withComma(parameters(styleOf(to)))}m`;
      const key = from * MAX_STYLES + to;
      let sequence = transitions.get(key);
      if (sequence === undefined) {
        sequence = shortest(styleOf(from), styleOf(to));
        if (transitions.size < MAX_STYLES) transitions.set(key, sequence);
      }
      return sequence;
    },
  };
}

const withComma = (text: string): string => (text === '' ? '' : `;${text}`);

function parameters({ fg, bg, attributes }: Style): string {
  const set = ATTRIBUTES.filter(({ bit }) => attributes & bit).map(({ set }) => set);
  return [...set, fg, bg].filter((part) => part !== '').join(';');
}

function shortest(from: Style, to: Style): string {
  const parts: string[] = [];
  const weightLost = (from.attributes & WEIGHT & ~to.attributes) !== 0;
  for (const { bit, set, clear } of ATTRIBUTES) {
    const had = from.attributes & bit;
    const has = to.attributes & bit;
    if (had && !has && !parts.includes(clear)) parts.push(clear);
    if (has && (!had || (bit & WEIGHT && weightLost))) parts.push(set);
  }
  // Clearing one weight clears both, so it comes before the one that stays.
  parts.sort((a, b) => Number(b === '22') - Number(a === '22'));
  if (from.fg !== to.fg) parts.push(to.fg || '39');
  if (from.bg !== to.bg) parts.push(to.bg || '49');
  if (parts.length === 0) return '';
  const change = parts.join(';');
  const full = parameters(to);
  if (full === '') return '\x1b[m';
  return change.length <= full.length + 2 ? `\x1b[${change}m` : `\x1b[0;${full}m`;
}

function applyParameters(style: Style, text: string): Style {
  let { fg, bg, attributes } = style;
  const codes = text === '' ? ['0'] : text.split(/[;:]/);
  for (let index = 0; index < codes.length; index += 1) {
    const code = Number(codes[index]);
    if (code === 0) [fg, bg, attributes] = ['', '', 0];
    else if (code === 38 || code === 48) {
      const length = codes[index + 1] === '2' ? 5 : 3;
      const color = codes.slice(index, index + length).join(';');
      if (code === 38) fg = color;
      else bg = color;
      index += length - 1;
    } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) fg = String(code);
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) bg = String(code);
    else if (code === 39) fg = '';
    else if (code === 49) bg = '';
    else attributes = applyAttribute(attributes, String(code));
  }
  return { fg, bg, attributes };
}

function applyAttribute(attributes: number, code: string): number {
  let next = attributes;
  for (const { bit, set, clear } of ATTRIBUTES) {
    if (code === set) next |= bit;
    if (code === clear) next &= ~bit;
  }
  return next;
}
