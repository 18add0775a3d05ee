/**
 * A set of texts of which at least one must occur: in lower case, a line break as a line feed, a space for any white space, and
 * {@link EDGE} in front of one that begins a word.
 */
export type Literals = readonly string[];

/** Stands before a literal that no letter, digit or underscore may stand before in the text. */
export const EDGE = '\ufffe';

/** More literals than this in one set would only fill the automaton. */
const MAX_LITERALS = 2500;
/** Sets of one pattern that are asked for at most. */
const MAX_GATES = 3;
/** A set of more literals than this makes do with their beginnings. */
const FEW = 48;
const BRIEF = 7;
/** What stands in ordinary lines. */
const ORDINARY =
  'mozilla/5.0 (windows nt 10.0; win64; x64) (x11; linux x86_64; rv:1 (macintosh; intel mac os x 10_15_7) (compatible; ' +
  'applewebkit/537.36 (khtml, like gecko) chrome/ firefox/ version/ mobile safari/605.1.15 +http://www. https:// .com/ index.html ' +
  '/images/ /image/ /css/ /js/ /assets/ /static/ /files/ /img/ utm_source= content action function font select search product';
const SYNTAX = /[^a-z0-9 /.=&_\-():;,+%?~]/;
const LETTERS = /[a-z0-9 ./_-]/;

/** A rough guess at how often an ordinary text holds a literal. */
function chance(marked: string): number {
  const edge = marked.startsWith(EDGE);
  const literal = edge ? marked.slice(1) : marked;
  if (literal.length === 1) return SYNTAX.test(literal) ? 0.05 : LETTERS.test(literal) ? 1 : 0.5;
  if (ORDINARY.includes(edge ? ` ${literal}` : literal)) return 1;
  return 3 ** -literal.length * (SYNTAX.test(literal) ? 0.1 : 1) * (edge ? 0.2 : 1);
}

/** How much a set of literals narrows, from 0 for nothing. A set with an empty literal is worth nothing. */
export function worth(literals: Literals | undefined): number {
  if (literals === undefined || literals.length === 0 || literals.length > MAX_LITERALS || literals.includes('')) return 0;
  return Math.max(0.01, 1 - Math.log2(literals.reduce((sum, literal) => sum + chance(literal), 0)));
}

/** Of sets that must all hold: how much they narrow together. */
export const worthOfAll = (gates: readonly Literals[]): number => gates.reduce((sum, set) => sum + worth(set), 0);

/** Without literals that hold another of the set. */
export function minimal(literals: Literals): Literals {
  const kept: string[] = [];
  for (const literal of [...new Set(literals)].sort((a, b) => a.length - b.length))
    if (!kept.some((shorter) => literal.includes(shorter))) kept.push(literal);
  return kept;
}

const brief = (set: Literals): Literals => minimal(set.length > FEW ? set.map((literal) => literal.slice(0, BRIEF)) : set);

/** True when whatever satisfies `a` satisfies `b` too. */
const implies = (a: Literals, b: Literals): boolean => a.every((literal) => b.some((part) => literal.includes(part)));

/** Less than this is in nearly every text: asked for only when there is nothing else. */
const COMMON = 1;

/** The sets that narrow most, the best first, without those that say nothing more. */
export function narrowest(sets: readonly Literals[]): readonly Literals[] {
  const kept: Literals[] = [];
  const useful = sets.map(brief).filter((set) => worth(set) > 0);
  for (const set of useful.sort((a, b) => worth(b) - worth(a))) {
    if (kept.length === MAX_GATES || (kept.length > 0 && worth(set) < COMMON)) break;
    if (!kept.some((better) => implies(better, set))) kept.push(set);
  }
  return kept;
}
