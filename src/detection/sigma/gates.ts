import { searchableGates } from '../prefilter.ts';
import { STRUCTURES } from '../structure/structures.ts';
import type { FieldMeaning } from './fields.ts';
import type { Literals } from './literal-worth.ts';
import type { Test } from './rule.ts';
import { ANY_CHAR } from './values.ts';

/** Sets of literals of which each must have one in a text. */
export type Gates = readonly Literals[];

const NO_GATES: Gates = [];
/** Literals of one wildcard pattern that are looked for. */
const MAX_PIECES = 3;

/** What must stand in a text for a test to hold in it; empty when nothing can be said. */
export function gatesOf(test: Test): Gates {
  if (test.type === 'regex') return searchableGates(test.gates ?? NO_GATES);
  if (test.type !== 'glob') return NO_GATES;
  const literals = test.pieces.flatMap((piece) => piece.toLowerCase().split(ANY_CHAR)).filter((literal) => literal !== '');
  const longest = literals.sort((a, b) => b.length - a.length).slice(0, MAX_PIECES);
  return searchableGates(longest.map((literal) => [literal]));
}

/** What must stand in a text for it to have a structure at all. */
export function gatesOfStructure(meaning: FieldMeaning): Gates {
  if (meaning.type !== 'text' || meaning.structure === undefined) return NO_GATES;
  return searchableGates([[...new Set(STRUCTURES[meaning.structure].needed.flatMap((part) => part.literals))]]);
}
