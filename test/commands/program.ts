import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The built program; `SECMON_PROGRAM` names another one, e.g. that of an installed package. */
export const PROGRAM = process.env.SECMON_PROGRAM ?? join(import.meta.dirname, '../../dist/cli.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Resolves once standard output holds the text; rejects when the program ends before. */
  saw(text: string): Promise<void>;
  readonly ended: Promise<Ran>;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly env?: Readonly<Record<string, string>>;
}

/** An empty folder in which the program runs, with its own home, configuration and state. */
export interface Place {
  readonly folder: string;
  path(name: string): string;
  write(name: string, content: string | Buffer): string;
  append(name: string, content: string): void;
  read(name: string): string;
  has(name: string): boolean;
  /** Starts the program; without `input` its standard input is /dev/null. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Runs the program to its end. */
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  remove(): void;
}

export function openPlace(): Place {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-commands-'));
  const path = (name: string): string => join(folder, name);
  const started = new Set<ChildProcess>();
  const start: Place['start'] = (args, { input, env = {} } = {}) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH ?? '', HOME: folder, TZ: 'UTC', LANG: 'C.UTF-8', ...env },
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    started.add(child);
    let out = '';
    let err = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    const ended = new Promise<Ran>((resolve) => child.on('close', (code) => resolve({ code, out, err })));
    const saw = (text: string): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (out.includes(text)) resolve();
        };
        child.stdout?.on('data', look);
        void ended.then(() => reject(new Error(`ended without printing ${JSON.stringify(text)}; it printed:\n${out}\n${err}`)));
        look();
      });
    return { child, out: () => out, err: () => err, saw, ended };
  };
  return {
    folder,
    path,
    start,
    write(name, content) {
      writeFileSync(path(name), content);
      return path(name);
    },
    append: (name, content) => appendFileSync(path(name), content),
    read: (name) => readFileSync(path(name), 'utf8'),
    has: (name) => existsSync(path(name)),
    run: (args, options) => start(args, options).ended,
    remove() {
      for (const child of started) child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** False as well for one that has ended and that nobody has asked about yet (proc_pid_stat(5): state Z). */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync(`/proc/${pid}/stat`) || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const AGENT = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** One line in nginx's `combined` format (ngx_http_log_module) at a second of 2 March 2026, 00:00 UTC. */
export function line(
  target: string,
  {
    second = 0,
    address = '198.51.100.7',
    status = 200,
    agent = AGENT,
  }: { second?: number; address?: string; status?: number; agent?: string } = {},
): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const time = `${two(2 + Math.floor(second / 86_400))}/Mar/2026:${two(Math.floor(second / 3600) % 24)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)} +0000`;
  return `${address} - - [${time}] "GET ${target} HTTP/1.1" ${status} 512 "-" "${agent}"\n`;
}

/** An attack of severity high, told apart by its number. */
export const injection = (n: number, options: Parameters<typeof line>[1] = {}): string =>
  line(`/item?n=${n}&id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--`, { address: '203.0.113.66', ...options });
