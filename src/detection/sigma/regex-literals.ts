import { type AST, RegExpParser } from '@eslint-community/regexpp';

/** What the syntax tree of a pattern tells about the texts that it matches. */
export interface PatternFacts {
  /** In lower case: every match holds at least one of them. Undefined: nothing can be said. */
  readonly literals: readonly string[] | undefined;
  readonly anchoredStart: boolean;
  readonly anchoredEnd: boolean;
}

const MAX_EXACT = 1024;
const MAX_CLASS = 16;
/** Beyond this length a literal is no rarer. */
const LONG = 6;

/** `exact`: all texts the node can match, when few. `any`: the best set of which one must occur. */
interface Need {
  readonly exact: readonly string[] | undefined;
  readonly any: readonly string[] | undefined;
  /** Texts of which one stands at the node's beginning, where `exact` is not known. */
  readonly start?: readonly string[];
}
const NOTHING: Need = { exact: undefined, any: undefined };

/** Where a literal is looked for decides how rare its characters are: user agents and messages are prose, addresses are not. */
export type Surroundings = 'target' | 'address' | 'prose';

const RARE: Readonly<Record<Surroundings, RegExp>> = {
  target: /[^a-z0-9/.=&_\-:+%?~]/,
  address: /[^a-z0-9/.=&_\-:+%?~]/,
  prose: /[^a-z0-9 /.=&_\-():;,+%?~]/,
};
/** Literals that ordinary lines are full of. */
const COMMON = /^(?:https?(?::\/{0,2})?|html?|\.html?|www\.?|com|php|\.php)$/;

function rarity(literal: string, where: Surroundings): number {
  return where !== 'target' && COMMON.test(literal) ? 1 : Math.min(literal.length, LONG) + (RARE[where].test(literal) ? 3 : 0);
}

/** How much a set of literals narrows: by its commonest member, then by their number. A set with an empty literal is worth nothing. */
export function worth(literals: readonly string[] | undefined, where: Surroundings): number {
  if (literals === undefined || literals.length === 0 || literals.includes('')) return 0;
  return literals.reduce((least, literal) => Math.min(least, rarity(literal, where)), LONG + 3) * 10_000 - Math.min(literals.length, 9999);
}

/** Without literals that hold another of the set. */
export function minimal(literals: readonly string[]): readonly string[] {
  const kept: string[] = [];
  for (const literal of [...new Set(literals)].sort((a, b) => a.length - b.length))
    if (!kept.some((shorter) => literal.includes(shorter))) kept.push(literal);
  return kept;
}

const cross = (heads: readonly string[], tails: readonly string[]): readonly string[] | undefined =>
  heads.length * tails.length > MAX_EXACT ? undefined : [...new Set(heads.flatMap((head) => tails.map((tail) => head + tail)))];

/** Lower case, every white space a space: as the prefilter reads. */
const lower = (codePoint: number): string => String.fromCodePoint(codePoint).toLowerCase().replace(/\s/, ' ');

function ofClass(node: AST.CharacterClass): Need {
  if (node.negate) return NOTHING;
  const members = new Set<string>();
  for (const element of node.elements) {
    if (element.type === 'Character') members.add(lower(element.value));
    else if (element.type === 'CharacterSet' && element.kind === 'space' && !element.negate) members.add(' ');
    else if (element.type === 'CharacterSet' && element.kind === 'digit' && !element.negate)
      for (const digit of '0123456789') members.add(digit);
    else if (element.type === 'CharacterClassRange' && element.max.value - element.min.value < MAX_CLASS) {
      for (let code = element.min.value; code <= element.max.value; code++) members.add(lower(code));
    } else return NOTHING;
  }
  return members.size > 0 && members.size <= MAX_CLASS ? { exact: [...members], any: undefined } : NOTHING;
}

