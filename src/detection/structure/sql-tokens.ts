import { isDigit, isSpace, isWord, skip } from './judgement.ts';
import { DANGEROUS, FUNCTIONS, wordClass } from './sql-words.ts';

/**
 * One token. `type` is a letter: s string, n number, v variable, i name, f known function that is called, x dangerous function that is called, g other call, A arithmetic, c comment, one of
 * `( ) , ; .`, `{`, or the class of a word (sql-words.ts); C comparison, L logic, whatever way they are written.
 */
export interface SqlToken {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  /** A string that the text's end cut off. */
  readonly open?: boolean;
  readonly word?: string;
}

/** More tokens than this say nothing new. */
const MAX_TOKENS = 48;
/** Words that databases split from a number before them: `1union`, `1e0or`. */
const GLUED: ReadonlySet<string> = new Set([
  'union',
  'select',
  'or',
  'and',
  'xor',
  'from',
  'where',
  'having',
  'order',
  'group',
  'limit',
  'like',
  'between',
]);
/** What a string may begin with: its character set, hexadecimal, binary, national, escaped. */
const STRING_PREFIX = /^(?:[bxneq]|_(?:utf8(?:mb4)?|latin1|ascii|binary|ucs2|big5|gbk))$/;
const OPERATORS: Readonly<Record<string, string>> = {
  '=': 'C',
  '<': 'C',
  '>': 'C',
  '!=': 'C',
  '<>': 'C',
  '<=': 'C',
  '>=': 'C',
  '<=>': 'C',
  '==': 'C',
  '!<': 'C',
  '!>': 'C',
  '^=': 'C',
  '@>': 'C',
  '<@': 'C',
  '~~': 'C',
  '!~': 'C',
  '~*': 'C',
  ':=': 'C',
  '||': 'L',
  '&&': 'L',
  '+': 'A',
  '-': 'A',
  '*': 'A',
  '/': 'A',
  '%': 'A',
  '|': 'A',
  '&': 'A',
  '^': 'A',
  '~': 'A',
  '!': 'T',
  '::': 'A',
  '<<': 'A',
  '>>': 'A',
  '->': 'A',
  '->>': 'A',
  '#>': 'A',
  '#>>': 'A',
};

/** Where a quoted string ends: after its closing quote, or at the end of the text. A doubled or escaped quote does not close it. */
function stringEnd(text: string, from: number, quote: string): { readonly end: number; readonly open: boolean } {
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\') at++;
    else if (char === quote) {
      if (text.charAt(at + 1) !== quote) return { end: at + 1, open: false };
      at++;
    }
  }
  return { end: text.length, open: true };
}

function commentEnd(text: string, at: number): number {
  if (text.startsWith('/*', at)) {
    const close = text.indexOf('*/', at + 2);
    return close < 0 ? text.length : close + 2;
  }
  const line = text.indexOf('\n', at);
  return line < 0 ? text.length : line;
}

const startsComment = (text: string, at: number): boolean =>
  text.startsWith('/*', at) ||
  text.charAt(at) === '#' ||
  (text.startsWith('--', at) && !(isWord(text.charCodeAt(at + 2)) && !isDigit(text.charCodeAt(at + 2))));

function numberEnd(text: string, at: number): number {
  if (text.charAt(at) === '0' && (text.charAt(at + 1) === 'x' || text.charAt(at + 1) === 'X')) return skip(text, at + 2, isWord);
  let end = skip(text, at, isDigit);
  if (text.charAt(end) === '.') end = skip(text, end + 1, isDigit);
  if (/^e[-+]?\d/i.test(text.slice(end, end + 3))) end = skip(text, end + 2, isDigit);
  return end;
}

function wordToken(text: string, start: number): SqlToken {
  const end = skip(text, start, (code) => isWord(code) || code === 36);
  const word = text.slice(start, Math.min(end, start + 40)).toLowerCase();
  if (text.charAt(end) === "'" && STRING_PREFIX.test(word)) {
    const { end: close, open } = stringEnd(text, end + 1, "'");
    return { type: open ? 'i' : 's', start, end: open ? end : close };
  }
  const known = wordClass(word);
  const after = skip(text, end, isSpace);
  const isCall = text.charAt(after) === '(' && (known === undefined || FUNCTIONS.has(word)) && (after === end || FUNCTIONS.has(word));
  if (isCall) return { type: DANGEROUS.has(word) ? 'x' : FUNCTIONS.has(word) ? 'f' : 'g', start, end, word };
  return { type: known ?? 'i', start, end, word };
}

function operatorToken(text: string, start: number): SqlToken {
  for (let length = 3; length > 0; length--) {
    const word = text.slice(start, start + length);
    const type = OPERATORS[word];
    if (type !== undefined) return { type, start, end: start + word.length, word };
  }
  return { type: '{', start, end: start + 1 };
}

function tokenAt(text: string, at: number): SqlToken {
  const char = text.charAt(at);
  const code = text.charCodeAt(at);
  if (char === "'" || char === '"') {
    const { end, open } = stringEnd(text, at + 1, char);
    return { type: 's', start: at, end, open };
  }
  if (char === '`' || char === '[') {
    const close = text.indexOf(char === '`' ? '`' : ']', at + 1);
    if (close < 0) return char === '`' ? { type: 's', start: at, end: text.length, open: true } : { type: '{', start: at, end: at + 1 };
    return { type: 'i', start: at, end: close + 1 };
  }
  if (char === '\\' && /^n/i.test(text.slice(at + 1, at + 2))) return { type: 'N', start: at, end: at + 2 };
  if (startsComment(text, at)) return { type: 'c', start: at, end: commentEnd(text, at) };
  if (isDigit(code) || (char === '.' && isDigit(text.charCodeAt(at + 1)))) {
    const end = numberEnd(text, at);
    const rest = skip(text, end, isWord);
    const isGlued = rest > end && rest - end < 12 && text.charAt(at - 1) !== '%' && GLUED.has(text.slice(end, rest).toLowerCase());
    return { type: rest > end && !isGlued ? 'i' : 'n', start: at, end: isGlued ? end : rest };
  }
  if (char === '@' && text.charAt(at + 1) !== '>') {
    const end = skip(
      text,
      skip(text, at, (each) => each === 64),
      (each) => isWord(each) || each === 46,
    );
    return { type: 'v', start: at, end };
  }
  if (isWord(code)) return wordToken(text, at);
  if ('(),;.'.includes(char)) return { type: char, start: at, end: at + 1 };
  return operatorToken(text, at);
}

/** Splits SQL into tokens from `from` on; white space and ordinary comments between tokens are dropped, MySQL's conditional comments are read as code. */
export function sqlTokens(text: string, from: number): readonly SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = from;
  while (at < text.length && tokens.length < MAX_TOKENS) {
    const code = text.charCodeAt(at);
    if (isSpace(code) || code === 0) at++;
    else if (text.startsWith('/*!', at)) at = skip(text, at + 3, isDigit);
    else if (text.startsWith('*/', at)) at += 2;
    else {
      const token = tokenAt(text, at);
      const inner = token.type === 'c' && text.startsWith('/*', at) && token.end < text.length;
      if (!inner) tokens.push(token);
      at = token.end;
    }
  }
  return tokens;
}
