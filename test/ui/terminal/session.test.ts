import { spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inkOutputPlugin } from '../../../scripts/ink-output-plugin.mjs';
import { isRunning } from '../../commands/program.ts';
import { bundleFixture } from './bundle-fixture.ts';
import { hasScript, isClean, notRun, type PtyRun, runInPty } from './pty.ts';

let program = '';
const started: Monitor[] = [];
beforeAll(async () => {
  if (hasScript) program = await bundleFixture('tiny-monitor.tsx', [inkOutputPlugin()]);
});
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  if (program !== '') rmSync(dirname(program), { recursive: true, force: true, maxRetries: 5 });
});

interface Monitor extends PtyRun {
  readonly notes: () => string;
  readonly pid: () => number;
}

/** The fixture, its status and the terminal's mode told after it ended. */
function start({
  everyMs = 1_000,
  before = '',
  env = {},
}: {
  everyMs?: number;
  before?: string;
  env?: Record<string, string>;
} = {}): Monitor {
  const notes = join(dirname(program), `notes-${started.length}`);
  const run = runInPty(`${before} ${process.execPath} ${program}; code=$?; echo "code=$code"; stty -a; exit $code`, {
    env: { NOTES: notes, THEMES: join(import.meta.dirname, '../../../themes'), EVERY_MS: String(everyMs), ...env },
  });
  const monitor = { ...run, notes: () => readFileSync(notes, 'utf8'), pid: () => Number(readFileSync(`${notes}.pid`, 'utf8')) };
  started.push(monitor);
  return monitor;
}

const live = (run: PtyRun): Promise<void> =>
  run.until(
    'the screen is drawn',
    ({ rows, alternate }) => alternate && /^LIVE \d+ 80x24/.test(rows[0] ?? '') && rows.length === 24 && rows[23] !== '',
  );
const isRaw = (text: string): boolean => / -icanon/.test(text);

/** What was written after the program's last sequence, the shell's part. */
const afterwards = (raw: string): string => raw.slice(raw.lastIndexOf('\x1b[?1049l'));

async function expectClean(run: Monitor, code: number): Promise<void> {
  expect(await run.ended).toBe(code);
  expect(isClean(run.raw()), JSON.stringify(run.raw().slice(-300))).toBe(true);
  expect(afterwards(run.raw())).toContain(`code=${code}`);
  expect(isRaw(afterwards(run.raw()))).toBe(false);
  expect(run.notes()).toContain('clean-up ran');
  expect(run.notes()).toContain('slow clean-up ran');
}

