import { type AST, RegExpParser } from '@eslint-community/regexpp';
import { type Literals, minimal, narrowest } from './literal-worth.ts';
import { atEdge, leavesEdge } from './word-edges.ts';

/** What the syntax tree of a pattern tells about the texts that it matches. */
export interface PatternFacts {
  /** As the prefilter reads them: every match holds at least one literal of each set. Empty: nothing can be said. */
  readonly gates: readonly Literals[];
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
}

/** More beginnings than this are not worth telling apart. */
const MAX_STARTS = 1024;
/** Classes of more members, letters or digits among them, are as good as any character. */
const MAX_CLASS = 16;
/** Ranges wider than this are not listed. */
const MAX_RANGE = 32;
/** Longer literals are no rarer. */
const LONG = 16;
const LENGTHS = [LONG, 8, 6, 5, 4, 3];
const MAX_REPEATS = 3;
/** Any text may begin so. */
const ANY: Literals = [''];

/** `exact`: all texts that the node can match, when few. `gates`: sets of which each has one in it. */
interface Need {
  readonly exact: Literals | undefined;
  readonly gates: readonly Literals[];
}
const NOTHING: Need = { exact: undefined, gates: [] };
const exactly = (exact: Literals): Need => ({ exact, gates: [] });

/** Every head followed by every tail; undefined when there are too many. */
const cross = (heads: Literals, tails: Literals): Literals | undefined =>
  heads.length * tails.length > MAX_STARTS ? undefined : [...new Set(heads.flatMap((head) => tails.map((tail) => head + tail)))];

/** Without texts that begin with another. */
function briefest(texts: Literals): Literals {
  const kept: string[] = [];
  for (const text of [...texts].sort()) {
    const last = kept.at(-1);
    if (last === undefined || !text.startsWith(last)) kept.push(text);
  }
  return kept;
}

/** Heads and what may follow them, as far as that is worth it. */
function extend(heads: Literals, tails: Literals): Literals {
  const longest = cross(heads, tails) ?? cross(heads, briefest(tails.map((tail) => tail.slice(0, 1)))) ?? heads;
  return briefest(longest.map((text) => text.slice(0, LONG)));
}

/** All of two sets of beginnings, shortened until they are few enough. */
function either(a: Literals, b: Literals): Literals {
  for (const length of LENGTHS) {
    const both = briefest([...a, ...b].map((text) => text.slice(0, length)));
    if (both.length <= MAX_STARTS) return both;
  }
  return ANY;
}

/**
 * As the prefilter reads: lower case, a line break as a line feed, other white space as a space, which stands for any. Undefined for
 * letters outside ASCII that have two cases, which engines fold in ways of their own.
 */
function asRead(codePoint: number): string | undefined {
  const char = String.fromCodePoint(codePoint);
  if (/[\n\r\u2028\u2029]/.test(char)) return '\n';
  if (/\s/.test(char)) return ' ';
  const lower = char.toLowerCase();
  return codePoint > 127 && lower !== char.toUpperCase() ? undefined : lower;
}

function ofClass(node: AST.CharacterClass): Need {
  if (node.negate) return NOTHING;
  const members = new Set<string | undefined>();
  for (const element of node.elements) {
    if (element.type === 'Character') members.add(asRead(element.value));
    else if (element.type === 'CharacterSet' && element.kind === 'space' && !element.negate) members.add(' ');
    else if (element.type === 'CharacterSet' && element.kind === 'digit' && !element.negate)
      for (const digit of '0123456789') members.add(digit);
    else if (element.type === 'CharacterClassRange' && element.max.value - element.min.value < MAX_RANGE) {
      for (let code = element.min.value; code <= element.max.value; code++) members.add(asRead(code));
    } else return NOTHING;
  }
  const known = [...members].filter((member) => member !== undefined);
  const isRare = known.length <= MAX_CLASS || !known.some((member) => /[a-z0-9]/.test(member));
  return known.length === members.size && known.length > 0 && isRare ? exactly(known) : NOTHING;
}

/** What a node begins with, when what stands after it begins with one of `rest`. */
function startsOf(node: AST.Element, rest: Literals): Literals {
  if (node.type === 'Group' || node.type === 'CapturingGroup')
    return node.alternatives.map(({ elements }) => elements.reduceRight((after, element) => startsOf(element, after), rest)).reduce(either);
  if (node.type !== 'Quantifier') return extend(ofNode(node).exact ?? ANY, ofNode(node).exact === undefined ? ANY : rest);
  let starts = rest;
  if (node.min > MAX_REPEATS) starts = ANY;
  else if (node.max > node.min) starts = either(startsOf(node.element, node.max === 1 ? rest : ANY), rest);
  for (let i = 0; i < Math.min(node.min, MAX_REPEATS); i++) starts = startsOf(node.element, starts);
  return starts;
}

