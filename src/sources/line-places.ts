import { fingerprintOf } from './fingerprint.ts';

const LF = 0x0a;

/** A piece of a file whose lines were handed on. */
export interface FilePiece {
  /** As they were read. */
  readonly bytes: Buffer;
  /** Where in the file `bytes` stand. */
  readonly offset: number;
  /** Where the first line of the piece begins, which may be before `offset`. */
  readonly firstLine: number;
  /** The first bytes of the file, at most 256. */
  readonly head: Buffer;
}

/**
 * Tells where the lines of a piece begin: the offset, and the fingerprint of what the file begins with up to there. The same however the file is
 * cut into pieces, in a file that was renamed, and in a copy. Looks for line ends only when it is asked, and goes on where it stopped.
 */
export function createLinePlaces({ bytes, offset, firstLine, head }: FilePiece): (index: number) => string {
  let line = 0;
  let at = 0;
  let whole: string | undefined;
  const fingerprintBefore = (begin: number): string => {
    if (begin < head.length) return fingerprintOf(head.subarray(0, begin));
    whole ??= fingerprintOf(head);
    return whole;
  };
  return (index) => {
    if (index < line) {
      line = 0;
      at = 0;
    }
    for (; line < index; line++) {
      const end = bytes.indexOf(LF, at);
      at = end < 0 ? bytes.length : end + 1;
    }
    const begin = line === 0 ? firstLine : offset + at;
    return `${fingerprintBefore(begin)}@${begin}`;
  };
}
