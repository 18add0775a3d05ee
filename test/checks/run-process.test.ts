import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { type Argv, createRunProcess, LEAVING, lastWords, type ProcessOptions } from '../../src/checks/run-process.ts';
import { type Clock, systemClock } from '../../src/clock/clock.ts';
import { isRunning } from '../commands/program.ts';
import { openFolder, script } from './support.ts';

const isRoot = process.getuid?.() === 0;

/** A clock whose timers run when the test says so. */
function handClock(): Clock & { ring(): void } {
  const timers = new Set<() => void>();
  return {
    now: () => 0,
    monotonic: () => 0,
    after(_, run) {
      timers.add(run);
      return () => timers.delete(run);
    },
    ring() {
      for (const run of [...timers]) run();
    },
  };
}

const run = (argv: Argv, changes: Partial<ProcessOptions> = {}, clock: Clock = systemClock) =>
  createRunProcess({ clock })(argv, { as: 'root', signal: new AbortController().signal, timeoutMs: 30_000, ...changes });

describe('a tool', () => {
  it('gives its output and its exit code, whatever it is', async () => {
    expect(await run(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n', isCut: false });
  });

  it('that is missing is one sentence that says what to do', async () => {
    await expect(run(['no-such-tool-here'])).rejects.toThrow(
      'There is no program no-such-tool-here on this machine: install it, or name its path under checks',
    );
  });

  it('that may not be run is one sentence that says what to do', async () => {
    const folder = openFolder({ tool: '' });
    await expect(run([join(folder, 'tool')])).rejects.toThrow(/may not be run by this user: give it the right/);
  });

  it('sees nothing of our environment but a path and a language', async () => {
    process.env['SECMON_TEST_SECRET'] = 'hidden';
    const { stdout } = await run(['env']);
    delete process.env['SECMON_TEST_SECRET'];
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PATH', 'LANG', 'LC_ALL', 'HOME', 'PWD', 'SHLVL', '_', '', 'OLDPWD'].includes(name ?? ''))).toEqual([]);
    expect(stdout).not.toContain('hidden');
  });

  it('is ended with all its children when its time is over', async () => {
    const folder = openFolder();
    const pidFile = join(folder, 'pid');
    const tool = script(folder, 'tool', `sleep 1000 & echo $! > ${pidFile}; echo begun; wait`);
    const clock = handClock();
    const running = run([tool], { onOutput: () => clock.ring() }, clock);
    await expect(running).rejects.toThrow(/did not end within 30 s and was stopped: raise timeout/);
    const child = Number(readFileSync(pidFile, 'utf8'));
    // What is killed still needs its turn to end.
    await vi.waitFor(() => expect(isRunning(child)).toBe(false), 50_000);
  });

  it('is ended when the run is stopped', async () => {
    const stop = new AbortController();
    await expect(run(['sh', '-c', 'echo begun; exec sleep 1000'], { signal: stop.signal, onOutput: () => stop.abort() })).rejects.toThrow(
      /was stopped/,
    );
    await expect(run(['true'], { signal: stop.signal })).rejects.toThrow(/was stopped/);
  });

  it('that does not listen to its end is ended at once when secmon itself leaves', async () => {
    const leaving = new AbortController();
    const deaf = ['sh', '-c', "trap '' TERM; echo $$; sleep 1000"] as const;
    let pid = 0;
    const onOutput = (text: string): void => {
      pid = Number(text);
      leaving.abort(LEAVING);
    };
    await expect(run(deaf, { signal: leaving.signal, onOutput }, handClock())).rejects.toThrow(/was stopped/);
    expect(isRunning(pid)).toBe(false);
  });

  it('has its output cut at 16 MiB', async () => {
    const result = await run(['sh', '-c', 'head -c 18000000 /dev/zero']);
    expect(result.isCut).toBe(true);
    expect(result.stdout.length).toBe(16 * 1024 * 1024);
  });

  it.runIf(isRoot)('does not run as root unless it must', async () => {
    expect((await run(['id', '-u'], { as: 'nobody' })).stdout.trim()).toBe('65534');
    expect((await run(['id', '-G'], { as: 'nobody' })).stdout.trim()).toBe('65534');
    expect((await run(['id', '-u'], { as: { ownerOf: '/' } })).stdout.trim()).toBe('65534');
    expect((await run(['id', '-u'], { as: 'root' })).stdout.trim()).toBe('0');
  });

  it('is quoted by the last thing that it wrote, cut', () => {
    expect(lastWords({ stdout: 'one\n', stderr: 'two\n\n' })).toBe('two');
    expect(lastWords({ stdout: '', stderr: 'x'.repeat(900) }).length).toBe(201);
  });
});
