import type { Span } from '../model/entry.ts';

/** A text cut in three around a span, each piece harmless. */
export interface VisibleSpan {
  readonly before: string;
  readonly match: string;
  readonly after: string;
}

/** Marks kept in a row on one base character; Thai, Vietnamese and decomposed Hangul need two. */
const MAX_MARKS = 2;
const DROPPED_MARKS = '‹…›';
/** What a mark without a base stands on, so that it cannot merge with what is drawn before the text. */
const MARK_BASE = '◌';

const PLAIN_ASCII = /^[\x20-\x7e]*$/;
const HIDDEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}\p{Emoji_Modifier}]/u;
const MARK = /[\p{Mn}\p{Me}\u1160-\u11ff\ud7b0-\ud7fb]/u;
const SUSPECT = new RegExp(`${HIDDEN.source}|${MARK.source}`, 'u');

/**
 * True for a character that {@link visible} replaces: controls, format and bidi controls, zero-width and other default-ignorable characters
 * (UAX #44), separators, private use, unassigned, lone surrogates, and emoji modifiers (whose width differs between terminals).
 */
export const isHidden = (character: string): boolean => HIDDEN.test(character);

/** True for a character that is drawn over the one before it: combining marks, and the vowels and finals of decomposed Hangul. */
export const isMark = (character: string): boolean => MARK.test(character);

/**
 * Hostile text made harmless and visible, on one line. C0 and DEL become control pictures (`␛`, `␀`), a tab one space; everything else that
 * {@link isHidden} names becomes its code point as `‹202E›`; of more than two marks in a row the rest becomes `‹…›`. Linear time, idempotent,
 * never throws.
 */
export function visible(text: string): string {
  if (PLAIN_ASCII.test(text) || !SUSPECT.test(text)) return text;
  let out = '';
  let marks = 0;
  for (const character of text) {
    if (isMark(character) && !isHidden(character)) {
      if (out === '') out = MARK_BASE;
      marks += 1;
      if (marks <= MAX_MARKS) out += character;
      else if (marks === MAX_MARKS + 1) out += DROPPED_MARKS;
      continue;
    }
    marks = 0;
    out += isHidden(character) ? picture(character) : character;
  }
  return out;
}

function picture(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x09) return ' ';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '␡';
  return `‹${code.toString(16).toUpperCase().padStart(4, '0')}›`;
}

/** `text` cut around `span`, every piece made {@link visible}. The span is clamped, and widened where it would halve a surrogate pair. */
export function visibleSpan(text: string, span: Span): VisibleSpan {
  const from = clamp(span.start, 0, text.length);
  const to = clamp(span.end, from, text.length);
  const start = splitsPair(text, from) ? from - 1 : from;
  const end = splitsPair(text, to) ? to + 1 : to;
  return { before: visible(text.slice(0, start)), match: visible(text.slice(start, end)), after: visible(text.slice(end)) };
}

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  const after = text.charCodeAt(at);
  return before >= 0xd800 && before <= 0xdbff && after >= 0xdc00 && after <= 0xdfff;
}
