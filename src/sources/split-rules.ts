/**
 * The rules by which bytes become lines, alike for live streams and for files:
 * - LF ends a line; so does the end of the input, when bytes came after the last LF.
 * - One CR at the end of a line is dropped. Empty lines are lines.
 * - A line of more than 64 KiB (CR included, LF not) is cut to its first 64 KiB and counted; its rest is discarded.
 * - Invalid UTF-8 becomes U+FFFD, one for each maximal subpart (Unicode 15, section 3.9); NUL is kept.
 * - A byte order mark before the first line is dropped.
 */
export const MAX_LINE_BYTES = 65_536;

/** Lines that became complete, and how many of them were cut. */
export interface SplitLines {
  readonly lines: string[];
  readonly cut: number;
}

/** Bytes in, lines out, in memory that does not grow with the input. */
export interface LineSplitter {
  push(chunk: Buffer): SplitLines;
  /** The end of the input: the last line, when it has no LF. */
  end(): SplitLines;
}

export const dropCarriageReturn = (line: string): string => (line.charCodeAt(line.length - 1) === 0x0d ? line.slice(0, -1) : line);

/** Drops the byte order mark of the first line there is; call it with every run of lines. */
export function createMarkDropper(): (lines: string[]) => void {
  let first = true;
  return (lines) => {
    const line = lines[0];
    if (!first || line === undefined) return;
    first = false;
    if (line.charCodeAt(0) === 0xfeff) lines[0] = line.slice(1);
  };
}