describe.skipIf(!hasScript).each([
  ['idle', 60_000],
  ['busy', 5],
])(`every way out leaves the terminal clean, %s${notRun}`, (_, everyMs) => {
  const out = (name: string, code: number, leave: (run: Monitor) => void, said?: RegExp): void => {
    test(name, async () => {
      const run = start({ everyMs });
      await live(run);
      leave(run);
      await expectClean(run, code);
      if (said !== undefined) expect(afterwards(run.raw())).toMatch(said);
    });
  };
  out('q', 0, (run) => run.type('q'));
  out('Ctrl-C', 130, (run) => run.type('\x03'));
  out('SIGTERM', 143, (run) => process.kill(run.pid(), 'SIGTERM'));
  out('SIGHUP', 129, (run) => process.kill(run.pid(), 'SIGHUP'));
  out('SIGINT from outside', 130, (run) => process.kill(run.pid(), 'SIGINT'));
  out('an exception in a component', 1, (run) => run.type('X'), /secmon stopped: Error: thrown in a component/);
  out('an exception in a timer, its text harmless', 1, (run) => run.type('U'), /secmon stopped: Error: thrown in a timer␛\]0;owned␇/);
  out('a rejection nobody caught', 1, (run) => run.type('R'), /secmon stopped: Error: nobody caught this/);

  test('process.exit from anywhere', async () => {
    const run = start({ everyMs });
    await live(run);
    run.type('E');
    expect(await run.ended).toBe(7);
    expect(isClean(run.raw())).toBe(true);
    expect(isRaw(afterwards(run.raw()))).toBe(false);
  });

  test('Ctrl-Z stops with the terminal clean and no frame after it; fg brings the whole screen back', async () => {
    const stopped = start({ everyMs, before: 'set -m; trap "" INT;' });
    // `set -m` gives the program a process group of its own; a shell that is not interactive leaves the terminal's mode alone.
    await live(stopped);
    stopped.type('\x1a');
    await stopped.until('the shell goes on', (__, raw) => afterwards(raw).includes('code='));
    await stopped.ended;
    const rest = afterwards(stopped.raw());
    expect(rest).not.toContain('\x1b[?2026h');
    expect(isRaw(rest)).toBe(false);
    killIfAlive(stopped.pid());

    const shell = runInPty('exec bash --norc --noprofile -i', {
      env: {
        NOTES: '/dev/null',
        THEMES: join(import.meta.dirname, '../../../themes'),
        EVERY_MS: String(everyMs),
        PS1: 'prompt> ',
        HISTFILE: '/dev/null',
      },
    });
    await shell.until('there is a prompt', ({ text }) => text.includes('prompt>'));
    shell.type(`${process.execPath} ${program}\r`);
    await live(shell);
    for (let round = 1; round <= 2; round += 1) {
      shell.type('\x1a');
      await shell.until('it is stopped', ({ text, alternate }) => !alternate && text.includes('Stopped'));
      shell.type('clear; fg\r');
      await live(shell);
      shell.type('k');
      await shell.until('keys work again', ({ rows }) => rows[1] === `keys ${Array(round).fill('k').join(' ')}`);
    }
    shell.type('q');
    await shell.until('the prompt is back', ({ text, alternate }) => !alternate && text.includes('prompt>'));
    shell.type('exit\r');
    await shell.ended;
    expect(isClean(shell.raw())).toBe(true);
  });
});

