import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;
export const PROGRAM = join(import.meta.dirname, '../../dist/cli.js');

/** A real terminal (tmux's) with a shell in it. */
export interface Terminal {
  /** Types a line into the shell or program, with Enter. */
  run(line: string): void;
  /** Types keys as tmux names them: `a`, `Enter`, `Escape`, `C-c`. */
  keys(...names: string[]): void;
  /** Types text as it is. */
  type(text: string): void;
  screen(): string;
  /** With colours, as escape sequences. */
  styled(): string;
  /** Resolves with the screen once it satisfies the test; fails with the last screen after `timeoutMs`. */
  until(what: string, test: (screen: string) => boolean, timeoutMs?: number): Promise<string>;
  resize(columns: number, rows: number): void;
  /** tmux's own variables of the pane, e.g. `cursor_flag`, `alternate_on`. */
  flag(name: string): string;
  close(): void;
  readonly folder: string;
}

/** Opens a terminal of the given size with a plain prompt `$ ` in a folder of its own. State and configuration go there, too. */
export function openTerminal({ columns = 120, rows = 40, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {}): Terminal {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-e2e-'));
  const socket = join(folder, 'tmux');
  const tmux = (...args: string[]): string => execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const vars = { PS1: '$ ', HOME: folder, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config'), LANG: 'C.UTF-8', TERM: 'tmux-256color', COLORTERM: 'truecolor', CI: '', ...env };
  const assignments = Object.entries(vars).map(([name, value]) => `${name}=${value}`);
  tmux('-u', 'new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', folder, 'env', ...assignments, 'bash', '--noprofile', '--norc');
  const screen = (): string => tmux('capture-pane', '-p');
  return {
    folder, screen,
    run(line) {
      tmux('send-keys', '-l', line);
      tmux('send-keys', 'Enter');
    },
    keys: (...names) => void tmux('send-keys', ...names),
    type: (text) => void tmux('send-keys', '-l', text),
    styled: () => tmux('capture-pane', '-p', '-e'),
    async until(what, test, timeoutMs = 15_000) {
      const deadline = Date.now() + timeoutMs;
      let last = '';
      while (Date.now() < deadline) {
        last = screen();
        if (test(last)) return last;
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      throw new Error(`waited ${timeoutMs} ms for: ${what}\nthe screen was:\n${last}`);
    },
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    flag: (name) => tmux('display-message', '-p', `#{${name}}`).trim(),
    close() {
      spawnSync('tmux', ['-S', socket, 'kill-server']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
