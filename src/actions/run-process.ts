import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { isAbsolute } from 'node:path';
import { BanError } from './subject.ts';

/** A program and its arguments; never a line for a shell. */
export type Argv = readonly [program: string, ...args: string[]];

export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end. Rejects with {@link BanError} when it cannot be started or takes too long; any exit code is a result. */
export type Run = (argv: Argv, options?: { readonly stdin?: string }) => Promise<ProcessResult>;

const TIMEOUT_MS = 10_000;
const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Enough for any tool that bans; nothing else of our own environment reaches it. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' };

/** See {@link Run}. The program gets no standard input but what is given, no shell, and a small environment of its own, with times in UTC. */
export function createRun({ timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}): Run {
  return (argv, { stdin = '' } = {}) =>
    new Promise((resolve, reject) => {
      const [program, ...args] = argv;
      if (isAbsolute(program) && !isExecutable(program)) {
        reject(new BanError(`cannot run ${program}: there is no such program, or it may not be run`));
        return;
      }
      const options = { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT_BYTES, env: ENVIRONMENT } as const;
      const child = execFile(program, args, options, (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code === 'number') resolve({ code, stdout, stderr });
        else reject(new BanError(failure(program, { code, killed: error?.killed === true, timeoutMs }), { cause: error }));
      });
      child.stdin?.on('error', () => {});
      child.stdin?.end(stdin);
    });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Failed {
  readonly code: unknown;
  readonly killed: boolean;
  readonly timeoutMs: number;
}

function failure(program: string, { code, killed, timeoutMs }: Failed): string {
  if (code === 'ENOENT') return `there is no program ${program} on this machine; install it, or configure another way to ban`;
  if (code === 'EACCES') return `${program} may not be run by this user`;
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `${program} printed too much`;
  if (killed) return `${program} did not end within ${Math.round(timeoutMs / 1000)} s and was stopped`;
  return `${program} was ended by a signal`;
}

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command as a person would type it into a shell. */
export const commandText = (argv: readonly string[]): string =>
  argv.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');

/** The last line that a program wrote, harmless and short, for a sentence. */
export function saidBy({ stdout, stderr }: ProcessResult): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? 'nothing';
  return last.length > 300 ? `${last.slice(0, 300)}…` : last;
}
