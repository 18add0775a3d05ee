import type { Test } from './rule.ts';

/** Stands for Sigma's `?` inside a piece of a pattern. */
export const ANY_CHAR = '\uffff';

/** A Sigma string as literal pieces; between two pieces stood an unescaped `*`. */
export type Pieces = readonly string[];

/**
 * Reads wildcards and escapes: `*` and `?` are wildcards, `\*`, `\?` and `\\` stand for themselves, any other backslash is a backslash
 * (Sigma specification 2.1, "Escaping").
 */
export function piecesOf(value: string): Pieces {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < value.length; i++) {
    const char = value.charAt(i);
    const next = value.charAt(i + 1);
    if (char === '\\' && (next === '*' || next === '?' || next === '\\')) {
      piece += next;
      i++;
    } else if (char === '*') {
      pieces.push(piece);
      piece = '';
    } else piece += char === '?' ? ANY_CHAR : char;
  }
  pieces.push(piece);
  return pieces;
}

export type Position = 'whole' | 'start' | 'end' | 'inside';

/** A text test for pieces at a position; wildcards at the pattern's own ends free that end. */
export function globTest(
  pieces: Pieces,
  options: { readonly position: Position; readonly cased: boolean },
): Extract<Test, { type: 'glob' }> {
  const { position, cased } = options;
  const all = cased ? pieces : pieces.map((piece) => piece.toLowerCase());
  const fromStart = (position === 'whole' || position === 'start') && all[0] !== '';
  const toEnd = (position === 'whole' || position === 'end') && all.at(-1) !== '';
  const wildStart = all.length > 1 && all[0] === '';
  const wildEnd = all.length > 1 && all.at(-1) === '';
  return { type: 'glob', pieces: all.filter((piece) => piece !== ''), fromStart: fromStart && !wildStart, toEnd: toEnd && !wildEnd, cased };
}

/** The three forms that base64 of `value` takes inside base64 of a longer text, without the characters that its neighbours decide. */
export function base64Offsets(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const tail = (offset + bytes.length) % 3;
    return encoded.slice([0, 2, 3][offset], tail === 0 ? undefined : encoded.length - 1);
  });
}
