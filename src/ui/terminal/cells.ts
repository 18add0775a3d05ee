import { textWidth } from '../../text/width.ts';
import type { StyleTable } from './sgr.ts';

/** Texts about whose width all terminals agree: ASCII, Latin, box drawing and shapes of one cell; kana, Han and Hangul of two. */
export const SURE_WIDTH = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u017f\u2500-\u25fc\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/;
const ASCII = /^[\x20-\x7e]*$/;
/** UTF-16 units that a cell holds at most. */
const MAX_CLUSTER = 8;

/** One row of the screen. `texts[x]` is what stands in cell x, `''` in the second cell of a wide character. */
export interface Row {
  readonly texts: string[];
  readonly styles: number[];
}

export function blankRow(columns: number): Row {
  return { texts: new Array<string>(columns).fill(' '), styles: new Array<number>(columns).fill(0) };
}

export interface RowOptions {
  readonly columns: number;
  readonly styles: StyleTable;
  /** Style under all cells that have no colours of their own. */
  readonly base: number;
  /** What to show for a character that the terminal's locale does not know; undefined when it is UTF-8. */
  readonly substitute: ((character: string) => string) | undefined;
}

/** A line of text and SGR sequences as cells; other control characters and what is too wide are left out. Linear in its length. */
export function parseRow(line: string, { columns, styles, base, substitute }: RowOptions): Row {
  const row = blankRow(columns);
  let style = 0;
  let x = 0;
  const put = (text: string): void => {
    const shown = styles.over(base, style);
    const blank = styles.blank(shown);
    x = ASCII.test(text)
      ? placeAscii(row, text, { x, style: shown, blank })
      : placeAll(row, substituted(text, substitute), { x, style: shown, blank });
  };
  for (let at = 0; at < line.length; ) {
    const start = line.indexOf('\x1b', at);
    if (start !== at) put(line.slice(at, start < 0 ? undefined : start));
    if (start < 0) break;
    const end = endOfSequence(line, start);
    if (line[end - 1] === 'm' && line[start + 1] === '[') style = styles.apply(style, line.slice(start, end));
    at = end;
  }
  const rest = styles.blank(styles.over(base, 0));
  if (rest !== 0) row.styles.fill(rest, x);
  return row;
}

interface Placing {
  readonly x: number;
  readonly style: number;
  readonly blank: number;
}

function placeAscii(row: Row, text: string, { x, style, blank }: Placing): number {
  const length = Math.min(text.length, row.texts.length - x);
  for (let index = 0; index < length; index += 1) {
    const character = text[index] ?? ' ';
    row.texts[x + index] = character;
    row.styles[x + index] = character === ' ' ? blank : style;
  }
  return x + length;
}

function placeAll(row: Row, text: string, { x, style, blank }: Placing): number {
  let at = x;
  for (const character of text) {
    const width = textWidth(character);
    if (width === 0) addMark(row, at, character);
    else if (at + width > row.texts.length) return row.texts.length;
    else {
      row.texts[at] = character;
      row.styles[at] = character === ' ' ? blank : style;
      if (width === 2) [row.texts[at + 1], row.styles[at + 1]] = ['', style];
      at += width;
    }
  }
  return at;
}

/** A combining mark goes with the character before it, a control character nowhere. */
function addMark(row: Row, x: number, mark: string): void {
  const base = row.texts[x - 1] === '' ? x - 2 : x - 1;
  const text = row.texts[base];
  if (text !== undefined && text.length < MAX_CLUSTER && !/\p{C}/u.test(mark)) row.texts[base] = text + mark;
}

const substituted = (text: string, substitute: RowOptions['substitute']): string =>
  substitute === undefined ? text : Array.from(text, (character) => (ASCII.test(character) ? character : substitute(character))).join('');

/** Index behind the escape sequence at `start`: a CSI through its final byte, else ESC alone. */
function endOfSequence(line: string, start: number): number {
  if (line[start + 1] !== '[') return start + 1;
  let end = start + 2;
  while (end < line.length && line.charCodeAt(end) >= 0x20 && line.charCodeAt(end) < 0x40) end += 1;
  return Math.min(end + 1, line.length);
}
