import { type Row, SURE_WIDTH } from './cells.ts';
import type { StyleTable } from './sgr.ts';

/** What is being written: the pen's style is undefined when nothing is known of it. */
export interface Pen {
  style: number | undefined;
}

/** A gap of unchanged cells up to this wide is written again when that needs no change of style: jumping over it costs as much. */
const SHORT_GAP = 5;

/** What turns row `y` (from 0) of the terminal from `before` into `after`; `''` when nothing differs. Moves the pen along. */
export function diffRow(before: Row, after: Row, { y, pen, styles }: { y: number; pen: Pen; styles: StyleTable }): string {
  const changed = changedCells(before, after);
  let out = '';
  // Column where the terminal's cursor stands, -1 when not in this row or not sure.
  let cursor = -1;
  let started = false;
  for (let x = 0; x < after.texts.length; x += 1) {
    if (changed[x] !== 1) continue;
    const text = after.texts[x] ?? ' ';
    if (text === '') continue;
    if (cursor !== x) {
      out +=
        cursor >= 0 && canBridge(after, { from: cursor, to: x, pen, styles })
          ? after.texts.slice(cursor, x).join('')
          : move(x, started ? -1 : y);
      started = true;
    }
    const sequence = penTo(after.styles[x] ?? 0, { text, pen, styles });
    const sure = isSure(text);
    // Where a terminal takes a wide character for a narrow one, its second cell must not keep what stood there.
    out += !sure && after.texts[x + 1] === '' ? `${sequence}  ${move(x, -1)}${text}` : sequence + text;
    cursor = sure ? x + (after.texts[x + 1] === '' ? 2 : 1) : -1;
    // At the last column terminals differ about where the cursor stands.
    if (cursor >= after.texts.length) cursor = -1;
  }
  return out;
}

/** To column `x` of this row, or of row `y`. CUP and CHA of ECMA-48. */
function move(x: number, y: number): string {
  if (y < 0) return `\x1b[${x === 0 ? '' : x + 1}G`;
  return x === 0 ? `\x1b[${y + 1}H` : `\x1b[${y + 1};${x + 1}H`;
}

function penTo(style: number, { text, pen, styles }: { text: string; pen: Pen; styles: StyleTable }): string {
  if (pen.style === style || (text === ' ' && pen.style !== undefined && styles.blank(pen.style) === style)) return '';
  const sequence = styles.transition(pen.style, style);
  pen.style = style;
  return sequence;
}

function canBridge(row: Row, { from, to, pen, styles }: { from: number; to: number; pen: Pen; styles: StyleTable }): boolean {
  if (to - from > SHORT_GAP || pen.style === undefined) return false;
  for (let x = from; x < to; x += 1) {
    const text = row.texts[x] ?? '';
    if (text.length !== 1 || text > '~') return false;
    if (row.styles[x] !== pen.style && !(text === ' ' && styles.blank(pen.style) === row.styles[x])) return false;
  }
  return true;
}

/** 1 for every cell to write. Wide characters are written whole, and what half of one is overwritten is written anew. */
function changedCells(before: Row, after: Row): Uint8Array {
  const { length } = after.texts;
  const changed = new Uint8Array(length);
  for (let x = 0; x < length; x += 1) {
    if (after.texts[x] !== before.texts[x] || after.styles[x] !== before.styles[x]) changed[x] = 1;
  }
  for (let x = 0; x + 1 < length; x += 1) if (changed[x] === 1 && joins(before, after, x)) changed[x + 1] = 1;
  for (let x = length - 2; x >= 0; x -= 1) if (changed[x + 1] === 1 && joins(before, after, x)) changed[x] = 1;
  for (let x = 0; x + 1 < length; x += 1) if (changed[x] === 1 && joins(before, after, x)) changed[x + 1] = 1;
  return changed;
}

/** Whether cells x and x + 1 are halves of one character, before or after, or x is of doubtful width, so that it may reach into x + 1. */
function joins(before: Row, after: Row, x: number): boolean {
  return after.texts[x + 1] === '' || before.texts[x + 1] === '' || !isSure(before.texts[x] ?? '') || !isSure(after.texts[x] ?? '');
}

const isSure = (text: string): boolean =>
  (text.length === 1 && (text <= '~' || (text >= '\u2500' && text <= '\u259f'))) || SURE_WIDTH.test(text);
