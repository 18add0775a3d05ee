import { blankRow, parseRow, type Row } from './cells.ts';
import { diffRow, type Pen } from './row-diff.ts';
import { createStyleTable } from './sgr.ts';

const CLEAR = '\x1b[m\x1b[2J';

/** Knows what the terminal shows, and what turns that into the next frame. */
export interface FramePainter {
  /** What to write so that these lines are shown; `''` when they are already. */
  changes(lines: readonly string[], columns: number): string;
  /** Nothing is known any more of what the terminal shows: the next frame begins with a clear screen. */
  forget(): void;
  /** SGR sequence whose colours stand under all cells that have none of their own. */
  setGround(sequence: string): void;
}

export function createFramePainter(substitute?: (character: string) => string): FramePainter {
  const styles = createStyleTable();
  let base = 0;
  let drawn: readonly string[] = [];
  let shown: Row[] | undefined;
  return {
    changes(lines, columns) {
      const fresh = shown === undefined;
      const rows = shown ?? lines.map(() => blankRow(columns));
      const pen: Pen = { style: fresh ? 0 : undefined };
      let out = fresh ? CLEAR : '';
      for (const [y, line] of lines.entries()) {
        const before = rows[y];
        if (before === undefined || drawn[y] === line) continue;
        const after = parseRow(line, { columns, styles, base, substitute });
        out += diffRow(before, after, { y, pen, styles });
        rows[y] = after;
      }
      shown = rows;
      drawn = lines;
      return out;
    },
    forget() {
      shown = undefined;
      drawn = [];
    },
    setGround(sequence) {
      base = sequence === '' ? 0 : styles.apply(0, sequence);
      drawn = [];
    },
  };
}
