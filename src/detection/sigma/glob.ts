import type { Found } from '../regex.ts';
import type { Test } from './rule.ts';
import { ANY_CHAR } from './values.ts';

/** Where a piece with `?` in it stands at exactly this offset. */
function fitsAt(text: string, piece: string, at: number): boolean {
  if (at < 0 || at + piece.length > text.length) return false;
  for (let i = 0; i < piece.length; i++) if (piece.charAt(i) !== ANY_CHAR && piece.charAt(i) !== text.charAt(at + i)) return false;
  return true;
}

function indexOf(text: string, piece: string, from: number): number {
  if (!piece.includes(ANY_CHAR)) return text.indexOf(piece, from);
  for (let at = from; at + piece.length <= text.length; at++) if (fitsAt(text, piece, at)) return at;
  return -1;
}

/** Where a wildcard pattern matches; each piece is taken as early as it can stand, which is enough for `*`. */
export function findGlob(text: string, glob: Extract<Test, { type: 'glob' }>): Found | undefined {
  const { pieces, fromStart, toEnd } = glob;
  let start = -1;
  let from = 0;
  for (const [index, piece] of pieces.entries()) {
    const last = index === pieces.length - 1;
    let at: number;
    if (index === 0 && fromStart) at = fitsAt(text, piece, 0) ? 0 : -1;
    else if (last && toEnd)
      at = text.length - piece.length >= from && fitsAt(text, piece, text.length - piece.length) ? text.length - piece.length : -1;
    else at = indexOf(text, piece, from);
    if (at < 0 || (last && toEnd && at + piece.length !== text.length)) return undefined;
    if (start < 0) start = at;
    from = at + piece.length;
  }
  return { start: Math.max(start, 0), end: from };
}
