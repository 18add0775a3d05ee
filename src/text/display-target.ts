import type { Span } from '../model/entry.ts';
import { isHidden, isMark } from './sanitize.ts';

/** A request target for reading, and where a match stands in it. */
export interface DisplayTarget {
  readonly text: string;
  readonly match?: Span;
}

/**
 * A request target percent-decoded for reading: `/%EC%83%81` → `/상`, `%27` → `'`. Only valid UTF-8 (RFC 3629) that is printable is decoded;
 * controls, `%25`, hidden characters and marks that would pile up stay as logged, and so does `+`. `match` is mapped onto the new text; where it
 * begins or ends inside a decoded character it is widened to it.
 */
export function displayTarget(target: string, match?: Span): DisplayTarget {
  if (!target.includes('%')) return match === undefined ? { text: target } : { text: target, match };
  let text = '';
  let marks = 0;
  let start = -1;
  let end = -1;
  for (let at = 0; at < target.length; ) {
    const decoded = target.charCodeAt(at) === PERCENT ? decodeAt(target, at) : undefined;
    const accepted = decoded !== undefined && mayShow(decoded.text, text, marks) ? decoded : undefined;
    const size = accepted?.size ?? 1;
    const shown = accepted?.text ?? target.charAt(at);
    if (match !== undefined && start < 0 && match.start < at + size) start = text.length;
    marks = isMark(shown) ? marks + 1 : 0;
    text += shown;
    at += size;
    if (match !== undefined && end < 0 && match.end <= at) end = text.length;
  }
  if (match === undefined) return { text };
  const from = start < 0 ? text.length : start;
  return { text, match: { start: from, end: match.end <= match.start ? from : Math.max(from, end < 0 ? text.length : end) } };
}

const PERCENT = 0x25;

function mayShow(character: string, before: string, marks: number): boolean {
  if (character === '%' || isHidden(character)) return false;
  return !isMark(character) || (before !== '' && marks < 2);
}

/** The one character whose UTF-8 bytes stand percent-encoded at `at`; undefined when they are no valid, shortest-form UTF-8. */
function decodeAt(target: string, at: number): { text: string; size: number } | undefined {
  const first = byteAt(target, at);
  if (first < 0) return undefined;
  if (first < 0x80) return { text: String.fromCharCode(first), size: 3 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return undefined;
  let code = first & (0xff >> (length + 1));
  for (let i = 1; i < length; i += 1) {
    const next = byteAt(target, at + 3 * i);
    if (next < 0x80 || next > 0xbf) return undefined;
    code = (code << 6) | (next & 0x3f);
  }
  const smallest = length === 4 ? 0x10000 : length === 3 ? 0x800 : 0x80;
  if (code < smallest || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  return { text: String.fromCodePoint(code), size: 3 * length };
}

/** The byte written as `%XX` at `at`; -1 when there is none. */
function byteAt(target: string, at: number): number {
  if (target.charCodeAt(at) !== PERCENT) return -1;
  const high = hexDigit(target.charCodeAt(at + 1));
  const low = hexDigit(target.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
