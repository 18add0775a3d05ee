import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createTestTerminal, type RenderedScreen } from '../../render-screen.ts';

/** Whether util-linux's `script`, which gives a program a pseudo-terminal, is there. */
export const hasScript = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '');
/** For titles: what is not run must say so. */
export const notRun = hasScript ? '' : ' (NOT RUN: util-linux script is missing)';

const DEADLINE_MS = 50_000;

/** A shell command in a pseudo-terminal, with an emulator that shows what it draws. */
export interface PtyRun {
  readonly child: ChildProcessWithoutNullStreams;
  /** Everything written so far, as text. */
  readonly raw: () => string;
  readonly screen: () => RenderedScreen;
  type(text: string): void;
  /** Waits until what is on the screen between two frames, or was ever written, is as described. */
  until(what: string, is: (screen: RenderedScreen, raw: string) => boolean): Promise<void>;
  /** Stops and goes on reading what the program writes. */
  stall(): void;
  goOn(): void;
  /** Exit status of the command. */
  readonly ended: Promise<number | null>;
}

export function runInPty(
  command: string,
  { columns = 80, rows = 24, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): PtyRun {
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows ${rows}; ${command}`, '/dev/null'], {
    env: { ...withoutColorOverrides(), TERM: 'xterm-256color', COLORTERM: 'truecolor', LC_ALL: 'C.UTF-8', SHELL: '/bin/sh', ...env },
  });
  const terminal = createTestTerminal(columns, rows);
  const watchers = new Set<() => void>();
  let raw = Buffer.alloc(0);
  /** What the emulator shows, of everything written. */
  let shown = '';
  child.stdout.on('data', (bytes: Buffer) => {
    raw = Buffer.concat([raw, bytes]);
    const written = raw;
    void terminal.write(bytes).then(() => {
      shown = written.toString();
      for (const watcher of watchers) watcher();
    });
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number | null>((done) => child.on('close', (code) => void terminal.write('').then(() => done(code))));
  return {
    child,
    raw: () => raw.toString(),
    screen: terminal.screen,
    type: (text) => void child.stdin.write(text),
    until: (what, is) =>
      new Promise((done, fail) => {
        const finish = (error?: Error): void => {
          watchers.delete(check);
          clearTimeout(timer);
          if (error === undefined) done();
          else fail(error);
        };
        let hasEnded = false;
        const check = (): void => {
          if ((isWhole(shown) || hasEnded) && is(terminal.screen(), shown)) finish();
        };
        const timer = setTimeout(
          () => finish(new Error(`waited in vain until ${what}; the screen shows:\n${terminal.screen().text}`)),
          DEADLINE_MS,
        );
        watchers.add(check);
        void ended.then(() => {
          hasEnded = true;
          check();
          if (watchers.has(check)) finish(new Error(`ended before ${what}; the screen shows:\n${terminal.screen().text}`));
        });
        check();
      }),
    stall: () => void child.stdout.pause(),
    goOn: () => void child.stdout.resume(),
    ended,
  };
}

/** A frame comes in pieces (DEC private mode 2026 is set meanwhile). */
const isWhole = (written: string): boolean => written.lastIndexOf('\x1b[?2026h') <= written.lastIndexOf('\x1b[?2026l');

/** vitest sets FORCE_COLOR for its own reports. */
function withoutColorOverrides(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, NO_COLOR: __, CI: ___, ...env } = process.env;
  return env;
}

/** Whether the terminal is as a shell expects it, from all that was written to it. */
export function isClean(raw: string): boolean {
  const lastOf = (sequence: string): number => raw.lastIndexOf(sequence);
  const off = (on: string, back: string): boolean => lastOf(back) >= lastOf(on);
  return (
    off('\x1b[?1049h', '\x1b[?1049l') &&
    off('\x1b[?25l', '\x1b[?25h') &&
    off('\x1b[?2004h', '\x1b[?2004l') &&
    off('\x1b[?7l', '\x1b[?7h') &&
    off('\x1b[?2026h', '\x1b[?2026l')
  );
}
