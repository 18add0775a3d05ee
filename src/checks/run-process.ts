import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Clock } from '../clock/clock.ts';
import { msg } from '../lang/lang.ts';
import { duration } from '../text/units.ts';
import { cannotDo } from './cannot.ts';

/** A program and its arguments; never a line for a shell. */
export type Argv = readonly [program: string, ...args: string[]];

/** Who a program runs as where secmon is root: nobody, the owner of a path (nobody where that is root), or root, where it must. */
export type RunAs = 'nobody' | { readonly ownerOf: string } | 'root';

export interface ProcessOptions {
  readonly as: RunAs;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly cwd?: string;
  /** Added to the small environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Told of everything that is written, as it comes. */
  readonly onOutput?: (text: string) => void;
  /** An open file that takes what is written, instead of the result: the program goes on undisturbed even when we end before it. */
  readonly outputTo?: number;
}

export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** More was written than is kept. */
  readonly isCut: boolean;
}

/** Runs a program to its end; any exit code is a result. Rejects with a CheckError when it cannot be started, takes too long or is stopped. */
export type RunProcess = (argv: Argv, options: ProcessOptions) => Promise<ProcessResult>;

const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const TERM_GRACE_MS = 2_000;
/** Reason of an abort because secmon itself ends: nobody will be there to look after what does not listen. */
export const LEAVING = 'leaving';
const NOBODY = { uid: 65_534, gid: 65_534 };
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  LC_ALL: 'C.UTF-8',
  HOME: '/nonexistent',
};

/**
 * Programs in process groups of their own, without standard input, with a small environment, bounded output and a time limit. As root they
 * run with the rights of somebody else unless they must not.
 */
export function createRunProcess({
  clock,
  isRoot = process.getuid?.() === 0,
  onGroup,
}: {
  readonly clock: Clock;
  readonly isRoot?: boolean;
  /** Told of every process group that begins, and that has ended. */
  readonly onGroup?: (pid: number, isAlive: boolean) => void;
}): RunProcess {
  return (argv, options) =>
    new Promise((resolve, reject) => {
      const [program, ...args] = argv;
      const { as, signal, timeoutMs, cwd = '/', env = {}, onOutput, outputTo = 'pipe' } = options;
      if (signal.aborted) {
        reject(cannotDo(msg('{program} was stopped.'), { program }));
        return;
      }
      const rights = isRoot && as !== 'root' ? identityOf(as) : {};
      const child = spawn(program, args, {
        cwd,
        env: { ...ENVIRONMENT, ...env },
        detached: true,
        stdio: ['ignore', outputTo, outputTo],
        ...rights,
      });
      if (child.pid !== undefined) onGroup?.(child.pid, true);
      const out = gather(child.stdout, MAX_OUTPUT_BYTES, onOutput);
      const err = gather(child.stderr, MAX_ERROR_BYTES, onOutput);
      let ended: 'time' | 'stopped' | undefined;
      const end = (why: 'time' | 'stopped'): void => {
        if (ended !== undefined) return;
        ended = why;
        endGroup(child, clock, signal.reason === LEAVING ? 0 : TERM_GRACE_MS);
      };
      const stop = (): void => end('stopped');
      const cancel = clock.after(timeoutMs, () => end('time'));
      signal.addEventListener('abort', stop, { once: true });
      const settle = (): void => {
        cancel();
        signal.removeEventListener('abort', stop);
        if (child.pid !== undefined) onGroup?.(child.pid, false);
      };
      child.once('error', (error: NodeJS.ErrnoException) => {
        settle();
        reject(startFailure(program, error));
      });
      child.once('close', (code, killedBy) => {
        settle();
        if (ended === 'time')
          reject(
            cannotDo(msg('{program} did not end within {time} and was stopped: raise timeout for this check, or give it less to do.'), {
              program,
              time: duration(timeoutMs),
            }),
          );
        else if (ended === 'stopped') reject(cannotDo(msg('{program} was stopped.'), { program }));
        else if (code === null)
          reject(
            cannotDo(msg('{program} was ended by the signal {signal}: see whether the machine is short of memory.'), {
              program,
              signal: killedBy ?? '?',
            }),
          );
        else resolve({ code, stdout: out.text(), stderr: err.text(), isCut: out.isCut() });
      });
    });
}

function gather(stream: NodeJS.ReadableStream | null, maxBytes: number, onOutput: ((text: string) => void) | undefined) {
  const chunks: Buffer[] = [];
  let size = 0;
  let isCut = false;
  stream?.on('data', (chunk: Buffer) => {
    onOutput?.(chunk.toString('utf8'));
    const room = maxBytes - size;
    if (chunk.length > room) isCut = true;
    if (room <= 0) return;
    chunks.push(chunk.subarray(0, room));
    size += Math.min(room, chunk.length);
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), isCut: () => isCut };
}

function identityOf(as: Exclude<RunAs, 'root'>): { readonly uid: number; readonly gid: number } {
  if (as === 'nobody') return NOBODY;
  try {
    const { uid, gid } = statSync(as.ownerOf);
    return uid === 0 ? NOBODY : { uid, gid };
  } catch {
    return NOBODY;
  }
}

/** SIGTERM for the whole group, SIGKILL for what is left of it after a while. */
function endGroup(child: ChildProcess, clock: Clock, graceMs: number): void {
  const send = (signal: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // Nobody is left in it.
    }
  };
  send('SIGTERM');
  if (graceMs === 0) {
    send('SIGKILL');
    return;
  }
  const cancel = clock.after(graceMs, () => {
    send('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
  });
  child.once('close', () => {
    cancel();
    // Members that ignored the signal and closed their output.
    send('SIGKILL');
  });
}

function startFailure(program: string, error: NodeJS.ErrnoException) {
  if (error.code === 'ENOENT')
    return cannotDo(msg('There is no program {program} on this machine: install it, or name its path under checks in the configuration.'), {
      program,
    });
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return cannotDo(msg('{program} may not be run by this user: give it the right to be run, or run secmon as somebody who has it.'), {
      program,
    });
  return cannotDo(msg('{program} cannot be started ({code}).'), { program, code: error.code ?? error.message });
}

/** The last thing that a program wrote, short, for a sentence. */
export function lastWords({ stdout, stderr }: Pick<ProcessResult, 'stdout' | 'stderr'>): string {
  const lines = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim());
  const last = lines.findLast((line) => line !== '') ?? '-';
  return last.length > 200 ? `${last.slice(0, 200)}…` : last;
}
