/**
 * Finds, in one pass over a text, which of many literals occur in it, letter case and the kind of white space apart (Aho and Corasick, "Efficient string matching",
 * CACM 18:6, 1975), as a table of states by character classes.
 */
export interface Prefilter {
  /** Calls `found` with the owner of every literal that occurs in the text, perhaps more than once. */
  scan(text: string, found: (owner: number) => void): void;
  readonly states: number;
}

/** Letters outside ASCII whose lower case is, or begins with, an ASCII letter. */
const FOLDED: readonly (readonly [char: string, letter: string])[] = [
  ['\u212a', 'k'],
  ['\u017f', 's'],
  ['\u0130', 'i'],
];

/** What `\s` matches: all read as a space. */
const WHITE_SPACE =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

/** Numbers the characters that occur in literals from 1; both cases of a letter share one; 0 is every other. */
function classesOf(literals: Iterable<string>): {
  readonly ascii: Uint16Array;
  readonly wide: ReadonlyMap<number, number>;
  readonly count: number;
} {
  const ascii = new Uint16Array(128);
  const wide = new Map<number, number>();
  let count = 1;
  const set = (char: string, number: number): void => {
    const code = char.charCodeAt(0);
    if (code < 128) ascii[code] = number;
    else wide.set(code, number);
  };
  const known = new Map<string, number>();
  for (const literal of literals) {
    for (let i = 0; i < literal.length; i++) {
      const char = literal.charAt(i);
      if (known.has(char)) continue;
      known.set(char, count);
      for (const form of [char, char.toUpperCase()]) if (form.length === 1) set(form, count);
      count++;
    }
  }
  for (const [char, letter] of FOLDED) {
    const number = known.get(letter);
    if (number !== undefined) set(char, number);
  }
  const space = known.get(' ');
  if (space !== undefined) for (const char of WHITE_SPACE) set(char, space);
  return { ascii, wide, count };
}

interface Node {
  readonly next: Map<number, number>;
  owners: number[];
  fail: number;
}

function insert(nodes: Node[], path: readonly number[], owner: number): void {
  let at = 0;
  for (const symbol of path) {
    let next = nodes[at]?.next.get(symbol);
    if (next === undefined) {
      next = nodes.length;
      nodes.push({ next: new Map(), owners: [], fail: 0 });
      nodes[at]?.next.set(symbol, next);
    }
    at = next;
  }
  const node = nodes[at];
  if (node !== undefined && !node.owners.includes(owner)) node.owners.push(owner);
}

/** Fills the table breadth first, so that a missing edge is the edge of the longest suffix. */
function tableOf(nodes: readonly Node[], width: number): Int32Array {
  const table = new Int32Array(nodes.length * width);
  const queue = [0];
  for (let head = 0; head < queue.length; head++) {
    const at = queue[head] ?? 0;
    const node = nodes[at];
    if (node === undefined) continue;
    for (let symbol = 0; symbol < width; symbol++) {
      const next = node.next.get(symbol);
      const fallback = at === 0 ? 0 : (table[node.fail * width + symbol] ?? 0);
      table[at * width + symbol] = next ?? fallback;
      const child = next === undefined ? undefined : nodes[next];
      if (next === undefined || child === undefined) continue;
      child.fail = fallback;
      child.owners = [...new Set([...child.owners, ...(nodes[fallback]?.owners ?? [])])];
      queue.push(next);
    }
  }
  return table;
}

/** A combining dot (from lower-casing U+0130) can hide a literal; the longest piece without one is as good. */
const searchable = (literal: string): string => literal.split('\u0307').reduce((a, b) => (b.length > a.length ? b : a), '');

/** Builds the automaton; `literals[i]`, in lower case, belong to owner i. */
export function createPrefilter(literals: readonly (readonly string[])[]): Prefilter {
  const owned = literals.map((set) => set.map(searchable));
  const { ascii, wide, count } = classesOf(owned.flat());
  const nodes: Node[] = [{ next: new Map(), owners: [], fail: 0 }];
  const symbolOf = (code: number): number => (code < 128 ? (ascii[code] ?? 0) : (wide.get(code) ?? 0));
  for (const [owner, set] of owned.entries())
    for (const literal of set)
      insert(
        nodes,
        Array.from({ length: literal.length }, (_, i) => symbolOf(literal.charCodeAt(i))),
        owner,
      );
  const table = tableOf(nodes, count);
  const owners = nodes.map((node) => (node.owners.length > 0 ? node.owners : undefined));
  const accepting = Uint8Array.from(owners, (set) => (set === undefined ? 0 : 1));
  return {
    states: nodes.length,
    scan: (text, found) => {
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        const symbol = code < 128 ? ascii[code] : wide.get(code);
        state = table[state * count + (symbol ?? 0)] ?? 0;
        if (accepting[state] === 1) for (const owner of owners[state] ?? []) found(owner);
      }
    },
  };
}
