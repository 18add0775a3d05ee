import type { BaselineKind } from '../model/history.ts';

/** A value as the filter language takes it whatever it holds. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;

/** The longest piece of a normalised path that holds no placeholder: what a `contains` can look for. */
function literalPiece(path: string): string {
  return path.split('#').reduce((longest, piece) => (piece.length > longest.length ? piece : longest), '');
}

/** Filter language text that shows the lines of a row; `''` where a filter cannot tell them. */
export function filterFor(kind: BaselineKind, text: string): string {
  switch (kind) {
    case 'path':
      return text.includes('#') || text.length >= 100 ? `path:${quoted(literalPiece(text))}` : `path=${quoted(text)}`;
    case 'agent':
      return text === '-' ? '' : `ua:${quoted(literalPiece(text))}`;
    case 'network':
    case 'actor':
      return `ip:${quoted(text)}`;
    case 'status':
      return `status:${text}`;
    case 'family':
      return `family:${text}`;
    default:
      return '';
  }
}
