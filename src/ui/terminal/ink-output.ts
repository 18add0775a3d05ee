import { textWidth } from '../../text/width.ts';
import { SURE_WIDTH } from './cells.ts';

/** Marks a transform whose lines are exactly as wide as the placeholder's, and end with a reset. */
export const EXACT_WIDTH: unique symbol = Symbol.for('secmon.exact-width');

type Transformer = ((line: string, index: number) => string) & { readonly [EXACT_WIDTH]?: boolean };
interface Clip {
  readonly x1?: number | undefined;
  readonly x2?: number | undefined;
  readonly y1?: number | undefined;
  readonly y2?: number | undefined;
}
type Operation =
  | { readonly type: 'write'; readonly x: number; readonly y: number; readonly text: string; readonly transformers: readonly Transformer[] }
  | { readonly type: 'clip'; readonly clip: Clip }
  | { readonly type: 'unclip' };

/** What Ink 6.8.0's `Output` holds when a frame is put together. */
export interface InkOutput {
  readonly width: number;
  readonly height: number;
  readonly operations: readonly Operation[];
}

interface Piece {
  readonly x: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The frame of an Ink output by plain concatenation: Ink itself cuts every line into characters and joins them again, which is nearly all of a
 * frame's cost. Undefined when pieces overlap, leave the frame or are clipped; then Ink's own way must be taken.
 */
export function concatenateOutput({ width, height, operations }: InkOutput): { output: string; height: number } | undefined {
  const rows: Piece[][] = Array.from({ length: height }, () => []);
  const clips: Clip[] = [];
  for (const operation of operations) {
    if (operation.type === 'clip') clips.push(operation.clip);
    else if (operation.type === 'unclip') clips.pop();
    else if (!place(rows, operation, { width, clip: clips.at(-1) })) return undefined;
  }
  const lines: string[] = [];
  for (const row of rows) {
    const line = joined(row);
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return { output: lines.join('\n'), height };
}

function place(
  rows: Piece[][],
  { x, y, text, transformers }: Extract<Operation, { type: 'write' }>,
  { width, clip }: { width: number; clip: Clip | undefined },
): boolean {
  const exact = transformers.length > 0 && transformers.every((transformer) => transformer[EXACT_WIDTH] === true);
  for (const [index, line] of text.split('\n').entries()) {
    const shown = transformers.reduce((before, transformer) => transformer(before, index), line);
    const cells = exact ? line.length : printedWidth(shown);
    const row = rows[y + index];
    if (cells === undefined || row === undefined || x < 0 || x + cells > width) return false;
    if (clip !== undefined && !isInside(clip, { x, end: x + cells, y: y + index })) return false;
    if (cells > 0) row.push({ x, end: x + cells, text: exact || !shown.includes('\x1b') ? shown : `${shown}\x1b[0m` });
  }
  return true;
}

function isInside(clip: Clip, at: { x: number; end: number; y: number }): boolean {
  return at.x >= (clip.x1 ?? 0) && at.end <= (clip.x2 ?? at.end) && at.y >= (clip.y1 ?? 0) && at.y < (clip.y2 ?? at.y + 1);
}

/** Cells of a text that holds nothing but colours and characters about whose width everybody agrees; undefined for any other. */
function printedWidth(text: string): number | undefined {
  const printed = text.includes('\x1b') ? text.replace(/\x1b\[[0-9;]*m/g, '') : text;
  return SURE_WIDTH.test(printed) ? textWidth(printed) : undefined;
}

function joined(row: Piece[]): string | undefined {
  row.sort((a, b) => a.x - b.x);
  let line = '';
  let at = 0;
  for (const { x, end, text } of row) {
    if (x < at) return undefined;
    line += ' '.repeat(x - at) + text;
    at = end;
  }
  return line.trimEnd();
}
