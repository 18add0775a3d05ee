import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;
/** For titles: what is not run must say so. */
export const notRun = hasTmux ? '' : ' (NOT RUN: tmux is missing)';
/** The built program; `SECMON_PROGRAM` names another one, e.g. that of an installed package. */
export const PROGRAM = process.env.SECMON_PROGRAM ?? join(import.meta.dirname, '../../dist/cli.js');
/** Writes traffic: `node FEED RATE SECONDS`. */
export const FEED = join(import.meta.dirname, '../../bench/feed.mjs');

const TIMEOUT_MS = 30_000;
/** Between two frames the program is silent for longer than this. */
const QUIET_MS = 10;
/** A program that was killed in the middle of a frame never ends it. */
const FRAME_TIMEOUT_MS = 2_000;

/** A real terminal (tmux's) with a shell in it. */
export interface Terminal {
  /** Types a line into the shell or program, with Enter. */
  run(line: string): void;
  /** Types keys as tmux names them: `a`, `Enter`, `Escape`, `C-c`. */
  keys(...names: string[]): void;
  /** Types text as it is. */
  type(text: string): void;
  /** What it shows between two frames: tmux itself shows a frame in pieces, as it arrives. */
  screen(): string;
  /** The same with colours, as escape sequences. */
  styled(): string;
  /** Resolves with the screen once it satisfies the test; fails with the last screen after `timeoutMs`. */
  until(what: string, test: (screen: string) => boolean, timeoutMs?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  /** tmux's own variables of the pane, e.g. `cursor_flag`, `alternate_on`. */
  flag(name: string): string;
  /** What programs have put into tmux's clipboard; `''` when nothing. */
  clipboard(): string;
  /**
   * Runs secmon in the shell and tells its process id once it has one. `before` stands in front of it, e.g. `tail -f x |`; its exit
   * code and the terminal's mode are shown after it ended (see {@link expectShell}).
   */
  secmon(args: string, options?: { before?: string }): Promise<number>;
  /** The terminal as it is taken away when a connection drops. */
  hangUp(): void;
  close(): void;
  readonly folder: string;
}

/** Polls until the function gives something. */
export async function eventually<T>(what: string, get: () => T | undefined | false, timeoutMs = TIMEOUT_MS): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = get();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
}

/** Opens a terminal of the given size with a plain prompt `$ ` in a folder of its own. State and configuration go there, too. */
export function openTerminal({
  columns = 120,
  rows = 40,
  env = {},
}: {
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
} = {}): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-e2e-'));
  const socket = join(folder, 'tmux');
  const tmux = (...args: string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const vars = {
    PATH: process.env.PATH ?? '',
    PS1: '$ ',
    HOME: folder,
    HISTFILE: '/dev/null',
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'tmux-256color',
    COLORTERM: 'truecolor',
    SECMON: `${process.execPath} ${PROGRAM}`,
    ...env,
  };
  const assignments = Object.entries(vars).map(([name, value]) => `${name}=${value}`);
  tmux(
    '-u',
    'new-session',
    '-d',
    '-x',
    String(columns),
    '-y',
    String(rows),
    '-c',
    folder,
    'env',
    '-i',
    ...assignments,
    'bash',
    '--noprofile',
    '--norc',
  );
  const written = join(folder, 'written');
  writeFileSync(written, '');
  tmux('pipe-pane', `exec cat >'${written}'`);
  const screen = (): string => betweenFrames(written, () => tmux('capture-pane', '-p'));
  let starts = 0;
  const run = (line: string): void => {
    tmux('send-keys', '-l', line);
    tmux('send-keys', 'Enter');
  };
  return {
    folder,
    screen,
    run,
    keys: (...names) => void tmux('send-keys', ...names),
    type: (text) => void tmux('send-keys', '-l', text),
    styled: () => betweenFrames(written, () => tmux('capture-pane', '-p', '-e')),
    async until(what, test, timeoutMs = TIMEOUT_MS) {
      let last = '';
      try {
        await eventually(
          what,
          () => {
            last = screen();
            return test(last);
          },
          timeoutMs,
        );
      } catch (cause) {
        throw new Error(`waited ${timeoutMs} ms for: ${what}\nthe screen was:\n${last}`, { cause });
      }
      return last;
    },
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    flag: (name) => tmux('display-message', '-p', `#{${name}}`).trim(),
    clipboard: () => spawnSync('tmux', ['-S', socket, 'show-buffer'], { encoding: 'utf8' }).stdout,
    async secmon(args, { before = '' } = {}) {
      const pidFile = join(folder, `pid-${++starts}`);
      run(`clear; ${before} sh -c 'echo $$ >pid-${starts}; exec $SECMON ${args}'; echo "code=$?"; stty -a`);
      return eventually('the process id', () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0) || undefined);
    },
    hangUp: () => void tmux('kill-session'),
    close() {
      spawnSync('tmux', ['-S', socket, 'kill-server']);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Takes a picture while nothing is written and the last frame in the file of what was written is whole (DEC private mode 2026). */
function betweenFrames(written: string, picture: () => string): string {
  const deadline = Date.now() + FRAME_TIMEOUT_MS;
  for (;;) {
    const before = readFileSync(written);
    const taken = picture();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, QUIET_MS);
    const after = readFileSync(written);
    const whole = after.lastIndexOf('\x1b[?2026h') <= after.lastIndexOf('\x1b[?2026l');
    if ((whole && before.length === after.length) || Date.now() > deadline) return taken;
  }
}

/** Waits until secmon has ended with this code and proves the terminal as a shell expects it: no trace, and typing works. Gives what was on the screen. */
export async function expectShell(terminal: Terminal, code: number): Promise<string> {
  const screen = await terminal.until(`code=${code} and a prompt`, (s) => /^code=\d+$/m.test(s) && /^\$ *$/m.test(s));
  const shown = /^code=(\d+)$/m.exec(screen)?.[1];
  if (shown !== String(code)) throw new Error(`expected exit code ${code}, got ${shown}; the screen was:\n${screen}`);
  for (const mode of ['icanon', 'echo', 'isig', 'icrnl', 'opost', 'ixon']) {
    if (!new RegExp(`(?:^|\\s)${mode}\\b`, 'm').test(screen)) throw new Error(`the terminal is left without ${mode}:\n${screen}`);
  }
  for (const [name, expected] of [
    ['alternate_on', '0'],
    ['cursor_flag', '1'],
    ['mouse_any_flag', '0'],
    ['wrap_flag', '1'],
    ['keypad_flag', '0'],
  ] as const) {
    const value = terminal.flag(name);
    if (value !== expected) throw new Error(`the terminal is left with ${name} ${value}, expected ${expected}`);
  }
  terminal.run('clear; echo typed-$((6*7))');
  await terminal.until('typing works', (s) => /^typed-42$/m.test(s));
  return screen;
}
