import { describe, expect, it } from 'vitest';
import { createOsqueryCheck } from '../../../src/checks/osquery/osquery.ts';
import { osqueryPack } from '../../../src/checks/osquery/pack.ts';
import { english } from '../../../src/text/said.ts';
import { failureOf, openFolder, runOf, script } from '../support.ts';

/** A script that honours the contract of `osqueryi --json QUERY`: a list of rows, every value a text; answers by table. */
function osqueryi(tables: Readonly<Record<string, string>>, { version = 'osqueryi version 5.10.2' } = {}): string {
  const cases = Object.entries(tables).map(([table, text]) => `*"FROM ${table}"*) ${text} ;;`);
  return script(
    openFolder(),
    'osqueryi',
    `[ "$1" = --version ] && { echo '${version}'; exit 0; }\n[ "$1" = --json ] || exit 64\ncase "$2" in\n*"uid = 0"*|*authorized_keys*) echo '[]' ;;\n${cases.join('\n')}\n*) echo '[]' ;;\nesac`,
  );
}
const check = (program: string, webRoots: readonly string[] = []) =>
  createOsqueryCheck({ program, timeout: '5m', web_roots: [...webRoots] });
const users = (...names: string[]): string =>
  `echo '${JSON.stringify(names.map((username, i) => ({ uid: String(1000 + i), username, shell: '/bin/sh', directory: '/' })))}'`;

describe('osquery', () => {
  it('tells at the first look only what is bad by itself', async () => {
    const program = osqueryi({
      users: users('alice'),
      processes: `echo '[{"pid":"7","name":"kworker","path":"/tmp/x (deleted)","cmdline":"x","uid":"33"}]'`,
    });
    const { findings, notes } = await runOf(check(program));
    expect(findings.map(({ severity, title, subject }) => `${severity} ${english(title)}: ${subject}`)).toEqual([
      'high a process runs whose file is not on disk: kworker /tmp/x (deleted)',
    ]);
    expect(notes.some((note) => note.startsWith('users: first look'))).toBe(true);
  });

  it('then tells what is new, for a week, and no more once it is gone', async () => {
    const first = await runOf(check(osqueryi({ users: users('alice') })));
    const second = await runOf(check(osqueryi({ users: users('alice', 'mallory') })), { memory: first.memory });
    expect(second.findings.map(({ subject, severity }) => `${severity} ${subject}`)).toEqual(['high mallory 1001 /bin/sh']);
    const third = await runOf(check(osqueryi({ users: users('alice', 'mallory') })), { memory: second.memory });
    expect(third.findings.map(({ key }) => key)).toEqual(second.findings.map(({ key }) => key));
    const later = { now: () => Date.UTC(2026, 2, 10), monotonic: () => 0, after: () => () => {} };
    expect((await runOf(check(osqueryi({ users: users('alice', 'mallory') })), { memory: third.memory, clock: later })).findings).toEqual(
      [],
    );
    expect((await runOf(check(osqueryi({ users: users('alice') })), { memory: third.memory })).findings).toEqual([]);
  });

  it('goes on where one query fails, and keeps what that query knew', async () => {
    const first = await runOf(check(osqueryi({ users: users('alice'), suid_bin: `echo '[]'` })));
    const program = osqueryi({ users: 'echo "Error: no such table: users" >&2; exit 1' });
    const second = await runOf(check(program), { memory: first.memory });
    expect(second.unseen).toEqual(['users']);
    expect(second.notes[0]).toMatch(/does not know what the query users asks for .*update it/);
    const third = await runOf(check(osqueryi({ users: users('alice') })), { memory: second.memory });
    expect(third.findings).toEqual([]);
  });

  it('looks at changed files of the web root, whatever its name', async () => {
    const [query] = osqueryPack(["/var/www/o'shop/"]).slice(-1);
    expect(query?.sql).toContain("path LIKE '/var/www/o''shop/%%'");
    expect(osqueryPack([]).some(({ name }) => name === 'web_root_files')).toBe(false);
  });

  it('is not led astray by names of rows', async () => {
    const program = osqueryi({ users: users('__proto__', 'constructor') });
    const first = await runOf(check(program));
    expect((await runOf(check(program), { memory: JSON.parse(JSON.stringify(first.memory)) })).findings).toEqual([]);
  });

  it.each([
    ['another program', { version: 'GNU bash' }, {}, /does not answer as osqueryi does/],
    ['too old', { version: 'osqueryi version 3.4.0' }, {}, /has version 3\.4: update osquery to 4\.0/],
  ])('that is %s is one sentence with what to do', async (_, options, tables, sentence) => {
    expect(await failureOf(check(osqueryi(tables, options)))).toMatch(sentence);
  });

  it.each([
    ['half an answer', 'printf \'[{"uid":"1"\'', /only half of its JSON/],
    ['nonsense', 'echo I0302 osquery initialized', /did not answer JSON/],
    ['no list', "echo '{}'", /did not answer a list of rows/],
    ['no rights', 'echo "Permission denied" >&2; exit 1', /run secmon as root/],
    ['a crash', 'echo "boom" >&2; exit 139', /osquery failed at .*: boom/],
  ])('that gives %s to every query fails with one sentence', async (_, text, sentence) => {
    const program = script(openFolder(), 'osqueryi', `[ "$1" = --version ] && { echo 'osqueryi version 5.10.2'; exit 0; }\n${text}`);
    expect(await failureOf(check(program))).toMatch(sentence);
  });

  it('that is missing is one sentence with what to do', async () => {
    expect(await failureOf(check('no-osqueryi'))).toMatch(/There is no program no-osqueryi/);
  });
});
