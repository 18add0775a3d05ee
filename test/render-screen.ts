import xterm from '@xterm/headless';

/** One cell as a person sees it: a blank has no text colour or weight. Colours as `#rrggbb`, `palette N`, or `''` for the terminal's own. */
export interface ScreenCell {
  readonly text: string;
  readonly fg: string;
  readonly bg: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly underline: boolean;
  readonly reverse: boolean;
  /** 2 for a wide character, 0 for its second half. */
  readonly width: number;
}

export interface RenderedScreen {
  /** Text of every row, trailing blanks cut. */
  readonly rows: readonly string[];
  readonly text: string;
  cell(x: number, y: number): ScreenCell;
  /** Every cell of every row. */
  readonly cells: readonly (readonly ScreenCell[])[];
  readonly cursor: { readonly x: number; readonly y: number };
  /** Whether the alternate screen is shown. */
  readonly alternate: boolean;
}

/** A terminal emulator that shows what a program writes. */
export interface TestTerminal {
  write(bytes: string | Uint8Array): Promise<void>;
  resize(columns: number, rows: number): void;
  screen(): RenderedScreen;
}

export function createTestTerminal(columns: number, rows: number): TestTerminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 0 });
  return {
    write: (bytes) => new Promise((done) => terminal.write(bytes, done)),
    resize: (width, height) => terminal.resize(width, height),
    screen: () => read(terminal),
  };
}

/** What a terminal of this size shows after these bytes. */
export async function renderBytes(bytes: string | Uint8Array, columns: number, rows: number): Promise<RenderedScreen> {
  const terminal = createTestTerminal(columns, rows);
  await terminal.write(bytes);
  return terminal.screen();
}

/** What a frame as Ink hands it over (lines joined by `\n`) looks like. */
export const renderFrame = (frame: string, columns: number, rows: number): Promise<RenderedScreen> =>
  renderBytes(`\x1b[?7l${frame.replaceAll('\n', '\r\n')}`, columns, rows);

function read(terminal: xterm.Terminal): RenderedScreen {
  const buffer = terminal.buffer.active;
  const cells = Array.from({ length: terminal.rows }, (_, y) =>
    Array.from({ length: terminal.cols }, (__, x) => readCell(buffer.getLine(y)?.getCell(x))),
  );
  const rows = cells.map((row) =>
    row
      .map(({ text, width }) => (width === 0 ? '' : text))
      .join('')
      .trimEnd(),
  );
  return {
    rows,
    text: rows.join('\n'),
    cells,
    cell: (x, y) => cells[y]?.[x] ?? readCell(undefined),
    cursor: { x: buffer.cursorX, y: buffer.cursorY },
    alternate: buffer.type === 'alternate',
  };
}

function readCell(cell: xterm.IBufferCell | undefined): ScreenCell {
  if (cell === undefined) return { text: ' ', fg: '', bg: '', bold: false, dim: false, underline: false, reverse: false, width: 1 };
  const text = cell.getChars() || ' ';
  const reverse = cell.isInverse() !== 0;
  const inked = text !== ' ' || reverse || cell.isUnderline() !== 0;
  return {
    text,
    fg: inked ? color(cell.getFgColor(), { rgb: cell.isFgRGB(), palette: cell.isFgPalette() }) : '',
    bg: color(cell.getBgColor(), { rgb: cell.isBgRGB(), palette: cell.isBgPalette() }),
    bold: inked && cell.isBold() !== 0,
    dim: inked && cell.isDim() !== 0,
    underline: cell.isUnderline() !== 0,
    reverse,
    width: cell.getWidth(),
  };
}

function color(value: number, { rgb, palette }: { rgb: boolean; palette: boolean }): string {
  if (rgb) return `#${value.toString(16).padStart(6, '0')}`;
  return palette ? `palette ${value}` : '';
}
