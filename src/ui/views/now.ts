import { t } from '../../lang/lang.ts';
import type { Rect } from '../layout.ts';
import { cutLine, lineWidth, seg, space, toHeight } from '../line.ts';
import { STATUS_CLASSES, type StatusClass, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { addressLines, windowWords } from './addresses.ts';
import { checksNote, hasOwnLine } from './checks-strip.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { statusLine } from './status.ts';

const SPARK_CELLS = 20;
const GAP = 2;
/** Cells of the title, its hairlines and the hint. */
const TITLE_CELLS = 28;

/** Small screens: top addresses at the left, status sparklines at the right. */
export function nowView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const focused = state.focus === 'addresses' || state.focus === 'status';
  const title = panelTitle({ title: t('Now'), note: nowNote(state, rect.width, drawing), width: rect.width, focused }, drawing);
  const twoColumns = rect.height - 1 < STATUS_CLASSES.length;
  const rightCells = twoColumns && rect.width >= 76 ? 2 * SPARK_CELLS + GAP : SPARK_CELLS;
  const leftCells = rect.width - rightCells - GAP - 1;
  const left = toHeight(addressLines(state, leftCells, drawing), rect.height - 1);
  const right = statusGrid(state, { rows: rect.height - 1, cells: rightCells }, drawing);
  const lines = left.map((line, i) => [...cutLine(line, 0, leftCells), space(leftCells - lineWidth(line) + GAP), ...(right[i] ?? [])]);
  return [title, ...lines];
}

/** Checks that are worth a word, where they have no line of their own, and the window. */
function nowNote(state: UiState, width: number, drawing: Drawing): StyledLine {
  const window: StyledLine = [seg(windowWords(state), 'dim')];
  const checks = hasOwnLine(state) ? [] : checksNote(state, width - lineWidth(window) - TITLE_CELLS, drawing);
  if (checks.length === 0) return window;
  // Between the pieces stand blanks; around all of them the title has its own.
  return [...checks.slice(1, -1), seg(` · ${t('7 opens')} · `, 'faint'), ...window];
}

/** The classes in columns, top to bottom; in one narrow column of two rows the errors are what counts. */
function statusGrid(state: UiState, { rows, cells }: { rows: number; cells: number }, drawing: Drawing): StyledLine[] {
  const line = (name: StatusClass, width: number) => statusLine(state, name, width, drawing);
  if (rows >= STATUS_CLASSES.length) return STATUS_CLASSES.map((name) => line(name, cells));
  if (cells <= SPARK_CELLS) return [line('4xx', cells), line('5xx', cells)];
  return [
    [...line('2xx', SPARK_CELLS), space(GAP), ...line('4xx', SPARK_CELLS)],
    [...line('3xx', SPARK_CELLS), space(GAP), ...line('5xx', SPARK_CELLS)],
  ];
}
