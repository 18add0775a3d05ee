import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createCommandSource } from '../../src/sources/command.ts';
import { isRunning } from '../commands/program.ts';
import { run, temporaryFolder } from './collect.ts';
import { createManualClock } from './manual-clock.ts';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const pidOf = (running: ReturnType<typeof run>): number => {
  const spawned = running.events.find((event) => event.type === 'spawned');
  if (spawned?.type !== 'spawned') throw new Error('nothing was spawned');
  return spawned.pid;
};

describe('a command', () => {
  it('gives its lines, a last half line too, and tells when it started and ended', async () => {
    const running = run(createCommandSource({ command: "printf 'one\\ntwo\\nhalf'" }));
    expect(await running.untilLines(3)).toEqual(['one', 'two', 'half']);
    await running.untilEvent('waiting', 'ended with code 0, restarts in 1 s');
    const pid = pidOf(running);
    expect(running.events.slice(0, 3)).toEqual([{ type: 'spawned', pid }, { type: 'live' }, { type: 'exited', pid }]);
  });

  it('is started again after 1, 2, 4 … 60 s', async () => {
    const clock = createManualClock();
    const running = run(createCommandSource({ command: 'echo line; exit 3', clock, random: () => 0 }));
    let runs = 0;
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await running.untilEvent('waiting', `ended with code 3, restarts in ${seconds} s`);
      runs += 1;
      expect(running.lines).toHaveLength(runs);
      expect(clock.waiting()).toEqual([seconds * 1000]);
      clock.advance(seconds * 1000);
    }
    await running.untilLines(9);
  });

  it('that ran for a minute is restarted quickly again', async () => {
    const clock = createManualClock();
    const running = run(createCommandSource({ command: 'echo up; exec sleep 100', clock, random: () => 0 }));
    for (const expected of ['restarts in 1 s', 'restarts in 2 s']) {
      await running.untilEvent('live');
      process.kill(-lastPid(running), 'SIGKILL');
      await running.untilEvent('waiting', expected);
      clock.advance(2000);
    }
    await running.untilEvent('live');
    clock.advance(60_000);
    process.kill(-lastPid(running), 'SIGKILL');
    await running.untilEvent('waiting', 'ended by SIGKILL, restarts in 1 s');
  });

  it('may wait up to a fifth less, by chance', async () => {
    const clock = createManualClock();
    const running = run(createCommandSource({ command: 'true', clock, random: () => 0.5 }));
    await running.untilEvent('waiting');
    expect(clock.waiting()).toEqual([900]);
  });

  it('is ended with all that it started when the source is stopped', async () => {
    const file = join(temporaryFolder(), 'child');
    const running = run(createCommandSource({ command: `sleep 1000 & echo $! > '${file}'; echo up; wait` }));
    await running.untilLines(1);
    const child = Number(readFileSync(file, 'utf8'));
    expect(isAlive(child)).toBe(true);
    await running.stop();
    expect(isAlive(pidOf(running))).toBe(false);
    // What is killed still needs its turn to end.
    await vi.waitFor(() => expect(isRunning(child)).toBe(false), 50_000);
    expect(running.events.at(-1)).toEqual({ type: 'exited', pid: pidOf(running) });
  });

  it('that ignores SIGTERM is killed after two seconds', async () => {
    const clock = createManualClock();
    const running = run(createCommandSource({ command: "trap '' TERM; echo up; while :; do sleep 0.01; done", clock }));
    await running.untilLines(1);
    const stopped = running.stop();
    await clock.untilWaiting();
    clock.advance(1999);
    expect(isAlive(pidOf(running))).toBe(true);
    clock.advance(1);
    await stopped;
    expect(running.events.at(-1)?.type).toBe('exited');
  });

  it('tells what it says on standard error, harmless, five lines a minute', async () => {
    const command = "for i in 1 2 3 4 5 6 7 8; do printf 'bad \\033[2J %s\\n' $i >&2; done; echo out";
    const running = run(createCommandSource({ command }));
    await running.untilEvent('waiting');
    const notices = running.events.flatMap((event) => (event.type === 'notice' ? event.detail : []));
    expect(notices).toHaveLength(5);
    expect(notices[0]).toContain('bad ');
    expect(notices.join('')).not.toContain('\x1b');
    expect(running.lines).toEqual(['out']);
  });

  it('that does not exist says so', async () => {
    const running = run(createCommandSource({ command: 'no-such-command-anywhere' }));
    await running.untilEvent('notice', 'not found');
    await running.untilEvent('waiting', 'command not found (code 127)');
  });

  it('does not get the terminal: its standard input is empty', async () => {
    expect(await run(createCommandSource({ command: 'cat; echo end' })).untilLines(1)).toEqual(['end']);
  });
});

function lastPid(running: ReturnType<typeof run>): number {
  const spawned = running.events.findLast((event) => event.type === 'spawned');
  if (spawned?.type !== 'spawned') throw new Error('nothing was spawned');
  return spawned.pid;
}
