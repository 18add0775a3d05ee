import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { eventually, PROGRAM } from '../e2e/tmux.ts';

export const NOBODY = 65_534;
/** Runs a command as nobody, with no group but nobody's own. */
export const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;

/** A real helper that runs as root and listens by itself, and a user without rights who asks it. */
export interface HelperProcess {
  readonly socket: string;
  /** A folder that everybody may read, nobody's own. */
  readonly folder: string;
  /** A copy of the program that everybody may read: the checkout may lie where only root looks. */
  readonly program: string;
  /** Writes the system-wide configuration, root's, with this mode. */
  configure(text: string, mode?: number): void;
  /** Runs secmon as nobody with a configuration of its own; flags stand behind. */
  secmon(args: readonly string[], config?: string): { readonly code: number | null; readonly out: string };
  /** The helper's own audit log. */
  audit(): string;
  /** The process, which is also in the network namespace where there is one. */
  readonly pid: number;
  stop(signal: NodeJS.Signals): Promise<void>;
  close(): Promise<void>;
}

/** `prepare` is a shell's line that is run before, in a network and with mounts of the helper's own. */
export async function startHelper({
  prepare,
  env = {},
}: {
  readonly prepare?: string;
  readonly env?: Readonly<Record<string, string>>;
} = {}): Promise<HelperProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-helper-'));
  const [socket, state, system, own] = ['h.sock', 'state', 'system.yml', 'own.yml'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  chmodSync(folder, 0o755);
  cpSync(dirname(PROGRAM), join(folder, 'dist'), { recursive: true });
  for (const name of ['package.json', 'themes']) cpSync(join(dirname(PROGRAM), '..', name), join(folder, name), { recursive: true });
  const program = join(folder, 'dist', 'cli.js');
  const home = join(folder, 'home');
  mkdirSync(home);
  chownSync(home, NOBODY, NOBODY);
  const configure: HelperProcess['configure'] = (text, mode = 0o644) => {
    writeFileSync(system, text);
    chmodSync(system, mode);
  };
  configure('version: 1\n');
  const helper = [process.execPath, program, 'helper', '--socket', socket, '--group', 'nogroup', '--state', state, '--config', system];
  const [first = '', ...rest] =
    prepare === undefined ? helper : ['unshare', '-n', '-m', 'sh', '-c', `${prepare} && exec "$@"`, 'sh', ...helper];
  // Its machine speaks Korean; its log and its answers stay English, which callers translate.
  const child: ChildProcess = spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH ?? '', LANG: 'ko_KR.UTF-8', ...env },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let said = '';
  child.stdout?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  await eventually('the helper', () => {
    if (child.exitCode !== null) throw new Error(`the helper ended with ${child.exitCode}`);
    return said.includes('helper at');
  });
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return {
    socket,
    folder,
    program,
    configure,
    pid: child.pid ?? 0,
    secmon([subcommand = '', ...args], config = `version: 1\nactions: { dry_run: false, helper: ${socket} }\n`) {
      writeFileSync(own, config);
      const env = { PATH: process.env.PATH ?? '', HOME: home, LANG: 'C.UTF-8' };
      const [command = '', ...words] = [...AS_NOBODY, process.execPath, program, subcommand, '--config', own, ...args];
      const { status, stdout, stderr } = spawnSync(command, words, { env, encoding: 'utf8', cwd: home });
      return { code: status, out: stdout + stderr };
    },
    audit: () => readFileSync(join(state, 'audit.ndjson'), 'utf8'),
    stop,
    async close() {
      if (child.exitCode === null && child.signalCode === null) await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
