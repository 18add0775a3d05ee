import type { Clock } from '../../clock/clock.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd } from '../../text/width.ts';
import { blankRow, parseRow, type Row } from './cells.ts';
import { diffRow, type Pen } from './row-diff.ts';
import { createStyleTable } from './sgr.ts';
import { createTerminalOutput } from './terminal-output.ts';

const BEGIN_FRAME = '\x1b[?2026h';
const END_FRAME = '\x1b[m\x1b[?2026l';
/** Alternate screen, no cursor, no wrapping at the edge, pastes in brackets. */
const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[m\x1b[2J';
const LEAVE = '\x1b[?2026l\x1b[m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';
const LEAVE_TIMEOUT_MS = 500;
const MAX_NOTIFICATION_CELLS = 200;
/** Terminals refuse longer clipboard texts (xterm takes about 100,000 characters of base64). */
const MAX_COPY_BYTES = 72_000;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface ScreenWriterOptions extends Size {
  /** Writes what the terminal takes now and returns how many bytes that was; throws EAGAIN when it takes none. Must not block. */
  readonly write: (bytes: Uint8Array) => number;
  readonly clock: Clock;
  readonly sleep: (ms: number) => void;
  /** What to show for a character that is not ASCII, where the locale is not UTF-8. */
  readonly substitute?: ((character: string) => string) | undefined;
  /** The terminal is gone: nothing can be written any more. */
  readonly onGone?: (() => void) | undefined;
}

/** The screen as Ink's standard output: takes whole frames, writes what differs from what the terminal shows. */
export interface ScreenWriter {
  readonly isTTY: true;
  readonly columns: number;
  readonly rows: number;
  /** Frames written, bytes written, and frames replaced by newer ones before they were written. */
  readonly counters: { readonly frames: number; readonly bytes: number; readonly dropped: number };
  /** A frame of exactly `rows` lines; anything else is ignored. */
  write(frame: string): boolean;
  /** Enters the alternate screen. */
  start(): void;
  /** Leaves the terminal as it was found, waiting at most 500 ms for it; synchronous, once and for all. */
  stop(): void;
  /** Leaves the terminal until {@link resume}; frames meanwhile are kept, not written. */
  suspend(): void;
  /** Enters the terminal again, after {@link suspend} or after the process was stopped from outside. */
  resume(): void;
  /** Draws everything anew. */
  redraw(): void;
  resize(size: Size): void;
  /** SGR sequence whose colours stand under all cells that have none of their own. */
  setGround(sequence: string): void;
  bell(): void;
  /** A desktop notification (OSC 9), where the terminal offers that. */
  osc9(text: string): void;
  /** Asks the terminal to put `text` into the clipboard (OSC 52). False when it is too long to be taken. */
  copy(text: string): boolean;
}

export function createScreenWriter(options: ScreenWriterOptions): ScreenWriter {
  const { clock, sleep, write, onGone, substitute } = options;
  const styles = createStyleTable();
  let size: Size = { columns: options.columns, rows: options.rows };
  let state: 'new' | 'on' | 'suspended' | 'closed' = 'new';
  let base = 0;
  let latest: readonly string[] | undefined;
  let drawn: readonly string[] = [];
  let shown: Row[] = [];
  let fresh = true;
  const counters = { frames: 0, dropped: 0 };
  let queued = false;

  const output = createTerminalOutput({
    write,
    clock,
    sleep,
    onIdle: () => {
      if (queued) draw();
    },
    onGone: () => onGone?.(),
  });
  const draw = (): void => {
    queued = false;
    if (latest === undefined || state !== 'on' || latest.length !== size.rows) return;
    const body = changes(latest);
    if (body === '') return;
    counters.frames += 1;
    output.send(BEGIN_FRAME + body + END_FRAME);
  };
  const changes = (lines: readonly string[]): string => {
    const clear = fresh ? '\x1b[m\x1b[2J' : '';
    if (fresh) [shown, drawn, fresh] = [lines.map(() => blankRow(size.columns)), [], false];
    const pen: Pen = { style: clear === '' ? undefined : 0 };
    let body = clear;
    for (const [y, line] of lines.entries()) {
      const before = shown[y];
      if (before === undefined || drawn[y] === line) continue;
      const after = parseRow(line, { columns: size.columns, styles, base, substitute });
      body += diffRow(before, after, { y, pen, styles });
      shown[y] = after;
    }
    drawn = lines;
    return body;
  };
  const redraw = (): void => {
    fresh = true;
    if (output.busy) queued = true;
    else draw();
  };
  const enter = (): void => {
    state = 'on';
    output.send(ENTER);
    redraw();
  };

  return {
    isTTY: true,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    get counters() {
      return { ...counters, bytes: output.bytes };
    },
    write(frame) {
      const lines = frame.split('\n');
      if (lines.length !== size.rows || state === 'closed') return true;
      latest = lines;
      if (queued) counters.dropped += 1;
      if (output.busy) queued = true;
      else draw();
      return true;
    },
    start: () => {
      if (state === 'new') enter();
    },
    stop() {
      if (state === 'on') output.sendNow(LEAVE, LEAVE_TIMEOUT_MS);
      state = 'closed';
    },
    suspend() {
      if (state !== 'on') return;
      output.sendNow(LEAVE, LEAVE_TIMEOUT_MS);
      state = 'suspended';
    },
    resume: () => {
      if (state !== 'closed') enter();
    },
    redraw,
    resize(next) {
      if (next.columns === size.columns && next.rows === size.rows) return;
      size = { columns: next.columns, rows: next.rows };
      latest = undefined;
      fresh = true;
    },
    setGround(sequence) {
      base = sequence === '' ? 0 : styles.apply(0, sequence);
      drawn = [];
    },
    bell: () => send('\x07'),
    osc9: (text) => send(`\x1b]9;${cutEnd(visible(text), MAX_NOTIFICATION_CELLS)}\x07`),
    copy(text) {
      const bytes = Buffer.from(text);
      if (bytes.length > MAX_COPY_BYTES) return false;
      send(`\x1b]52;c;${bytes.toString('base64')}\x07`);
      return true;
    },
  };

  function send(text: string): void {
    if (state === 'on') output.send(text);
  }
}
