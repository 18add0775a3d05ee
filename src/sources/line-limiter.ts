import { MAX_LINE_BYTES } from './split-rules.ts';

const LF = 0x0a;

/** Passes bytes on, but of each line no more than so many; keeps no bytes itself. */
export interface LineLimiter {
  /** The bytes to hand on (pieces of `chunk`), and how many cut lines ended in it. */
  push(chunk: Buffer): { readonly pieces: readonly Buffer[]; readonly cut: number };
  /** True when bytes came after the last LF. */
  readonly inLine: boolean;
  /** True when the line begun last is already over the limit. */
  readonly over: boolean;
}

/**
 * split2's own `maxLength` either fails or, with `skipOverflow`, drops an over-long line altogether: one long header would hide a
 * request. So lines are cut before they reach it.
 */
export function createLineLimiter(maxLineBytes = MAX_LINE_BYTES): LineLimiter {
  let lineBytes = 0;
  const pass = (pieces: Buffer[], chunk: Buffer, start: number, end: number): void => {
    const room = Math.max(0, maxLineBytes - lineBytes);
    if (room > 0 && end > start) pieces.push(chunk.subarray(start, Math.min(end, start + room)));
    lineBytes += end - start;
  };
  return {
    push(chunk) {
      if (lineBytes + chunk.length <= maxLineBytes) {
        const last = chunk.lastIndexOf(LF);
        lineBytes = last < 0 ? lineBytes + chunk.length : chunk.length - last - 1;
        return { pieces: [chunk], cut: 0 };
      }
      const pieces: Buffer[] = [];
      let cut = 0;
      let at = 0;
      for (let lf = chunk.indexOf(LF); lf >= 0; lf = chunk.indexOf(LF, at)) {
        pass(pieces, chunk, at, lf);
        if (lineBytes > maxLineBytes) cut += 1;
        pieces.push(chunk.subarray(lf, lf + 1));
        lineBytes = 0;
        at = lf + 1;
      }
      pass(pieces, chunk, at, chunk.length);
      return { pieces, cut };
    },
    get inLine() {
      return lineBytes > 0;
    },
    get over() {
      return lineBytes > maxLineBytes;
    },
  };
}
