import type { Span } from '../model/entry.ts';
import { WIDE_RANGES } from './wide-ranges.ts';

const ASCII = /^[\x20-\x7e]*$/;
const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cc}\p{Cf}\u115f\u1160-\u11ff\ud7b0-\ud7fb]/u;

/**
 * Width of a text in terminal cells, as `wcwidth` counts: East Asian wide and emoji 2, combining marks and controls 0, else 1. Counted by code
 * point, not by grapheme, because terminals disagree about clusters; `visible()` has taken joiners and modifiers out already.
 */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

function cellsOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return code >= 0x20 && (code < 0x7f || (code >= 0xa0 && code !== 0xad)) ? 1 : 0;
  if ((code >= 0xac00 && code <= 0xd7a3) || (code >= 0x4e00 && code <= 0x9fff)) return 2;
  if (ZERO_WIDTH.test(character)) return 0;
  return isWide(code) ? 2 : 1;
}

function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE_RANGES.length / 2 - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    if (code < (WIDE_RANGES[2 * middle] ?? 0)) high = middle - 1;
    else if (code > (WIDE_RANGES[2 * middle + 1] ?? 0)) low = middle + 1;
    else return true;
  }
  return false;
}

/** The longest start of `text` that fits into `cells`, with `ellipsis` at its end when something was left out. */
export function cutEnd(text: string, cells: number, ellipsis = '…'): string {
  if (text.length <= cells && ASCII.test(text)) return text;
  if (textWidth(text) <= cells) return text;
  const mark = textWidth(ellipsis) <= cells ? ellipsis : '';
  return text.slice(0, prefixEnd(text, 0, cells - textWidth(mark))) + mark;
}

/** The longest end of `text` that fits into `cells`, with `ellipsis` before it when something was left out. */
export function cutStart(text: string, cells: number, ellipsis = '…'): string {
  if (textWidth(text) <= cells) return text;
  const mark = textWidth(ellipsis) <= cells ? ellipsis : '';
  return mark + text.slice(suffixStart(text, text.length, cells - textWidth(mark)));
}

/**
 * `text` cut to `cells` so that `span` stays in sight, with `…` where something was left out on either side; a span that is itself too wide
 * keeps its start. The span returned counts in the text returned.
 */
export function cutAround(text: string, span: Span, cells: number): { text: string; span: Span } {
  const from = Math.min(Math.max(span.start, 0), text.length);
  const to = Math.min(Math.max(span.end, from), text.length);
  if (textWidth(text) <= cells) return { text, span: { start: from, end: to } };
  const left = textWidth(text.slice(0, from));
  const middle = textWidth(text.slice(from, to));
  const right = textWidth(text.slice(to));
  if (left + middle + (right > 0 ? 1 : 0) <= cells) return piece(text, 0, prefixEnd(text, 0, cells - 1), { start: from, end: to });
  if (1 + middle + right <= cells) return piece(text, suffixStart(text, text.length, cells - 1), text.length, { start: from, end: to });
  const marks = (left > 0 ? 1 : 0) + 1;
  const spare = Math.max(0, cells - marks - middle);
  const start = suffixStart(text, from, Math.floor(spare / 3));
  const end = prefixEnd(text, start, Math.max(0, cells - (start > 0 ? 2 : 1)));
  return piece(text, start, end, { start: from, end: to });
}

function piece(text: string, start: number, end: number, span: Span): { text: string; span: Span } {
  const before = start > 0 ? '…' : '';
  const shift = before.length - start;
  const inside = (at: number): number => Math.min(Math.max(at, start), end) + shift;
  return {
    text: before + text.slice(start, end) + (end < text.length ? '…' : ''),
    span: { start: inside(span.start), end: inside(span.end) },
  };
}

/** `text` with blanks behind it up to `cells`; never cut. */
export const padEnd = (text: string, cells: number): string => text + ' '.repeat(Math.max(0, cells - textWidth(text)));

/** `text` with blanks before it up to `cells`; never cut. */
export const padStart = (text: string, cells: number): string => ' '.repeat(Math.max(0, cells - textWidth(text))) + text;

/** `text` cut or padded at its end to exactly `cells`. */
export function fit(text: string, cells: number, ellipsis = '…'): string {
  return padEnd(cutEnd(text, Math.max(0, cells), ellipsis), cells);
}

/** Offset where the longest run of at most `cells` from `start` ends; marks stay with their base. */
function prefixEnd(text: string, start: number, cells: number): number {
  let at = start;
  let used = 0;
  while (at < text.length) {
    const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
    used += cellsOf(character);
    if (used > cells) return at;
    at += character.length;
  }
  return at;
}

/** Offset where the longest run of at most `cells` that ends at `end` starts; never on a mark. */
function suffixStart(text: string, end: number, cells: number): number {
  let at = end;
  let best = end;
  let used = 0;
  while (at > 0) {
    const low = text.charCodeAt(at - 1);
    const size = low >= 0xdc00 && low <= 0xdfff && at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1;
    const width = cellsOf(text.slice(at - size, at));
    used += width;
    if (used > cells) return best;
    at -= size;
    if (width > 0) best = at;
  }
  return 0;
}
