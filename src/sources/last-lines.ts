const LF = 0x0a;
const BLOCK_BYTES = 65_536;
/** How far back history is looked for at most. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Reads up to `length` bytes at `position`. */
export type ReadAt = (position: number, length: number) => Promise<Buffer>;

/**
 * Where the last `lines` complete lines of a file begin (after the last LF for 0), looked for backwards in blocks of 64 KiB and no further
 * back than 64 MiB: then it is the first line that begins inside these. A half line at the end of the file does not count.
 */
export async function offsetOfLastLines(read: ReadAt, size: number, lines: number): Promise<number> {
  const floor = Math.max(0, size - MOST_BYTES);
  let wanted = lines + 1;
  let earliest = -1;
  for (let end = size; end > floor; ) {
    const start = Math.max(floor, end - BLOCK_BYTES);
    const block = await read(start, end - start);
    for (let at = block.lastIndexOf(LF); at >= 0; at = at === 0 ? -1 : block.lastIndexOf(LF, at - 1)) {
      earliest = start + at + 1;
      wanted -= 1;
      if (wanted === 0) return earliest;
    }
    end = start;
  }
  if (floor === 0) return 0;
  return earliest < 0 ? size : earliest;
}
