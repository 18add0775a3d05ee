import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isRunning } from '../commands/program.ts';
import { createLog, type TestLog } from './lines.ts';
import { eventually, expectShell, FEED, hasTmux, notRun, openTerminal, type Terminal } from './tmux.ts';

const CRASHER = join(import.meta.dirname, 'throw-in-component.mjs');
let terminal: Terminal;
let log: TestLog;

beforeEach(() => {
  if (!hasTmux) return;
  terminal = openTerminal();
  log = createLog(terminal.folder);
  log.add({ target: '/first' });
});
afterEach(() => terminal?.close());

/** Starts the monitor and waits until lines stand on its screen. */
async function start(before: string, args = ''): Promise<number> {
  const pid = await terminal.secmon(args, { before });
  await terminal.until('lines on the screen', (s) => s.includes('secmon') && / GET /.test(s));
  return pid;
}

describe.skipIf(!hasTmux).each([
  ['idle', 'tail -n +1 -f access.log |'],
  ['busy', `${process.execPath} ${FEED} 0 60 |`],
])(`every way out leaves the terminal clean, %s${notRun}`, (_, before) => {
  const out = (name: string, code: number, leave: (pid: number) => void): void => {
    test(name, async () => {
      const pid = await start(before);
      leave(pid);
      const left = await expectShell(terminal, code);
      expect(left).not.toContain(' GET ');
      expect(left).not.toMatch(/secmon stopped/);
    });
  };
  out('q', 0, () => terminal.keys('q'));
  out('Ctrl-C', 130, () => terminal.keys('C-c'));
  out('SIGTERM', 143, (pid) => process.kill(pid, 'SIGTERM'));
  out('SIGHUP', 129, (pid) => process.kill(pid, 'SIGHUP'));

  test('an exception in a component, told in the shell', async () => {
    const pid = await start(`${before} NODE_OPTIONS=--import=${CRASHER}`, '--tz Europe/Berlin');
    process.kill(pid, 'SIGUSR2');
    expect(await expectShell(terminal, 1)).toMatch(/secmon stopped: Error: thrown while a component draws/);
  });

  test('Ctrl-Z gives a clean shell, fg brings the screen and its keys back', async () => {
    await start(before);
    for (let round = 0; round < 2; round++) {
      terminal.keys('C-z');
      await terminal.until('the shell', (s) => s.includes('Stopped') && /^\$ *$/m.test(s));
      expect(terminal.flag('alternate_on')).toBe('0');
      expect(terminal.flag('cursor_flag')).toBe('1');
      terminal.run('clear; echo typed-$((6*7))');
      await terminal.until('typing works while it is stopped', (s) => /^typed-42$/m.test(s) && !s.includes(' GET '));
      terminal.run('fg');
      await terminal.until('the screen again', (s) => s.includes('secmon') && / GET /.test(s) && !s.includes('typed-42'));
      terminal.keys('?');
      await terminal.until('keys work again', (s) => s.includes('─ Help '));
      terminal.keys('Escape');
      await terminal.until('the live screen', (s) => !s.includes('─ Help '));
    }
    terminal.keys('q');
    await terminal.until('the prompt', (s) => /^\$ *$/m.test(s) && !s.includes(' GET '));
    expect(terminal.flag('alternate_on')).toBe('0');
    terminal.run('clear; stty -a');
    await terminal.until('a terminal as a shell expects it', (s) => /\sicanon\b/.test(s) && /\secho\b/.test(s));
  });

  test('a connection that drops ends the program', async () => {
    const pid = await start(before);
    terminal.hangUp();
    await eventually('the program ends', () => !isRunning(pid));
  });

  test.each([
    ['with a screen', '', 'secmon', 129],
    ['without one', '--no-ui', 'sqli', 0],
  ])('which is no crash, %s', async (_, args, shown, expected) => {
    const code = join(terminal.folder, 'code');
    log.add({ target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--' });
    // A shell that lives on, to tell of it.
    terminal.run(`clear; ${before} sh -c 'trap : HUP; $SECMON ${args}; echo $? >code'`);
    await terminal.until('that it runs', (s) => s.includes(shown) && / GET /.test(s));
    terminal.hangUp();
    expect(await eventually('its exit code', () => existsSync(code) && readFileSync(code, 'utf8'))).toBe(`${expected}\n`);
  });
});

describe.skipIf(!hasTmux)(`the end of the input${notRun}`, () => {
  test('keeps the screen, says so, and q still leaves', async () => {
    await start('cat access.log |');
    const screen = await terminal.until('input ended', (s) => s.includes('input ended'));
    expect(screen).toContain('/first');
    terminal.keys('Enter');
    await terminal.until('keys go on working', (s) => s.includes('Entry 1'));
    terminal.keys('q');
    await terminal.until('the live screen', (s) => !s.includes('Entry 1'));
    terminal.keys('q');
    await expectShell(terminal, 0);
  });

  test('of an empty input says so too', async () => {
    await terminal.secmon('', { before: 'true |' });
    await terminal.until('input ended', (s) => s.includes('input ended') && s.includes('ended without a line'));
    terminal.keys('q');
    await expectShell(terminal, 0);
  });

  test('of a source that goes away is told while the other goes on', async () => {
    await terminal.secmon('access.log --exec "echo gone"');
    await terminal.until('both', (s) => s.includes('/first') && s.includes('gone'));
    log.add({ target: '/second' });
    await terminal.until('the file goes on', (s) => s.includes('/second'));
    terminal.keys('q');
    await expectShell(terminal, 0);
  });
});
