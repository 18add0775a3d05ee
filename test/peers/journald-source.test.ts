import { chmodSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Position } from '../../src/model/position.ts';
import { createCommandSource } from '../../src/sources/command.ts';
import type { ProgramCommand } from '../../src/sources/program-command.ts';
import { parseShortcut } from '../../src/sources/shortcut.ts';
import { openPlace } from '../commands/program.ts';
import { type Running, readAll, run, temporaryFolder } from '../sources/collect.ts';
import { createJournal, hasJournal, type JournalEntry, MACHINE } from './journal.ts';

const numbered = (from: number, to: number, more: Partial<JournalEntry> = {}): JournalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ second: from + i, messages: [`line ${from + i}`], ...more }));
const numbersIn = (lines: readonly string[]): number[] => lines.map((line) => Number(/"MESSAGE":"line (\d+)"/.exec(line)?.[1]));
const between = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

function shortcut(text: string, journalctl: string): ProgramCommand {
  const command = parseShortcut(text, () => MACHINE);
  if ('error' in command) throw new Error(command.error);
  return { ...command, program: journalctl };
}

/** The program reads what is of this machine alone. */
function ownMachine(): string {
  const id = existsSync('/etc/machine-id') ? readFileSync('/etc/machine-id', 'utf8').trim() : '';
  return id.length === MACHINE.length ? id : MACHINE;
}

const missing = hasJournal ? '' : ' (NOT RUN: journalctl or systemd-journal-remote is missing)';

describe.skipIf(!hasJournal && process.env.CI === undefined)(`journald:UNIT with the real journalctl${missing}`, () => {
  test('reads every entry once: through rotation, a kill, a restart, reboots, and when the journal dropped where it was', async () => {
    const journal = createJournal(temporaryFolder());
    const command = shortcut('journald:nginx', journal.journalctl);
    const follow = (lines: number, position?: Position): Running => run(createCommandSource({ command, lines }), position);

    journal.write([...numbered(1, 3), ...numbered(4, 10, { boot: 2 }), ...numbered(500, 520, { unit: 'other.service' })]);
    const first = follow(8);
    await first.untilLines(8);
    journal.write(numbered(11, 15, { boot: 2 }));
    await first.untilLines(13);
    journal.rotate();
    journal.write(numbered(16, 20, { boot: 2 }));
    await first.untilLines(18);
    const pid = first.events.flatMap((event) => (event.type === 'spawned' ? event.pid : []))[0] ?? 0;
    process.kill(-pid, 'SIGKILL');
    journal.write(numbered(21, 25, { boot: 2 }));
    await first.untilEvent('waiting', 'ended by SIGKILL');
    await first.untilLines(23);
    await first.stop();
    expect(numbersIn(first.lines)).toEqual(between(3, 25));

    journal.write(numbered(26, 30, { boot: 2 }));
    journal.rotate();
    journal.write([...numbered(131, 135, { boot: 3 }), ...numbered(600, 605, { boot: 3, machine: 'f'.repeat(32) })]);
    const second = follow(0, first.position());
    await second.untilLines(10);
    journal.write(numbered(136, 136, { boot: 3 }));
    expect(numbersIn(await second.untilLines(11))).toEqual([...between(26, 30), ...between(131, 136)]);
    await second.stop();

    journal.rotate();
    journal.write(numbered(241, 245, { boot: 4 }));
    journal.vacuum();
    const third = follow(0, second.position());
    await third.untilLines(5);
    journal.write(numbered(246, 246, { boot: 4 }));
    expect(numbersIn(await third.untilLines(6))).toEqual(between(241, 246));

    const scanned = await readAll(createCommandSource({ command, once: true }), second.position());
    expect(numbersIn(scanned.lines)).toEqual(between(241, 246));
  }, 60_000);

  test('finds attacks in messages of any bytes, several in one entry, or of a length beyond a line', async () => {
    const here = openPlace();
    onTestFinished(() => here.remove());
    const journal = createJournal(temporaryFolder());
    const request = (n: number): string =>
      `192.0.2.${n} - - [02/Mar/2026:00:00:0${n} +0000] "GET /?q=%27+union+select+password+from+users-- HTTP/1.1" 200 5 "-"`;
    journal.write(
      [
        [`${request(1)} "plain"`],
        [Buffer.concat([Buffer.from(`${request(2)} "`), Buffer.from([0xff, 0xfe, 0x1b]), Buffer.from('"')])],
        [`${request(3)} "${'\u001b'.repeat(20_000)}"`],
        [`${request(4)} "${'x'.repeat(90_000)}"`],
        [`${request(5)} "two"`, Buffer.from([0xff])],
      ].map((messages, second) => ({ second, messages, machine: ownMachine() })),
    );
    const path = `${dirname(journal.journalctl)}:${process.env['PATH']}`;
    const { out } = await here.run(['scan', 'journald:nginx', '--format', 'ndjson'], { env: { PATH: path } });
    const seen = out
      .split('\n')
      .flatMap((line) => (line.includes('"secmon.detection"') ? (/"ip":"(192\.0\.2\.\d)"/.exec(line)?.[1] ?? []) : []));
    expect(seen.toSorted()).toEqual(between(1, 5).map((n) => `192.0.2.${n}`));
  }, 60_000);

  test('says when the journal holds nothing of the unit until it does, and why it may not be read', async () => {
    const folder = temporaryFolder();
    const journal = createJournal(folder);
    journal.write(numbered(1, 2));
    const quiet = run(createCommandSource({ command: shortcut('journald:ssh', journal.journalctl), lines: 10 }));
    await quiet.untilEvent('waiting', 'the journal holds nothing of ssh that this user may read: systemctl list-units shows the names');
    journal.write(numbered(3, 3, { unit: 'ssh.service' }));
    await quiet.untilEvent('live');
    expect(numbersIn(await quiet.untilLines(1))).toEqual([3]);

    const never = await readAll(createCommandSource({ command: shortcut('journald:never', journal.journalctl), once: true }));
    expect(never.events).toContainEqual({
      type: 'waiting',
      detail: 'the journal holds nothing of never that this user may read: systemctl list-units shows the names',
    });

    const pattern = run(createCommandSource({ command: shortcut('journald:no-such*', journal.journalctl) }));
    await pattern.untilEvent('waiting', 'the journal holds no unit of such a name; tries again in 1 s');

    for (const name of readdirSync(folder)) chmodSync(join(folder, name), name === 'journalctl' ? 0o755 : 0);
    chmodSync(folder, 0o755);
    const command = shortcut('journald:nginx', journal.journalctl);
    const asNobody: ProgramCommand =
      process.getuid?.() === 0
        ? {
            ...command,
            program: 'setpriv',
            arguments: (...start) => [
              '--reuid=65534',
              '--regid=65534',
              '--clear-groups',
              journal.journalctl,
              ...command.arguments(...start),
            ],
          }
        : command;
    const denied = run(createCommandSource({ command: asNobody }));
    await denied.untilEvent(
      'waiting',
      'not all of the journal may be read by this user: join group systemd-journal or adm; tries again in 1 s',
    );
  }, 60_000);
});
