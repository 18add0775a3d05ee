import { createMarkDropper, dropCarriageReturn, type LineSplitter, MAX_LINE_BYTES, type SplitLines } from './split-rules.ts';

const LF = 0x0a;

/** A line that is not complete yet: its first 64 KiB, and how long it is in truth. */
export class HeldLine {
  #bytes = Buffer.allocUnsafe(1024);
  #kept = 0;
  length = 0;

  add(part: Buffer): void {
    const take = Math.min(part.length, MAX_LINE_BYTES - this.#kept);
    if (this.#kept + take > this.#bytes.length) this.#grow(this.#kept + take);
    part.copy(this.#bytes, this.#kept, 0, take);
    this.#kept += take;
    this.length += part.length;
  }

  /** The line as text; then holds nothing. */
  take(): { text: string; cut: boolean } {
    const result = { text: this.#bytes.toString('utf8', 0, this.#kept), cut: this.length > MAX_LINE_BYTES };
    this.#kept = 0;
    this.length = 0;
    return result;
  }

  #grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.min(MAX_LINE_BYTES, Math.max(needed, this.#bytes.length * 2)));
    this.#bytes.copy(larger, 0, 0, this.#kept);
    this.#bytes = larger;
  }
}

export interface ByteSplitter extends LineSplitter {
  /** Bytes taken since the last LF, discarded ones included: input bytes minus this is the offset after the last complete line. */
  readonly pendingBytes: number;
}

/**
 * The splitter for files: finds LF in the bytes and decodes whole blocks of lines at once.
 * `atStart`: false when the input begins inside a file, where a byte order mark is text.
 */
export function createByteSplitter({ atStart = true }: { atStart?: boolean } = {}): ByteSplitter {
  const held = new HeldLine();
  const dropMark = atStart ? createMarkDropper() : () => {};
  const takeHeld = (lines: string[]): number => {
    const { text, cut } = held.take();
    lines.push(dropCarriageReturn(text));
    return cut ? 1 : 0;
  };
  const takeLines = (chunk: Buffer, lines: string[]): number => {
    let cut = 0;
    let at = 0;
    while (at < chunk.length) {
      // A block of at most 64 KiB that ends with LF cannot hold a line over the limit.
      const last = held.length > 0 ? -1 : chunk.lastIndexOf(LF, at + MAX_LINE_BYTES - 1);
      if (last >= at) {
        for (const line of chunk.toString('utf8', at, last).split('\n')) lines.push(dropCarriageReturn(line));
        at = last + 1;
        continue;
      }
      const lf = chunk.indexOf(LF, at);
      held.add(chunk.subarray(at, lf < 0 ? chunk.length : lf));
      if (lf < 0) break;
      cut += takeHeld(lines);
      at = lf + 1;
    }
    return cut;
  };
  const finish = (lines: string[], cut: number): SplitLines => {
    dropMark(lines);
    return { lines, cut };
  };
  return {
    push(chunk) {
      const lines: string[] = [];
      const cut = takeLines(chunk, lines);
      return finish(lines, cut);
    },
    end() {
      const lines: string[] = [];
      const cut = held.length > 0 ? takeHeld(lines) : 0;
      return finish(lines, cut);
    },
    get pendingBytes() {
      return held.length;
    },
  };
}
