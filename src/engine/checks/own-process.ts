import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { cannot, cannotDo } from '../../checks/cannot.ts';
import type { Check, CheckContext, CheckEvent } from '../../checks/check.ts';
import { LEAVING, lastWords } from '../../checks/run-process.ts';
import { proxies } from '../../checks/updates/apt.ts';
import type { Clock } from '../../clock/clock.ts';
import { msg } from '../../lang/lang.ts';
import { type FromCheck, type JobConfig, LEAVE, packJob, STOP } from './job.ts';

export interface OwnProcessParts extends JobConfig {
  /** Path of `check.js`, the program of one run. */
  readonly program: string;
  readonly clock: Clock;
}

const HEAP_MB = 256;
/** One thread of V8's own is enough for so little. */
const NODE_OPTIONS = [`--max-old-space-size=${HEAP_MB}`, '--v8-pool-size=1'] as const;
const MAX_OUTPUT_CHARS = 64 * 1024 * 1024;
const MAX_ERROR_CHARS = 4_096;
/** Less than what a run gets to end by itself, and than what an engine waits for at its end. */
const KILL_MS = { stopped: 9_000, leaving: 2_500 } as const;
/** What a check needs of our environment. */
const PASSED = ['TZ', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;

const environment = (): Readonly<Record<string, string>> => ({
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  ...proxies(),
  ...Object.fromEntries(PASSED.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name] ?? '']]))),
});

/**
 * The same check, each run in a process of its own, which is ended as a group with all tools it started when the run is stopped or its
 * time is up. Its job and secrets go through its standard input, never through arguments or the environment.
 */
export const inOwnProcess = (check: Check, parts: OwnProcessParts): Check => ({
  ...check,
  run: (context) => runApart(check, context, parts),
});

async function* runApart(check: Check, context: CheckContext, { program, clock, ...job }: OwnProcessParts): AsyncIterable<CheckEvent> {
  const { signal } = context;
  if (signal.aborted) throw cannotDo(msg('The run was stopped.'));
  const line = JSON.stringify(packJob(check.name, job, context));
  const child = start(program);
  const groups = new Set<number>();
  const kill = (): void => killGroups(child, groups);
  let cancelKill = (): void => {};
  const stop = (): void => {
    const isLeaving = signal.reason === LEAVING;
    child.process.stdin?.write(`${isLeaving ? LEAVE : STOP}\n`);
    cancelKill = clock.after(isLeaving ? KILL_MS.leaving : KILL_MS.stopped, kill);
  };
  signal.addEventListener('abort', stop, { once: true });
  let isOver = false;
  try {
    child.process.stdin?.write(`${line}\n`);
    for await (const event of eventsOf(child.stdout)) {
      if (event.type === 'group') {
        if (event.isAlive) groups.add(event.pid);
        else groups.delete(event.pid);
      } else if (event.type === 'problem') throw cannot(event.problem);
      else if (event.type === 'end') {
        isOver = true;
        return;
      } else yield event;
    }
    isOver = true;
    throw await child.failure(signal.aborted);
  } finally {
    // Who is being stopped gets the time to stop what it started elsewhere.
    if (!isOver && signal.aborted) await child.closed;
    signal.removeEventListener('abort', stop);
    cancelKill();
    kill();
  }
}

interface Started {
  readonly process: ChildProcess;
  readonly stdout: Readable;
  readonly closed: Promise<void>;
  /** Why it ended without saying that it had. */
  failure(wasStopped: boolean): Promise<Error>;
}

function start(program: string): Started {
  const child = spawn(process.execPath, [...NODE_OPTIONS, program], {
    cwd: '/',
    env: environment(),
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let stderr = '';
  let startError = '';
  child.stdin.on('error', () => {});
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-MAX_ERROR_CHARS);
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', (error: NodeJS.ErrnoException) => {
      startError = error.code ?? error.message;
      resolve();
    });
  });
  return {
    process: child,
    stdout: child.stdout,
    closed,
    async failure(wasStopped) {
      await closed;
      if (wasStopped) return cannotDo(msg('The run was stopped.'));
      if (startError !== '')
        return cannotDo(msg('No process can be started for this check ({code}): see the limits of memory and processes.'), {
          code: startError,
        });
      if (/heap out of memory/.test(stderr))
        return cannotDo(msg('The check needed more than {n} MB and was ended: give it less to look at.'), { n: HEAP_MB });
      const how = child.signalCode ?? `code ${child.exitCode}, ${lastWords({ stdout: '', stderr })}`;
      return cannotDo(msg('The process of this check ended in the middle ({how}): see whether the machine is short of memory.'), { how });
    },
  };
}

async function* eventsOf(stdout: Readable): AsyncIterable<FromCheck> {
  let parts: string[] = [];
  let total = 0;
  for await (const chunk of stdout.setEncoding('utf8') as AsyncIterable<string>) {
    total += chunk.length;
    if (total > MAX_OUTPUT_CHARS) throw cannotDo(msg('The check found more than can be taken in: give it less to look at.'));
    const lines = chunk.split('\n');
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      const whole = parts.length === 0 ? line : parts.join('') + line;
      parts = [];
      yield eventOf(whole);
    }
    if (rest !== '') parts.push(rest);
  }
}

function eventOf(line: string): FromCheck {
  try {
    return JSON.parse(line) as FromCheck;
  } catch {
    throw cannotDo(msg('The process of this check ended in the middle ({how}): see whether the machine is short of memory.'), {
      how: line.slice(0, 80),
    });
  }
}

function killGroups(child: Started, tools: ReadonlySet<number>): void {
  for (const pid of [child.process.pid, ...tools]) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Nobody is left in it.
    }
  }
}
