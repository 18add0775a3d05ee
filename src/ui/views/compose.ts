import type { Rect } from '../layout.ts';
import { cutLine, lineWidth, space } from '../line.ts';
import type { StyledLine } from '../styled.ts';

/** A panel's lines and where they stand. */
export interface Block {
  readonly rect: Rect;
  readonly lines: readonly StyledLine[];
}

/** Blocks that do not overlap as the full lines of `region`; what no block covers is blank. */
export function composeBlocks(blocks: readonly Block[], region: Rect): StyledLine[] {
  return Array.from({ length: region.height }, (_, i) => {
    const y = region.y + i;
    const here = blocks.filter(({ rect }) => y >= rect.y && y < rect.y + rect.height).sort((a, b) => a.rect.x - b.rect.x);
    let line: StyledLine = [];
    for (const { rect, lines } of here) {
      const cut = cutLine(lines[y - rect.y] ?? [], 0, rect.width);
      line = [...line, space(rect.x - region.x - lineWidth(line)), ...cut];
    }
    return [...line, space(region.width - lineWidth(line))];
  });
}

/** The part of full lines that `hole` leaves in sight: above, left, right and below it. */
export function around(
  lines: readonly StyledLine[],
  region: Rect,
  hole: Rect,
): { above: StyledLine[]; left: StyledLine[]; right: StyledLine[]; below: StyledLine[] } {
  const top = hole.y - region.y;
  const beside = lines.slice(top, top + hole.height);
  return {
    above: lines.slice(0, top),
    left: beside.map((line) => cutLine(line, 0, hole.x - region.x)),
    right: beside.map((line) => cutLine(line, hole.x - region.x + hole.width, region.width)),
    below: lines.slice(top + hole.height),
  };
}
