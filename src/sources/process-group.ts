import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import type { Clock } from '../clock/clock.ts';
import { pause } from './pause.ts';

const TERM_GRACE_MS = 2000;

/** A command for the shell, or a program with its arguments, in a process group of its own, so that it can neither take the terminal's keys nor outlive us in parts. */
export const spawnGroup = (command: string | readonly [program: string, ...arguments_: string[]]): ChildProcess => {
  const options = { detached: true, stdio: ['ignore', 'pipe', 'pipe'] } satisfies SpawnOptions;
  if (typeof command === 'string') return spawn(command, { ...options, shell: true });
  const [program, ...rest] = command;
  return spawn(program, rest, options);
};

/**
 * Ends the child's group: SIGTERM, then SIGKILL for what is left once nobody writes to our pipes any more, at the latest after 2 s. The pipes tell,
 * not the group's existence: where init does not reap (containers), dead members stay in it. Throws away what still comes through them.
 */
export async function endGroup(child: ChildProcess, clock: Clock): Promise<void> {
  const { pid, stdout, stderr } = child;
  if (pid === undefined) return;
  const closed = new AbortController();
  child.once('close', () => closed.abort());
  stdout?.removeAllListeners('readable').resume();
  stderr?.resume();
  signalGroup(pid, 'SIGTERM');
  await pause(clock, TERM_GRACE_MS, closed.signal);
  signalGroup(pid, 'SIGKILL');
  stdout?.destroy();
  stderr?.destroy();
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody is left in it.
  }
}