/** Reads needs off a syntax tree, for literals looked for in such surroundings. */
function createReader(where: Surroundings): (alternatives: readonly AST.Alternative[]) => Need {
  /** The better of two sets. */
  const better = (a: readonly string[] | undefined, b: readonly string[] | undefined): readonly string[] | undefined =>
    worth(b, where) > worth(a, where) ? b : worth(a, where) > 0 ? a : undefined;

  const ofQuantifier = (node: AST.Quantifier): Need => {
    const inner = ofNode(node.element);
    if (node.min === 0) return node.max === 1 && inner.exact ? { exact: [...new Set(['', ...inner.exact])], any: undefined } : NOTHING;
    const any = better(inner.any, inner.exact);
    const start = inner.exact ?? inner.start;
    if (node.min !== node.max || inner.exact === undefined || node.min > 8)
      return { exact: undefined, any, ...(start === undefined ? {} : { start }) };
    let exact: readonly string[] | undefined = [''];
    for (let i = 0; i < node.min && exact !== undefined; i++) exact = cross(exact, inner.exact);
    return { exact, any };
  };

  const ofSequence = (alternative: AST.Alternative): Need => {
    let run: readonly string[] = [''];
    let start: readonly string[] | undefined;
    let best: readonly string[] | undefined;
    for (const element of alternative.elements) {
      const need = ofNode(element);
      const joined = need.exact === undefined ? undefined : cross(run, need.exact);
      if (joined !== undefined) {
        best = better(best, need.any);
        run = joined;
        continue;
      }
      const ahead = need.start === undefined ? undefined : cross(run, need.start);
      best = better(better(best, need.any), better(run, ahead));
      start ??= ahead ?? run;
      run = need.exact ?? [''];
    }
    return start === undefined ? { exact: run, any: best } : { exact: undefined, any: better(best, run), start };
  };

  const ofAlternatives = (alternatives: readonly AST.Alternative[]): Need => {
    const needs = alternatives.map(ofSequence);
    const union = (sets: readonly (readonly string[] | undefined)[]): readonly string[] | undefined =>
      sets.every((set) => set !== undefined) ? [...new Set(sets.flat())] : undefined;
    const exact = union(needs.map((need) => need.exact));
    const start = union(needs.map((need) => need.exact ?? need.start));
    const any = union(needs.map((need) => better(need.any, better(need.exact, need.start))));
    if (exact !== undefined && exact.length <= MAX_EXACT) return { exact, any };
    return { exact: undefined, any, ...(start === undefined || start.length > MAX_EXACT ? {} : { start }) };
  };

  const ofNode = (node: AST.Element): Need => {
    switch (node.type) {
      case 'Character':
        return { exact: [lower(node.value)], any: undefined };
      case 'CharacterClass':
        return ofClass(node);
      case 'CharacterSet':
        return node.kind === 'space' && !node.negate ? { exact: [' '], any: undefined } : NOTHING;
      case 'Assertion':
        return { exact: [''], any: undefined };
      case 'Group':
      case 'CapturingGroup':
        return ofAlternatives(node.alternatives);
      case 'Quantifier':
        return ofQuantifier(node);
      default:
        return NOTHING;
    }
  };

  return (alternatives) => {
    const need = ofAlternatives(alternatives);
    return { exact: need.exact, any: better(need.any, better(need.exact, need.start)) };
  };
}

/** Escapes that JavaScript would read as plain letters although the author meant something (`\A`, `\z`, `\h`). */
const FOREIGN = /\\(?:\\|[^\\])/g;
const isForeign = (source: string): boolean =>
  [...source.matchAll(FOREIGN)].some(([sequence]) => /^\\[A-Za-z]$/.test(sequence) && !/^\\[dDwWsSbBtnrvfxuck]$/.test(sequence));

/**
 * Facts of a pattern in JavaScript's syntax; undefined when it is not that (it may still be re2's).
 */
export function factsOf(source: string, where: Surroundings = 'prose'): PatternFacts | undefined {
  if (isForeign(source)) return undefined;
  try {
    const pattern = new RegExpParser({ ecmaVersion: 2023 }).parsePattern(source);
    const literals = createReader(where)(pattern.alternatives).any;
    const ends = (kind: 'start' | 'end'): boolean =>
      pattern.alternatives.some((alternative) =>
        alternative.elements.some((element) => element.type === 'Assertion' && element.kind === kind),
      );
    return {
      literals: literals === undefined ? undefined : minimal(literals),
      anchoredStart: ends('start') || source.includes('(^'),
      anchoredEnd: ends('end') || source.includes('$)'),
    };
  } catch {
    return undefined;
  }
}
