import type { Condition } from './rule.ts';

/** The condition as a tree, or why it is none. */
export type ParsedCondition = { readonly ok: true; readonly condition: Condition } | { readonly ok: false; readonly reason: string };

const TOKEN = /\s*(\(|\)|\||[^\s()|]+)/y;
const MAX_DEPTH = 50;

function tokens(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) found.push(match[1] ?? '');
  return found;
}

class ConditionError extends Error {}

/** Selections that `them` or a pattern such as `selection_*` names. `them` leaves out names that begin with `_`. */
function expand(pattern: string, names: readonly string[]): readonly string[] {
  if (pattern === 'them') return names.filter((name) => !name.startsWith('_'));
  const parts = pattern.split('*');
  const [head = '', ...rest] = parts;
  return names.filter((name) => {
    if (rest.length === 0) return name === pattern;
    if (!name.startsWith(head)) return false;
    let from = head.length;
    for (const [index, part] of rest.entries()) {
      const at = index === rest.length - 1 ? name.length - part.length : name.indexOf(part, from);
      if (at < from || !name.startsWith(part, at)) return false;
      from = at + part.length;
    }
    return true;
  });
}

/** What is left to read, and the names that may be used. */
interface Cursor {
  readonly rest: string[];
  readonly names: readonly string[];
  depth: number;
}

function take(cursor: Cursor, word: string): boolean {
  if (cursor.rest[0]?.toLowerCase() !== word) return false;
  cursor.rest.shift();
  return true;
}

/** Recursive descent over `or`, `and`, `not`, parentheses and quantifiers (Sigma specification 2.1, "Condition"). */
function parseOr(cursor: Cursor): Condition {
  const of = [parseAnd(cursor)];
  while (take(cursor, 'or')) of.push(parseAnd(cursor));
  return of.length === 1 && of[0] !== undefined ? of[0] : { type: 'or', of };
}

function parseAnd(cursor: Cursor): Condition {
  const of = [parseNot(cursor)];
  while (take(cursor, 'and')) of.push(parseNot(cursor));
  return of.length === 1 && of[0] !== undefined ? of[0] : { type: 'and', of };
}

function parseNot(cursor: Cursor): Condition {
  cursor.depth += 1;
  if (cursor.depth > MAX_DEPTH) throw new ConditionError('nested too deeply');
  const condition: Condition = take(cursor, 'not') ? { type: 'not', of: parseNot(cursor) } : parsePrimary(cursor);
  cursor.depth -= 1;
  return condition;
}

function parsePrimary(cursor: Cursor): Condition {
  if (take(cursor, '(')) {
    const inner = parseOr(cursor);
    if (!take(cursor, ')'))
      throw new ConditionError(`expected ")", found ${cursor.rest[0] === undefined ? 'the end' : `"${cursor.rest[0]}"`}`);
    return inner;
  }
  const word = cursor.rest.shift();
  if (word === undefined) throw new ConditionError('expected a selection name, found the end');
  const quantifier = word.toLowerCase();
  if ((quantifier === '1' || quantifier === 'any' || quantifier === 'all') && take(cursor, 'of'))
    return parseQuantified(cursor, quantifier === 'all' ? 'and' : 'or');
  if (/^\d+$/.test(word)) throw new ConditionError(`expected "1 of" or "all of", found "${word}"`);
  if (!cursor.names.includes(word)) throw new ConditionError(`no selection is named "${word}"`);
  return { type: 'selection', name: word };
}

function parseQuantified(cursor: Cursor, type: 'and' | 'or'): Condition {
  const pattern = cursor.rest.shift();
  if (pattern === undefined) throw new ConditionError('expected "them" or a pattern of names, found the end');
  const of = expand(pattern, cursor.names).map((name): Condition => ({ type: 'selection', name }));
  if (of.length === 0) throw new ConditionError(`no selection fits "${pattern}"`);
  return { type, of };
}

/** Parses a Sigma condition over selections of these names. */
export function parseCondition(text: string, names: readonly string[]): ParsedCondition {
  try {
    const cursor: Cursor = { rest: tokens(text), names, depth: 0 };
    const condition = parseOr(cursor);
    const left = cursor.rest[0];
    if (left === '|') return { ok: false, reason: 'aggregations after "|" are not part of Sigma 2; use a correlation' };
    return left === undefined ? { ok: true, condition } : { ok: false, reason: `expected "and", "or" or the end, found "${left}"` };
  } catch (error) {
    if (error instanceof ConditionError) return { ok: false, reason: error.message };
    throw error;
  }
}
