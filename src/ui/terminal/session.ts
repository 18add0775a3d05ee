import tty from 'node:tty';
import { type Clock, systemClock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import { textWidth } from '../../text/width.ts';
import { type ColorDepth, colorDepth, type Glyphs, glyphs, isUtf8Locale } from '../theme/theme.ts';
import { asciiFor } from './ascii.ts';
import { type Cleanup, createEnding, tellError } from './ending.ts';
import { keepStdinAway } from './ink-streams.ts';
import type { Key } from './keys.ts';
import { SIGNAL_CODES } from './process-guard.ts';
import { createScreenWriter, type ScreenWriter, type Size } from './screen-writer.ts';
import { createStage } from './stage.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** The terminal while the monitor has it. */
export interface Session {
  readonly screen: ScreenWriter;
  readonly depth: ColorDepth;
  readonly utf8: boolean;
  readonly glyphs: Glyphs;
  readonly size: Size;
  /** Listeners get every key but Ctrl-C, Ctrl-Z and Ctrl-L, which the session answers. The function returned ends that. */
  onKey(listener: (key: Key) => void): () => void;
  onResize(listener: (size: Size) => void): () => void;
  onExit(cleanup: Cleanup): void;
  /** As Ctrl-Z: stops the process group, the terminal as it was found; `fg` brings the screen back. */
  suspend(): void;
  /** Leaves the terminal, runs the clean-ups, ends the process. */
  exit(code: number): void;
  /** As {@link exit} with code 1; says what went wrong once the terminal is restored. */
  fail(error: unknown): void;
  /** Leaves the terminal; the process goes on, and its signals have their ordinary effect. */
  close(): void;
}

export type OpenedSession = { readonly session: Session; readonly reason: '' } | { readonly session: undefined; readonly reason: string };

export interface SessionOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly clock?: Clock;
}

/** Takes the terminal: alternate screen, raw keys, every way out guarded. No session, and why, where there is no terminal to take. */
export function openSession({ env, clock = systemClock }: SessionOptions): OpenedSession {
  if (!tty.isatty(1)) return { session: undefined, reason: t('standard output is not a terminal') };
  if (env.TERM === 'dumb') return { session: undefined, reason: t('this terminal cannot place text (TERM=dumb)') };
  const terminal = openTerminal();
  if ('reason' in terminal) return { session: undefined, reason: terminal.reason };
  keepStdinAway();
  return { session: startSession(terminal, env, clock), reason: '' };
}

function startSession(terminal: Terminal, env: NodeJS.ProcessEnv, clock: Clock): Session {
  const utf8 = isUtf8Locale(env);
  const keys = new Set<(key: Key) => void>();
  const sizes = new Set<(size: Size) => void>();
  const ending = createEnding((code) => process.exit(code));
  const screen = openScreen(terminal, { clock, utf8, onGone: () => queueMicrotask(hangUp) });
  const onResize = (size: Size): void => {
    for (const listener of sizes) listener(size);
  };
  const stage = createStage({ terminal, screen, clock, onResize });
  const end = (code: number, hurry?: boolean): void => {
    stage.leave();
    ending.end(code, hurry);
  };
  const fail = (error: unknown): void => {
    stage.leave();
    tellError(t('secmon stopped: {error}', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }));
    end(1);
  };
  const answers: Readonly<Record<string, () => void>> = {
    'ctrl-c': () => end(SIGNAL_CODES.SIGINT),
    'ctrl-z': stage.suspend,
    'ctrl-l': screen.redraw,
  };
  const onKey = (key: Key): void => {
    if (stage.left) return;
    const answer = answers[key.name];
    if (answer !== undefined) answer();
    else for (const listener of keys) listener(key);
  };
  stage.enter({ onKey, onGone: hangUp, onCrash: fail, onEnd: (signal) => end(SIGNAL_CODES[signal], signal === 'SIGINT') });
  return {
    screen,
    depth: colorDepth(env, true),
    utf8,
    glyphs: glyphs(utf8),
    get size() {
      return { columns: screen.columns, rows: screen.rows };
    },
    onKey: (listener) => listen(keys, listener),
    onResize: (listener) => listen(sizes, listener),
    onExit: ending.add,
    suspend: stage.suspend,
    exit: (code) => end(code),
    fail,
    close: stage.close,
  };

  function hangUp(): void {
    if (!stage.left) end(SIGNAL_CODES.SIGHUP);
  }
}

function openScreen(terminal: Terminal, { clock, utf8, onGone }: { clock: Clock; utf8: boolean; onGone: () => void }): ScreenWriter {
  return createScreenWriter({
    ...terminal.size(),
    write: terminal.write,
    clock,
    sleep: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
    substitute: utf8 ? undefined : (character) => asciiFor(character).repeat(textWidth(character)),
    onGone,
  });
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
