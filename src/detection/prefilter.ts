import { createAutomaton } from './automaton.ts';
import { EDGE, type Literals } from './sigma/literal-worth.ts';

/** Tells, in one pass over a text, which of many tests can hold in it at all: those of whose every gate a literal occurs. */
export interface Prefilter {
  /** Numbers of the tests that can hold in the text, each once. */
  scan(text: string): readonly number[];
  readonly states: number;
  /** Literals that the last scan looked at, as a measure of its work beside the length of the text. */
  readonly looked: () => number;
  /** Every literal that is looked for. */
  readonly literals: readonly string[];
}

/** A space in a literal stands for two classes, so each doubles its paths. */
const MAX_SPACES = 3;
const NONE: readonly number[] = [];
const GAP = '\uffff';

/** Characters outside ASCII that have two cases, or combine with what stands before them, may read otherwise in the text. */
const isDoubtful = (char: string): boolean =>
  char > '\u007f' && (char === '\u0307' || char.length > 1 || char.toLowerCase() !== char.toUpperCase());

const unmarked = (literal: string): string => (literal.startsWith(EDGE) ? literal.slice(1) : literal);

/** The longest piece of a literal that reads the same in every text that holds it, and with few spaces. */
function searchable(marked: string): string {
  const literal = unmarked(marked);
  const pieces = [...literal.toLowerCase()]
    .map((char) => (isDoubtful(char) ? GAP : char))
    .join('')
    .split(GAP);
  const piece = pieces.reduce((a, b) => (b.length > a.length ? b : a), '');
  const read = piece
    .split(/[^\S\n\r\u2028\u2029]/)
    .slice(0, MAX_SPACES + 1)
    .join(' ')
    .replace(/[\r\u2028\u2029]/g, '\n');
  return marked !== literal && read !== '' && piece === pieces[0] ? EDGE + read : read;
}

/** Gates as the automaton can search them; those that it cannot are left out, which only lets more through. */
export const searchableGates = (gates: readonly Literals[]): readonly Literals[] =>
  gates.map((gate) => gate.map(searchable)).filter((gate) => gate.length > 0 && !gate.includes(''));

/** Sets of literals numbered, each once, and who asks for them. */
interface Gates {
  readonly sets: readonly Literals[];
  /** Of each set: the tests that are looked at when it was found. */
  readonly triggers: readonly (readonly number[])[];
  /** Of each test: the other sets that must have been found too. */
  readonly others: readonly (readonly number[])[];
}

function gatesOf(tests: readonly (readonly Literals[])[]): Gates {
  const numbers = new Map<string, number>();
  const sets: Literals[] = [];
  const triggers: number[][] = [];
  const numberOf = (literals: Literals): number => {
    const key = [...literals].sort().join('\0');
    const known = numbers.get(key) ?? sets.length;
    if (known === sets.length) {
      numbers.set(key, known);
      sets.push(literals);
      triggers.push([]);
    }
    return known;
  };
  const others = tests.map((gates, test) => {
    const [first, ...rest] = gates.map(numberOf);
    if (first !== undefined) triggers[first]?.push(test);
    return rest;
  });
  return { sets, triggers, others };
}

/** A set that a literal was found of; `edge`: only when no word goes on before it, which is so many characters back. */
interface Owner {
  readonly set: number;
  readonly edge: number;
}

function isWord(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

/** True when the literal that ends at `end` begins a word; letters outside ASCII, which engines fold in ways of their own, pass. */
const beginsWord = (text: string, end: number, length: number): boolean =>
  !isWord(text, end - length) || text.charCodeAt(end - length + 1) > 127;

/** Builds the automaton for tests by their gates ({@link searchableGates}), of which each has at least one. */
export function createPrefilter(tests: readonly (readonly Literals[])[]): Prefilter {
  const { sets, triggers, others } = gatesOf(tests);
  const patterns = sets.flatMap((members, set) =>
    members.map((marked) => {
      const literal = unmarked(marked);
      const owner: Owner = { set, edge: literal === marked ? 0 : literal.length };
      return { literal, owner };
    }),
  );
  const { ascii, wide, width, rows, table, symbols, children, fails, owners, suffixes } = createAutomaton(patterns);
  const accepting = Uint8Array.from(owners, (owned, state) => (owned === undefined && suffixes[state] === 0 ? 0 : 1));
  /** Owners of all states one after the other, as plain numbers; those of a state from `firsts[state]` to before the next state's. */
  const firsts = new Uint32Array(owners.length + 1);
  for (const [state, owned] of owners.entries()) firsts[state + 1] = (firsts[state] ?? 0) + (owned?.length ?? 0);
  const ownedSets = Uint32Array.from(owners.flatMap((owned) => (owned ?? []).map(({ set }) => set)));
  const ownedEdges = Uint8Array.from(owners.flatMap((owned) => (owned ?? []).map(({ edge }) => edge)));
  const isTrigger = Uint8Array.from(triggers, (led) => (led.length > 0 ? 1 : 0));
  /** Numbers of the scans that last met a state and all its suffixes, and that last found a set. */
  const met = new Float64Array(owners.length);
  const found = new Float64Array(sets.length);
  let scans = 0;
  let hits: number[] = [];
  let looked = 0;

  /** Takes in what ends at `end`; false when some of it was no beginning of a word, but may be elsewhere. */
  const take = (state: number, text: string, end: number): boolean => {
    let complete = true;
    const last = firsts[state + 1] ?? 0;
    looked += 1 + last - (firsts[state] ?? 0);
    for (let owner = firsts[state] ?? 0; owner < last; owner++) {
      const set = ownedSets[owner] ?? 0;
      if (found[set] === scans) continue;
      const edge = ownedEdges[owner] ?? 0;
      if (edge > 0 && !beginsWord(text, end, edge)) complete = false;
      else {
        found[set] = scans;
        if (isTrigger[set] === 1) hits.push(set);
      }
    }
    return complete;
  };
  const meet = (from: number, text: string, end: number): void => {
    let complete = true;
    for (let state = from; state !== 0 && met[state] !== scans; state = suffixes[state] ?? 0) complete = take(state, text, end) && complete;
    if (complete) for (let state = from; state !== 0 && met[state] !== scans; state = suffixes[state] ?? 0) met[state] = scans;
  };
  const collect = (triggered: readonly number[]): readonly number[] => {
    const held: number[] = [];
    for (const set of triggered)
      for (const test of triggers[set] ?? NONE) if ((others[test] ?? NONE).every((other) => found[other] === scans)) held.push(test);
    return held;
  };
  return {
    states: owners.length,
    looked: () => looked,
    literals: [...new Set(patterns.map(({ literal }) => literal))],
    scan(text) {
      scans += 1;
      hits = [];
      looked = 0;
      let state = 0;
      for (let i = 0; i < text.length; i++) {
        const code = text.charCodeAt(i);
        const symbol = (code < 128 ? ascii[code] : wide.get(code)) ?? 0;
        while (state >= rows && symbols[state - rows] !== symbol) state = fails[state - rows] ?? 0;
        state = (state < rows ? table[state * width + symbol] : children[state - rows]) ?? 0;
        if (accepting[state] === 1 && met[state] !== scans) meet(state, text, i);
      }
      return hits.length === 0 ? NONE : collect(hits);
    },
  };
}