describe.skipIf(!hasScript)(`in a pseudo-terminal${notRun}`, () => {
  test('keys come from the terminal while the log comes through standard input, which nobody touches', async () => {
    const run = start({ before: 'yes line | head -c 100000 |' });
    await live(run);
    expect(run.screen().rows[0]).toContain('stdin=false');
    run.type('jjk\x1b[A\x1bOP한\x1b[200~two words\x1b[201~');
    await run.until('the keys are shown', ({ rows }) => rows[1] === 'keys j j k up f1 한 paste(two words)');
    run.type('\x1b');
    await run.until('Escape is told from a sequence', ({ rows }) => rows[1]?.endsWith(' esc') ?? false);
    run.type('q');
    await expectClean(run, 0);
  });

  test('CI=true does not blank the screen', async () => {
    const run = start({ env: { CI: 'true', GITHUB_ACTIONS: 'true' } });
    await live(run);
    run.type('q');
    await expectClean(run, 0);
  });

  test('NO_COLOR draws without one colour', async () => {
    const run = start({ env: { NO_COLOR: '1' } });
    await live(run);
    expect(
      run
        .screen()
        .cells.flat()
        .filter(({ fg, bg }) => fg !== '' || bg !== ''),
    ).toEqual([]);
    expect(
      run
        .screen()
        .cells.flat()
        .some(({ bold }) => bold),
    ).toBe(true);
    run.type('q');
    await expectClean(run, 0);
  });

  test('the theme’s colours and ground reach every cell', async () => {
    const run = start();
    await live(run);
    expect(
      new Set(
        run
          .screen()
          .cells.flat()
          .map(({ bg }) => bg),
      ),
    ).toEqual(new Set(['#0d1117']));
    expect(run.screen().cell(0, 0)).toMatchObject({ text: 'L', fg: '#58a6ff' });
    run.type('q');
    await expectClean(run, 0);
  });

  test('a locale without UTF-8 gets ASCII only', async () => {
    const run = start({ env: { LC_ALL: 'C' } });
    await live(run);
    expect(run.raw()).toMatch(/^[\x00-\x7f]*$/);
    run.type('q');
    await expectClean(run, 0);
  });

  test('a resize is drawn at the new size', async () => {
    const run = start({ everyMs: 60_000 });
    await live(run);
    spawnSync('stty', ['-F', readlinkSync(`/proc/${run.pid()}/fd/1`), 'cols', '60', 'rows', '20']);
    await run.until('the screen has the new size', ({ rows }) => /^LIVE \d+ 60x20/.test(rows[0] ?? ''));
    run.type('q');
    await expectClean(run, 0);
  });

  test('Ctrl-L draws everything anew', async () => {
    const run = start({ everyMs: 60_000 });
    await live(run);
    const before = run.raw().split('\x1b[2J').length;
    run.type('\x0c');
    await run.until('it is drawn again', (_, raw) => raw.split('\x1b[2J').length > before);
    run.type('q');
    await expectClean(run, 0);
  });

  test('what is written to standard error stays off the screen and is told afterwards', async () => {
    const run = start({ everyMs: 60_000 });
    await live(run);
    run.type('Wj');
    await run.until('the key behind it is shown', ({ rows }) => rows[1] === 'keys W j');
    expect(run.raw()).not.toContain('stray warning');
    run.type('q');
    await expectClean(run, 0);
    expect(afterwards(run.raw())).toContain('a stray warning');
  });

  test('where SIGTSTP stops nobody (no shell over the group) the screen comes back by itself', async () => {
    const run = runInPty(`exec ${process.execPath} ${program}`, {
      env: { NOTES: '/dev/null', THEMES: join(import.meta.dirname, '../../../themes') },
    });
    await live(run);
    const entered = (raw: string): number => raw.split('\x1b[?1049h').length;
    const before = entered(run.raw());
    run.type('\x1a');
    await run.until('the screen is back', ({ alternate }, raw) => alternate && entered(raw) > before);
    await live(run);
    run.type('q');
    expect(await run.ended).toBe(0);
  });

  test('a terminal that stops reading stops neither the program nor its end', async () => {
    const run = start({ everyMs: 2 });
    await live(run);
    run.stall();
    const notes = (): string[] => run.notes().trim().split('\n');
    const framesAtStall = notes().length;
    const dropped = (): number => Number(notes().at(-1)?.split(' ').at(-1));
    await eventually('it draws on while nobody reads', () => dropped() > 200 && notes().length > framesAtStall + 400);
    const pid = run.pid();
    process.kill(pid, 'SIGTERM');
    await eventually('it ends while its terminal is stalled', () => !isRunning(pid));
    expect(run.notes()).toContain('slow clean-up ran');
    run.goOn();
    expect(await run.ended).toBe(143);
  });

  test('a dropped connection ends the program, clean-ups and all', async () => {
    const run = start({ everyMs: 5 });
    await live(run);
    const pid = run.pid();
    run.child.kill('SIGKILL');
    await eventually('it is gone', () => !isRunning(pid));
    expect(run.notes()).toContain('slow clean-up ran');
  });
});

describe('where there is no terminal', () => {
  test.skipIf(!hasScript)(`there is no session, and the reason is told${notRun}`, () => {
    const run = spawnSync('setsid', ['-w', process.execPath, program], { encoding: 'utf8' });
    expect(run.stdout).toBe('no session: standard output is not a terminal\n');
    expect(run.status).toBe(3);
  });

  test.skipIf(!hasScript)(`nor in a terminal that cannot place text${notRun}`, async () => {
    const run = start({ env: { TERM: 'dumb' } });
    expect(await run.ended).toBe(3);
    expect(run.raw()).toContain('no session: this terminal cannot place text (TERM=dumb)');
  });
});

/** For what tells nobody that it happened: looks again and again, for a bounded time. */
async function eventually(what: string, is: () => boolean): Promise<void> {
  const deadline = Date.now() + 50_000;
  while (!is()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

/** The kernel sends SIGHUP and SIGCONT to what a shell that ends leaves stopped (setpgid(2)): it may have ended itself. */
function killIfAlive(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    expect(error).toMatchObject({ code: 'ESRCH' });
  }
}
