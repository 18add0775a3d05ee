import { t } from '../lang/lang.ts';
import { type FilterError, type Token, tokenize } from './lexer.ts';
import type { FilterRow, RowTest } from './row.ts';
import { compileTerm } from './terms.ts';

export type { FilterRow } from './row.ts';

/** A parsed filter. */
export interface Filter {
  readonly text: string;
  readonly test: RowTest;
}

export type ParsedFilter = { readonly ok: true; readonly filter: Filter } | FilterError;

const MAX_DEPTH = 20;
const MAX_TERMS = 100;

/**
 * Reads the filter language of the screen: terms side by side must all hold, `OR` between them, `-term` (or `NOT`) the opposite, parentheses,
 * `"quoted text"`; a bare word is text anywhere in the line; fields as in FILTER_FIELDS. Empty text lets everything through.
 */
export function parseFilter(text: string): ParsedFilter {
  const tokens = tokenize(text);
  if ('ok' in tokens) return tokens;
  if (tokens.length === 0) return { ok: true, filter: { text, test: () => true } };
  if (tokens.filter(({ type }) => type === 'word').length > MAX_TERMS) {
    return { ok: false, message: t('too many terms: at most {most}', { most: MAX_TERMS }), at: text.length };
  }
  const parser: Parser = { tokens, next: 0, end: text.length };
  const test = parseAny(parser, 0);
  if (isError(test)) return test;
  const rest = tokens[parser.next];
  if (rest !== undefined) return { ok: false, message: t('nothing is open that this ) could close'), at: rest.at };
  return { ok: true, filter: { text, test } };
}

/** True when the row passes the filter. */
export const matches = (filter: Filter, row: FilterRow): boolean => filter.test(row);

interface Parser {
  readonly tokens: readonly Token[];
  next: number;
  readonly end: number;
}

type Parsed = RowTest | FilterError;

const isError = (parsed: Parsed): parsed is FilterError => typeof parsed !== 'function';

/** Alternatives between `OR`. */
function parseAny(parser: Parser, depth: number): Parsed {
  const tests: RowTest[] = [];
  do {
    const test = parseAll(parser, depth);
    if (isError(test)) return test;
    tests.push(test);
  } while (take(parser, 'or'));
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (row) => tests.some((test) => test(row));
}

/** Terms side by side; `AND` between them may be written. */
function parseAll(parser: Parser, depth: number): Parsed {
  const tests: RowTest[] = [];
  for (;;) {
    const test = parseOne(parser, depth);
    if (isError(test)) return test;
    tests.push(test);
    const isMore = take(parser, 'and');
    const type = parser.tokens[parser.next]?.type;
    if (!isMore && (type === undefined || type === 'or' || type === 'close')) break;
  }
  const [only] = tests;
  return tests.length === 1 && only !== undefined ? only : (row) => tests.every((test) => test(row));
}

function parseOne(parser: Parser, depth: number): Parsed {
  const token = parser.tokens[parser.next];
  if (token === undefined) return expectedTerm(parser.end);
  if (depth > MAX_DEPTH) return { ok: false, message: t('nested too deeply: at most {most} levels', { most: MAX_DEPTH }), at: token.at };
  parser.next += 1;
  switch (token.type) {
    case 'word':
      return compileTerm(token);
    case 'not': {
      const test = parseOne(parser, depth + 1);
      return isError(test) ? test : (row) => !test(row);
    }
    case 'open': {
      const test = parseAny(parser, depth + 1);
      if (isError(test) || take(parser, 'close')) return test;
      return { ok: false, message: t('this ( is never closed: expected )'), at: token.at };
    }
    case 'close':
    case 'or':
    case 'and':
      return expectedTerm(token.at);
  }
}

const expectedTerm = (at: number): FilterError => ({ ok: false, message: t('expected a word, a field such as status>=500, or ('), at });

function take(parser: Parser, type: Token['type']): boolean {
  if (parser.tokens[parser.next]?.type !== type) return false;
  parser.next += 1;
  return true;
}
