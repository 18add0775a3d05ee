/**
 * Finds all of many literals in one pass over a text, letter case and the kind of white space apart (Aho and Corasick, "Efficient string
 * matching", CACM 18:6, 1975). States near the root, where texts mostly are, and those with several children have a row in a table by character
 * classes; the others, nine of ten, know their one child and where to go on without it.
 */
export interface Automaton<T> {
  /** Class of each ASCII character; 0 for one that no literal holds. */
  readonly ascii: Uint8Array;
  readonly wide: ReadonlyMap<number, number>;
  /** Number of classes: the width of the table. */
  readonly width: number;
  /** States from 0, the first one, to below this have a row. */
  readonly rows: number;
  /** The next state, at `state * width + class`. */
  readonly table: Uint16Array | Uint32Array;
  /** Of each state without a row, counted from `rows`: the class that leads to its child (255 where it has none), and the child. */
  readonly symbols: Uint8Array;
  readonly children: Uint32Array;
  /** Where a state without a row goes on with any other class. */
  readonly fails: Uint32Array;
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
/** No class has this number. */
const NO_CLASS = 255;
/** States up to this far from the first one have a row. */
const ROWS_DEPTH = 2;

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

/** A tree of paths in flat arrays: building it from objects took more memory than all the rest of the program. Node 0 is the root. */
interface Trie<T> {
  readonly size: number;
  /** The class that leads to a node, its first child and its next sibling; 0 for none, as the root is nobody's child. */
  readonly symbols: Uint8Array;
  readonly firstChild: Uint32Array;
  readonly nextSibling: Uint32Array;
  readonly owners: ReadonlyMap<number, readonly T[]>;
}

function childOf({ symbols, firstChild, nextSibling }: Omit<Trie<unknown>, 'owners' | 'size'>, node: number, symbol: number): number {
  let child = firstChild[node] ?? 0;
  while (child !== 0 && symbols[child] !== symbol) child = nextSibling[child] ?? 0;
  return child;
}

function trieOf<T>(paths: readonly { readonly path: readonly number[]; readonly owner: T }[]): Trie<T> {
  const most = paths.reduce((sum, { path }) => sum + path.length, 1);
  const nodes = { symbols: new Uint8Array(most), firstChild: new Uint32Array(most), nextSibling: new Uint32Array(most) };
  const owners = new Map<number, T[]>();
  let size = 1;
  for (const { path, owner } of paths) {
    let node = 0;
    for (const symbol of path) {
      let child = childOf(nodes, node, symbol);
      if (child === 0) {
        child = size++;
        nodes.symbols[child] = symbol;
        nodes.nextSibling[child] = nodes.firstChild[node] ?? 0;
        nodes.firstChild[node] = child;
      }
      node = child;
    }
    const known = owners.get(node);
    if (known === undefined) owners.set(node, [owner]);
    else known.push(owner);
  }
  return { ...nodes, size, owners };
}

/** Nodes breadth first, and of each node the longest suffix that is a node too. */
function suffixesOf<T>(trie: Trie<T>): { readonly order: Uint32Array; readonly fails: Uint32Array; readonly depths: Uint8Array } {
  const order = new Uint32Array(trie.size);
  const fails = new Uint32Array(trie.size);
  const depths = new Uint8Array(trie.size);
  let length = 1;
  for (let at = 0; at < length; at++) {
    const node = order[at] ?? 0;
    for (let child = trie.firstChild[node] ?? 0; child !== 0; child = trie.nextSibling[child] ?? 0) {
      order[length++] = child;
      depths[child] = Math.min(ROWS_DEPTH + 1, (depths[node] ?? 0) + 1);
      const symbol = trie.symbols[child] ?? 0;
      let suffix = node;
      let found = 0;
      while (suffix !== 0 && found === 0) {
        suffix = fails[suffix] ?? 0;
        found = childOf(trie, suffix, symbol);
      }
      fails[child] = found;
    }
  }
  return { order, fails, depths };
}

type States<T> = Omit<Automaton<T>, keyof Classes>;

/** Numbers the states breadth first, those with a row before the others, so that the much-used ones lie together. */
function statesOf<T>(trie: Trie<T>, width: number): States<T> {
  const { size, symbols, firstChild, nextSibling } = trie;
  const { order, fails, depths } = suffixesOf(trie);
  const hasRow = (node: number): boolean => (depths[node] ?? 0) <= ROWS_DEPTH || (nextSibling[firstChild[node] ?? 0] ?? 0) !== 0;
  const withRow = order.filter(hasRow);
  const states = new Uint32Array(size);
  const numbered = [...withRow, ...order.filter((node) => !hasRow(node))];
  for (const [state, node] of numbered.entries()) states[node] = state;
  const rows = withRow.length;
  const table = size > 0xffff ? new Uint32Array(rows * width) : new Uint16Array(rows * width);
  const lean = {
    symbols: new Uint8Array(size - rows).fill(NO_CLASS),
    children: new Uint32Array(size - rows),
    fails: new Uint32Array(size - rows),
  };
  /** The edges of a node over those of its suffixes, which are filled already: breadth first they come before it. */
  const fill = (row: number, node: number): void => {
    if (node !== 0) {
      const suffix = fails[node] ?? 0;
      if (hasRow(suffix)) table.copyWithin(row * width, (states[suffix] ?? 0) * width, ((states[suffix] ?? 0) + 1) * width);
      else fill(row, suffix);
    }
    for (let child = firstChild[node] ?? 0; child !== 0; child = nextSibling[child] ?? 0)
      table[row * width + (symbols[child] ?? 0)] = states[child] ?? 0;
  };
  const owners: (readonly T[] | undefined)[] = [];
  const suffixes = new Uint32Array(size);
  for (const node of order) {
    const state = states[node] ?? 0;
    const suffix = states[fails[node] ?? 0] ?? 0;
    owners[state] = trie.owners.get(node);
    suffixes[state] = owners[suffix] === undefined ? (suffixes[suffix] ?? 0) : suffix;
    if (state < rows) {
      fill(state, node);
      continue;
    }
    const child = firstChild[node] ?? 0;
    lean.fails[state - rows] = suffix;
    if (child === 0) continue;
    lean.symbols[state - rows] = symbols[child] ?? NO_CLASS;
    lean.children[state - rows] = states[child] ?? 0;
  }
  return { rows, table, ...lean, owners: Array.from(owners), suffixes };
}

/** Builds the automaton; literals are in lower case, white space in them a space or a line feed. */
export function createAutomaton<T>(patterns: readonly { readonly literal: string; readonly owner: T }[]): Automaton<T> {
  const classes = classesOf(patterns.map(({ literal }) => literal));
  const paths = patterns.flatMap(({ literal, owner }) => pathsOf(literal, classes).map((path) => ({ path, owner })));
  return { ...classes, ...statesOf(trieOf(paths), classes.width) };
}
