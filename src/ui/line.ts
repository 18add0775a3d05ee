import { cutEnd, cutStart, padStart, textWidth, fit as toCells } from '../text/width.ts';
import type { Ground, Segment, StyledLine, StyleName } from './styled.ts';

type Extra = Partial<Pick<Segment, 'ground' | 'bold' | 'underline'>>;

/** A run of text in one style. The text is harmless already. */
export const seg = (text: string, style: StyleName = 'text', extra: Extra = {}): Segment => ({ text, style, ...extra });

export const space = (cells: number): Segment => seg(' '.repeat(Math.max(0, cells)));

/** A column of fixed width, its text cut or padded. */
export const column = (text: string, cells: number, style: StyleName = 'text', extra: Extra = {}): Segment =>
  seg(toCells(text, cells), style, extra);

/** Cells of its begin that a network keeps: neighbours differ at the end, before what all of them end with. */
const NETWORK_HEAD = 4;

/** A column that keeps both ends of what is too long: of an IPv6 address either end alone says little. */
export function middleColumn(text: string, cells: number, style: StyleName = 'text', extra: Extra = {}): Segment {
  if (textWidth(text) <= cells) return column(text, cells, style, extra);
  const head = text.endsWith('::/64') ? NETWORK_HEAD : cells - Math.floor(cells / 2);
  const tail = cutStart(text, Math.max(1, cells - 1 - head), '');
  return column(cutEnd(text, cells - textWidth(tail)) + tail, cells, style, extra);
}

/** A column of fixed width, right-aligned. */
export const rightColumn = (text: string, cells: number, style: StyleName = 'text', extra: Extra = {}): Segment =>
  seg(padStart(cutEnd(text, cells), cells), style, extra);

/** Cells of a column that holds the widest of these words and a blank behind it; never fewer than `least`. */
export const cellsFor = (words: readonly string[], least: number): number =>
  words.reduce((cells, word) => Math.max(cells, textWidth(word) + 1), least);

export const lineWidth = (line: StyledLine): number => line.reduce((cells, part) => cells + textWidth(part.text), 0);

/** `left`, and `right` at the right end; where both do not fit, `left` is cut. */
export function spread(left: StyledLine, right: StyledLine, cells: number): StyledLine {
  const room = cells - lineWidth(right);
  const kept = cutLine(left, 0, Math.max(0, room - (lineWidth(right) > 0 ? 1 : 0)));
  return [...kept, space(room - lineWidth(kept)), ...right];
}

/** The cells from `from` to `to` of a line; half a wide character becomes a blank. */
export function cutLine(line: StyledLine, from: number, to: number): StyledLine {
  const out: Segment[] = [];
  let at = 0;
  for (const part of line) {
    const width = textWidth(part.text);
    if (at + width > from && at < to)
      out.push(at >= from && at + width <= to ? part : { ...part, text: cutText(part.text, from - at, to - at) });
    at += width;
    if (at >= to) break;
  }
  return out;
}

/** The line, or what fits of it with `…` at its end. */
export function cutLineEnd(line: StyledLine, cells: number): StyledLine {
  if (lineWidth(line) <= cells) return line;
  return cells > 1 ? [...cutLine(line, 0, cells - 1), seg('…', 'dim')] : [];
}

function cutText(text: string, from: number, to: number): string {
  let out = '';
  let at = 0;
  for (const character of text) {
    const width = textWidth(character);
    if (at + width <= from && width > 0) at += width;
    else if (at >= to) break;
    else if (at < from || at + width > to) {
      out += ' '.repeat(Math.min(at + width, to) - Math.max(at, from));
      at += width;
    } else {
      out += character;
      at += width;
    }
  }
  return out;
}

/** A line of exactly so many cells on one ground (segments with a ground of their own keep it). */
export function onGround(line: StyledLine, cells: number, ground: Ground): StyledLine {
  const kept = cutLineEnd(line, cells);
  return [...kept, space(cells - lineWidth(kept))].map((part) => (part.ground ? part : { ...part, ground }));
}

/** Exactly `height` lines: cut, or filled with empty ones. */
export const toHeight = (lines: readonly StyledLine[], height: number): StyledLine[] =>
  Array.from({ length: Math.max(0, height) }, (_, i) => lines[i] ?? []);

/** Parts side by side; one that does not fit any more begins the next line. */
export function flowed(parts: readonly Segment[], cells: number): StyledLine[] {
  const lines: Segment[][] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const fits = last !== undefined && lineWidth(last) + 3 + textWidth(part.text) <= cells;
    if (fits) last.push(space(3), part);
    else lines.push([part]);
  }
  return lines;
}

/** Text broken at blanks into lines of at most `cells`; a longer word is broken anywhere. Linear in the text, at most `most` lines. */
export function wrap(text: string, cells: number, most = 200): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    let rest = word;
    if (line !== '' && textWidth(line) + 1 + textWidth(rest) <= cells) {
      line += ` ${rest}`;
      continue;
    }
    // A word that fits no line at all begins where the last one ended.
    const head = line !== '' && textWidth(rest) > cells ? cutEnd(rest, cells - textWidth(line) - 1, '') : '';
    if (head !== '') line += ` ${head}`;
    rest = rest.slice(head.length);
    if (line !== '') lines.push(line);
    while (textWidth(rest) > cells && lines.length < most) {
      const head = cutEnd(rest, cells, '') || rest.slice(0, 1);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
    if (lines.length >= most) return lines;
  }
  if (line !== '' || lines.length === 0) lines.push(line);
  return lines;
}

/** The same with the blanks that the text begins with before each of its lines, up to half of the width. */
export function wrapIndented(text: string, cells: number, most = 200): string[] {
  const indent = ' '.repeat(Math.min(text.length - text.trimStart().length, Math.floor(cells / 2)));
  return wrap(text.trimStart(), cells - indent.length, most).map((line) => indent + line);
}