function ofQuantifier(node: AST.Quantifier, edge: boolean): Need {
  const { exact: once, gates } = ofNode(node.element, node.max === 1 && edge);
  if (node.min === 0) return once !== undefined && node.max === 1 ? exactly([...new Set(['', ...once])]) : NOTHING;
  const known = once === undefined ? gates : narrowest([...gates, once]);
  if (once === undefined || node.min !== node.max || node.min > MAX_REPEATS) return { exact: undefined, gates: known };
  let exact: Literals | undefined = [''];
  for (let i = 0; i < node.min && exact !== undefined; i++) exact = cross(exact, once);
  return { exact, gates: known };
}

/** A single character: what follows it is told better together with it. */
const isFixed = (element: AST.Element | undefined): boolean => element?.type === 'Character';

/** What each element and all after it begin with, from the last element to the first. */
function startsInSequence(elements: readonly AST.Element[]): readonly Literals[] {
  const found: Literals[] = [];
  elements.reduceRight((rest, element) => {
    const starts = startsOf(element, rest);
    found.unshift(starts);
    return starts;
  }, ANY);
  return found;
}

/** `edge`: a word at the beginning stands at a word's edge. */
function ofSequence({ elements }: AST.Alternative, edge: boolean): Need {
  let exact: Literals | undefined = [''];
  const starts = startsInSequence(elements);
  const gates: Literals[] = [];
  let atWordsEdge = edge;
  for (const [index, element] of elements.entries()) {
    const need = ofNode(element, atWordsEdge);
    exact = exact === undefined || need.exact === undefined ? undefined : cross(exact, need.exact);
    gates.push(...need.gates);
    if (!isFixed(elements[index - 1])) gates.push(atEdge(starts[index] ?? ANY, atWordsEdge));
    atWordsEdge = leavesEdge(element, atWordsEdge);
  }
  return { exact, gates: narrowest(gates) };
}

/** Each alternative has its own gates; together they ask for one of the first sets, and one of the second sets, ... */
function ofAlternatives(alternatives: readonly AST.Alternative[], edge: boolean): Need {
  const needs = alternatives.map((alternative) => ofSequence(alternative, edge));
  const [first] = needs;
  if (needs.length === 1 && first !== undefined) return first;
  const union = (sets: readonly (Literals | undefined)[]): Literals | undefined =>
    sets.every((set) => set !== undefined) ? minimal(sets.flat()) : undefined;
  const gates = [0, 1, 2].map((index) => union(needs.map((need) => need.gates[index] ?? need.gates[0])));
  const exacts = needs.every((need) => need.exact !== undefined) ? [...new Set(needs.flatMap((need) => need.exact ?? []))] : undefined;
  return {
    exact: exacts !== undefined && exacts.length <= MAX_STARTS ? exacts : undefined,
    gates: narrowest(gates.filter((set) => set !== undefined)),
  };
}

function ofNode(node: AST.Element, edge = false): Need {
  switch (node.type) {
    case 'Character': {
      const char = asRead(node.value);
      return char === undefined ? NOTHING : exactly([char]);
    }
    case 'CharacterClass':
      return ofClass(node);
    case 'CharacterSet':
      return node.kind === 'space' && !node.negate ? exactly([' ']) : NOTHING;
    case 'Assertion':
      return exactly(['']);
    case 'Group':
    case 'CapturingGroup':
      return ofAlternatives(node.alternatives, edge);
    case 'Quantifier':
      return ofQuantifier(node, edge);
    default:
      return NOTHING;
  }
}

/** Escapes that JavaScript would read as plain letters although the author meant something (`\A`, `\z`, `\h`). */
const FOREIGN = /\\(?:\\|[^\\])/g;
const isForeign = (source: string): boolean =>
  [...source.matchAll(FOREIGN)].some(([sequence]) => /^\\[A-Za-z]$/.test(sequence) && !/^\\[dDwWsSbBtnrvfxuck]$/.test(sequence));

/** Facts of a pattern in JavaScript's syntax; undefined when it is not that (it may still be re2's). */
export function factsOf(source: string): PatternFacts | undefined {
  if (isForeign(source)) return undefined;
  try {
    const pattern = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(source);
    const need = ofAlternatives(pattern.alternatives, false);
    const ends = (kind: 'start' | 'end'): boolean =>
      pattern.alternatives.some((alternative) =>
        alternative.elements.some((element) => element.type === 'Assertion' && element.kind === kind),
      );
    return {
      gates: need.gates,
      anchoredStart: ends('start') || source.includes('(^'),
      anchoredEnd: ends('end') || source.includes('$)'),
    };
  } catch {
    return undefined;
  }
}
