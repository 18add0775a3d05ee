import { createByteSplitter } from '../byte-splitter.ts';
import type { LineBatch } from '../source.ts';
import type { SplitLines } from '../split-rules.ts';
import type { Framer } from './framer.ts';
import { beginsWithCount, createOctetFrames } from './octet-frames.ts';

/**
 * Lines of text, JSON or syslog, each ended by LF, or syslog messages counted in bytes; both framings of RFC 6587, told apart by the first bytes of
 * the connection.
 */
export function createLineFramer(): Framer {
  const splitter = createByteSplitter();
  const frames = createOctetFrames();
  let counted: boolean | undefined;
  let first = Buffer.alloc(0);
  let proven = false;
  const batch = ({ lines, cut }: SplitLines, bytes: number): LineBatch[] => {
    if (lines.length > 0) proven = true;
    return [{ lines, cut, bytes }];
  };
  const pushCounted = (chunk: Buffer): SplitLines => {
    const framed = frames.push(chunk);
    const rest = frames.rest();
    if (rest === undefined) return framed;
    counted = false;
    const more = splitter.push(rest);
    return { lines: [...framed.lines, ...more.lines], cut: framed.cut + more.cut };
  };
  return {
    push(chunk) {
      if (counted === undefined) {
        first = Buffer.concat([first, chunk]);
        counted = beginsWithCount(first);
        if (counted === undefined) return [{ lines: [], cut: 0, bytes: chunk.length }];
      }
      const bytes = first.length > 0 ? first : chunk;
      first = Buffer.alloc(0);
      return batch(counted ? pushCounted(bytes) : splitter.push(bytes), chunk.length);
    },
    end() {
      const begun = first.length > 0 ? splitter.push(first) : { lines: [], cut: 0 };
      const parts = [begun, frames.end(), splitter.end()];
      return batch({ lines: parts.flatMap(({ lines }) => lines), cut: parts.reduce((sum, { cut }) => sum + cut, 0) }, 0);
    },
    get proven() {
      return proven;
    },
    failure: undefined,
    get heldBytes() {
      return splitter.pendingBytes + frames.heldBytes;
    },
  };
}
