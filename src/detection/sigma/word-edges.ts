import type { AST } from '@eslint-community/regexpp';
import { EDGE, type Literals } from './literal-worth.ts';

const WORD = /[a-z0-9_]/i;

/** True for characters that no engine takes for a letter, digit or underscore, whatever the case. */
function isNoWord(codePoint: number): boolean {
  const char = String.fromCodePoint(codePoint);
  return !WORD.test(char) && char.toLowerCase() === char.toUpperCase();
}

function isNoWordClass(node: AST.CharacterClass): boolean {
  if (node.negate) return node.elements.some((element) => element.type === 'CharacterSet' && element.kind === 'word' && !element.negate);
  return node.elements.every((element) => {
    if (element.type === 'Character') return isNoWord(element.value);
    if (element.type === 'CharacterSet') return isNoWordSet(element);
    if (element.type !== 'CharacterClassRange' || element.max.value - element.min.value > 64) return false;
    for (let code = element.min.value; code <= element.max.value; code++) if (!isNoWord(code)) return false;
    return true;
  });
}

const isNoWordSet = (node: { readonly kind: string; readonly negate?: boolean }): boolean =>
  (node.kind === 'space' && node.negate === false) || (node.kind === 'word' && node.negate === true);

/**
 * Whether a word that begins right after the node begins at a word's edge, given whether one would that begins right before it.
 */
export function leavesEdge(node: AST.Element, edge: boolean): boolean {
  switch (node.type) {
    case 'Assertion':
      return node.kind === 'start' || (node.kind === 'word' ? !node.negate : edge);
    case 'Character':
      return isNoWord(node.value);
    case 'CharacterSet':
      return isNoWordSet(node as { kind: string; negate?: boolean });
    case 'CharacterClass':
      return isNoWordClass(node);
    case 'Group':
    case 'CapturingGroup':
      return node.alternatives.every(({ elements }) => elements.reduce((before, element) => leavesEdge(element, before), edge));
    case 'Quantifier':
      return (node.min > 0 || edge) && leavesEdge(node.element, node.max === 1 && edge);
    default:
      return false;
  }
}

/** Marks those of a set of beginnings that are a word's. */
export const atEdge = (starts: Literals, edge: boolean): Literals =>
  edge ? starts.map((start) => (WORD.test(start.charAt(0)) ? EDGE + start : start)) : starts;
