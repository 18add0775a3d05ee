/**
 * Offsets of a decoding step: for every UTF-16 unit of the text after the step, where it came from in the text before it. Only
 * computed after a match, to mark it in the field as logged.
 */
export type Offsets = number[];

/** Writes `text`, which came from `at` units into the matched piece. */
export type Emit = (text: string, at: number) => void;

/** Replaces one matched piece by calling `emit`; returns false to leave the piece as it is. */
export type Replace = (piece: string, emit: Emit) => boolean;

/**
 * Rewrites every match of a global, linear pattern. Returns the very same string when nothing changed.
 */
export function rewrite(
  text: string,
  pattern: RegExp,
  options: { readonly replace: Replace; readonly offsets?: Offsets | undefined },
): string {
  const { replace, offsets } = options;
  if (offsets === undefined && text.search(pattern) < 0) return text;
  let out = '';
  let done = 0;
  let pieceStart = 0;
  let pending = '';
  let pendingAt: number[] = [];
  const emit: Emit = (piece, at) => {
    pending += piece;
    if (offsets) for (let i = 0; i < piece.length; i++) pendingAt.push(pieceStart + at);
  };
  for (const match of text.matchAll(pattern)) {
    pieceStart = match.index;
    pending = '';
    pendingAt = [];
    const piece = match[0];
    if (!replace(piece, emit) || pending === piece) continue;
    out += text.slice(done, pieceStart) + pending;
    if (offsets) {
      for (let i = done; i < pieceStart; i++) offsets.push(i);
      for (const at of pendingAt) offsets.push(at);
    }
    done = pieceStart + piece.length;
  }
  if (offsets) for (let i = done; i < text.length; i++) offsets.push(i);
  return done === 0 ? text : out + text.slice(done);
}
