/**
 * Finds all of many literals in one pass over a text, letter case and the kind of white space apart (Aho and Corasick, "Efficient string
 * matching", CACM 18:6, 1975), as a table of states by character classes.
 */
export interface Automaton<T> {
  /** Class of each ASCII character; 0 for one that no literal holds. */
  readonly ascii: Uint8Array;
  readonly wide: ReadonlyMap<number, number>;
  /** Number of classes: the width of the table. */
  readonly width: number;
  /** The next state, at `state * width + class`; 0 is the first state. */
  readonly table: Uint16Array | Uint32Array;
  /** Of each state: the owners of the literals that end there and are no suffix of another that ends there; undefined for none. */
  readonly owners: readonly (readonly T[] | undefined)[];
  /** Of each state: the state of the longest suffix that has owners; 0 for none. */
  readonly suffixes: Uint32Array;
}

/** Letters outside ASCII whose lower case is, or begins with, an ASCII letter. */
const FOLDED: readonly (readonly [char: string, letter: string])[] = [
  ['\u212a', 'k'],
  ['\u017f', 's'],
  ['\u0130', 'i'],
];
/** What `\s` matches: line breaks read as a line feed, the others as a space. */
const BREAKS = '\n\r\u2028\u2029';
const SPACES = '\t\v\f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\ufeff';
const SPACE_CLASS = 1;
const BREAK_CLASS = 2;
const MAX_CLASSES = 255;

type Classes = Pick<Automaton<unknown>, 'ascii' | 'wide' | 'width'>;

/** Numbers the characters that occur in literals; both cases of a letter share a class; rare characters beyond the last class share 0. */
function classesOf(literals: readonly string[]): Classes {
  const ascii = new Uint8Array(128);
  const wide = new Map<number, number>();
  const set = (char: string, number: number): void => {
    const code = char.charCodeAt(0);
    if (code < 128) ascii[code] = number;
    else wide.set(code, number);
  };
  for (const char of SPACES) set(char, SPACE_CLASS);
  for (const char of BREAKS) set(char, BREAK_CLASS);
  const known = new Map([
    [' ', SPACE_CLASS],
    ['\n', BREAK_CLASS],
  ]);
  for (const literal of literals) {
    for (const char of literal.split('')) {
      if (known.has(char) || known.size >= MAX_CLASSES - 1) continue;
      const number = known.size + 1;
      known.set(char, number);
      for (const form of [char, char.toUpperCase()]) if (form.length === 1) set(form, number);
    }
  }
  for (const [char, letter] of FOLDED) {
    const number = known.get(letter);
    if (number !== undefined) set(char, number);
  }
  return { ascii, wide, width: known.size + 1 };
}

const classOf = ({ ascii, wide }: Classes, code: number): number => (code < 128 ? ascii[code] : wide.get(code)) ?? 0;

/** A literal as paths through the classes: a space in it stands for either kind, so that each doubles the paths. */
function pathsOf(literal: string, classes: Classes): readonly (readonly number[])[] {
  let paths: number[][] = [[]];
  for (let i = 0; i < literal.length; i++) {
    const symbol = classOf(classes, literal.charCodeAt(i));
    if (symbol !== SPACE_CLASS) for (const path of paths) path.push(symbol);
    else
      paths = paths.flatMap((path) => [
        [...path, SPACE_CLASS],
        [...path, BREAK_CLASS],
      ]);
  }
  return paths;
}

interface Node<T> {
  readonly next: Map<number, Node<T>>;
  owners: T[] | undefined;
}

function insert<T>(root: Node<T>, path: readonly number[], owner: T): void {
  let node = root;
  for (const symbol of path) {
    let next = node.next.get(symbol);
    if (next === undefined) {
      next = { next: new Map(), owners: undefined };
      node.next.set(symbol, next);
    }
    node = next;
  }
  node.owners ??= [];
  node.owners.push(owner);
}

function countOf<T>(root: Node<T>): number {
  const stack = [root];
  let count = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    count += 1;
    stack.push(...node.next.values());
  }
  return count;
}

/** Numbers states breadth first, so that the much-used ones lie together; a missing edge is the edge of the longest suffix. */
function tableOf<T>(root: Node<T>, width: number): Pick<Automaton<T>, 'table' | 'owners' | 'suffixes'> {
  const count = countOf(root);
  const table = count > 0xffff ? new Uint32Array(count * width) : new Uint16Array(count * width);
  const fails = new Uint32Array(count);
  const suffixes = new Uint32Array(count);
  const owners: (readonly T[] | undefined)[] = [root.owners];
  const queue = [root];
  for (let at = 0; at < queue.length; at++) {
    const fail = fails[at] ?? 0;
    if (at !== 0) table.copyWithin(at * width, fail * width, (fail + 1) * width);
    for (const [symbol, child] of queue[at]?.next ?? []) {
      const number = queue.length;
      const suffix = at === 0 ? 0 : (table[at * width + symbol] ?? 0);
      fails[number] = suffix;
      suffixes[number] = owners[suffix] === undefined ? (suffixes[suffix] ?? 0) : suffix;
      owners.push(child.owners);
      table[at * width + symbol] = number;
      queue.push(child);
    }
  }
  return { table, owners, suffixes };
}

/** Builds the automaton; literals are in lower case, white space in them a space or a line feed. */
export function createAutomaton<T>(patterns: readonly { readonly literal: string; readonly owner: T }[]): Automaton<T> {
  const classes = classesOf(patterns.map(({ literal }) => literal));
  const root: Node<T> = { next: new Map(), owners: undefined };
  for (const { literal, owner } of patterns) for (const path of pathsOf(literal, classes)) insert(root, path, owner);
  return { ...classes, ...tableOf(root, classes.width) };
}
