import { tn } from '../../lang/lang.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { cutLineEnd, lineWidth, onGround, seg, space } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from './drawing.ts';

export interface OverlayOptions {
  readonly title: string;
  readonly note: string;
  readonly rect: Rect;
  /** Lines that always stay in sight. */
  readonly head?: readonly StyledLine[];
  readonly lines: readonly StyledLine[];
  readonly scroll: number;
}

/** Cells of text in an overlay of this width. */
export const overlayCells = (rect: Rect): number => rect.width - 6;
const MARGIN_ROWS = 3;

/** Rows of `lines` in sight below `head`. */
export const overlayRows = (rect: Rect, head: readonly StyledLine[] = []): number => Math.max(1, rect.height - MARGIN_ROWS - head.length);

/** Cells around title and note in a box's upper edge: a hairline and two blanks each, one hairline between. */
const EDGE_MARGIN = 7;

/** Title and note of a box. Where there is no room for both whole, the note gets half at most, and both are cut rather than left out. */
function topLine(title: string, note: string, { cells, hairline }: { cells: number; hairline: string }): StyledLine {
  const room = cells - EDGE_MARGIN;
  const shownNote = cutEnd(note, Math.max(Math.floor(room / 2), room - textWidth(title)));
  const shownTitle = cutEnd(title, room - textWidth(shownNote));
  const heading = [seg(hairline, 'rule'), seg(` ${shownTitle} `, 'accent', { bold: true })];
  if (shownNote === '') return heading;
  const gap = cells - lineWidth(heading) - textWidth(shownNote) - 3;
  return [...heading, seg(hairline.repeat(Math.max(1, gap)), 'rule'), seg(` ${shownNote} `, 'dim'), seg(hairline, 'rule')];
}

/** A raised box with a title, drawn over the live screen; what does not fit is scrolled. */
export function overlayView({ title, note, rect, head = [], lines, scroll }: OverlayOptions, { glyphs }: Drawing): StyledLine[] {
  const rows = overlayRows(rect, head);
  const from = Math.max(0, Math.min(scroll, lines.length - rows));
  const below = Math.max(0, lines.length - from - rows);
  const shown = [[], ...head, ...lines.slice(from, from + rows)];
  const { corners, hairline, vertical } = glyphs;
  const edge = (left: string, words: StyledLine, right: string): StyledLine => {
    const fill = rect.width - 2 - lineWidth(words);
    return [seg(left, 'rule'), ...words, seg(hairline.repeat(Math.max(0, fill)), 'rule'), seg(right, 'rule')];
  };
  const top = topLine(title, note, { cells: rect.width - 2, hairline });
  const more = below > 0 ? [seg(hairline, 'rule'), seg(` ${tn(below, '{n} more row', '{n} more rows')} ${glyphs.down} `, 'dim')] : [];
  const body = Array.from({ length: rect.height - 2 }, (_, i): StyledLine => {
    const line = cutLineEnd(shown[i] ?? [], overlayCells(rect));
    return [seg(vertical, 'rule'), space(2), ...line, space(rect.width - 4 - lineWidth(line)), seg(vertical, 'rule')];
  });
  return [edge(corners.topLeft, top, corners.topRight), ...body, edge(corners.bottomLeft, more, corners.bottomRight)].map((line) =>
    onGround(line, rect.width, 'raised'),
  );
}
