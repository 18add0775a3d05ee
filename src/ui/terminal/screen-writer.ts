import type { Clock } from '../../clock/clock.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd } from '../../text/width.ts';
import { createFramePainter } from './frame-painter.ts';
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
  /** Asks the terminal to put `text` into the clipboard (OSC 52). False when it was not sent. */
  copy(text: string): boolean;
}

export function createScreenWriter({ columns, rows, clock, sleep, write, onGone, substitute }: ScreenWriterOptions): ScreenWriter {
  const painter = createFramePainter(substitute);
  const output = createTerminalOutput({ write, clock, sleep, onIdle: () => queued && draw(), onGone: () => onGone?.() });
  let size: Size = { columns, rows };
  let state: 'new' | 'on' | 'suspended' | 'closed' = 'new';
  let latest: readonly string[] | undefined;
  let queued = false;
  let frames = 0;
  let dropped = 0;

  const draw = (): void => {
    queued = false;
    if (latest === undefined || state !== 'on') return;
    const changes = painter.changes(latest, size.columns);
    if (changes === '') return;
    frames += 1;
    output.send(BEGIN_FRAME + changes + END_FRAME);
  };
  /** Now, or once the terminal has taken what is under way: then only the newest frame. */
  const drawSoon = (): void => {
    if (output.busy) queued = true;
    else draw();
  };
  const redraw = (): void => {
    painter.forget();
    drawSoon();
  };
  const enter = (): void => {
    state = 'on';
    output.send(ENTER);
    redraw();
  };
  const leave = (next: 'suspended' | 'closed'): void => {
    if (state === 'on') output.sendNow(LEAVE, LEAVE_TIMEOUT_MS);
    if (state !== 'closed') state = next;
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
      return { frames, dropped, bytes: output.bytes };
    },
    write(frame) {
      const lines = frame.split('\n');
      if (lines.length !== size.rows || state === 'closed') return true;
      latest = lines;
      if (queued) dropped += 1;
      drawSoon();
      return true;
    },
    start: () => state === 'new' && enter(),
    stop: () => leave('closed'),
    suspend: () => leave('suspended'),
    resume: () => state !== 'closed' && enter(),
    redraw,
    resize(next) {
      if (next.columns === size.columns && next.rows === size.rows) return;
      size = { columns: next.columns, rows: next.rows };
      latest = undefined;
      painter.forget();
    },
    setGround: painter.setGround,
    ...messages((text) => state === 'on' && output.send(text)),
  };
}

/** What a terminal does besides showing cells. */
function messages(send: (text: string) => boolean): Pick<ScreenWriter, 'bell' | 'osc9' | 'copy'> {
  return {
    bell: () => void send('\x07'),
    osc9: (text) => void send(`\x1b]9;${cutEnd(visible(text), MAX_NOTIFICATION_CELLS)}\x07`),
    copy(text) {
      const bytes = Buffer.from(text);
      return bytes.length <= MAX_COPY_BYTES && send(`\x1b]52;c;${bytes.toString('base64')}\x07`);
    },
  };
}
