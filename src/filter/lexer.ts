import { t } from '../lang/lang.ts';

/** A piece of a filter text. */
export type Token =
  | { readonly type: 'open' | 'close' | 'or' | 'and' | 'not'; readonly at: number }
  /** `literalFrom`: where its first quoted piece begins in `text`; a term that is quoted from its start is never a field. */
  | { readonly type: 'word'; readonly at: number; readonly text: string; readonly literalFrom: number };

export interface FilterError {
  readonly ok: false;
  /** What is wrong and what was expected, one sentence without a full stop. */
  readonly message: string;
  /** Offset into the filter text. */
  readonly at: number;
}

const MAX_FILTER_LENGTH = 1000;

const BLANK = /\s/;
const KEYWORDS: ReadonlyMap<string, 'or' | 'and' | 'not'> = new Map([
  ['OR', 'or'],
  ['AND', 'and'],
  ['NOT', 'not'],
]);

/** Cuts a filter text into tokens. */
export function tokenize(text: string): readonly Token[] | FilterError {
  if (text.length > MAX_FILTER_LENGTH) {
    return { ok: false, message: t('filter too long: at most {most} characters', { most: MAX_FILTER_LENGTH }), at: MAX_FILTER_LENGTH };
  }
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text.charAt(at);
    const next = text.charAt(at + 1);
    if (BLANK.test(character)) at += 1;
    else if (character === '(' || character === ')') {
      tokens.push({ type: character === '(' ? 'open' : 'close', at });
      at += 1;
    } else if (character === '-' && next !== '' && !BLANK.test(next) && next !== ')') {
      tokens.push({ type: 'not', at });
      at += 1;
    } else {
      const word = readWord(text, at);
      if ('ok' in word) return word;
      const keyword = word.literalFrom === Number.POSITIVE_INFINITY ? KEYWORDS.get(word.text) : undefined;
      tokens.push(keyword === undefined ? { type: 'word', at, text: word.text, literalFrom: word.literalFrom } : { type: keyword, at });
      at = word.end;
    }
  }
  return tokens;
}

interface Word {
  readonly text: string;
  readonly literalFrom: number;
  readonly end: number;
}

/** Up to a blank, or to a closing parenthesis that the word did not open (`sleep(5)` is one word). */
function readWord(source: string, start: number): Word | FilterError {
  let text = '';
  let literalFrom = Number.POSITIVE_INFINITY;
  let depth = 0;
  let at = start;
  while (at < source.length) {
    const character = source.charAt(at);
    if (BLANK.test(character) || (character === ')' && depth === 0)) break;
    if (character === '"') {
      const quoted = readQuoted(source, at);
      if (quoted === undefined) return { ok: false, message: t('quotation mark without an end: expected another "'), at };
      literalFrom = Math.min(literalFrom, text.length);
      text += quoted.text;
      at = quoted.end;
      continue;
    }
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    text += character;
    at += 1;
  }
  return { text, literalFrom, end: at };
}

/** The text between quotation marks; `\"` and `\\` stand for themselves. */
function readQuoted(source: string, start: number): { text: string; end: number } | undefined {
  let text = '';
  for (let at = start + 1; at < source.length; at += 1) {
    const character = source.charAt(at);
    const next = source.charAt(at + 1);
    if (character === '"') return { text, end: at + 1 };
    if (character === '\\' && (next === '"' || next === '\\')) at += 1;
    text += source.charAt(at);
  }
  return undefined;
}
