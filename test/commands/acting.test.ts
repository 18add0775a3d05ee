import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAuditLog } from '../../src/audit/audit-log.ts';
import { openPlace, type Place } from './program.ts';

let place: Place;
beforeEach(() => {
  place = openPlace();
  const command = (program: string): string => `[${program}, "${place.folder}/{address}"]`;
  place.write(
    'on.yml',
    `version: 1\nactions:\n  dry_run: false\n  commands: { edge: { ban: ${command('touch')}, unban: ${command('rm')} } }\n`,
  );
  place.write('dry.yml', `version: 1\nactions:\n  commands: { edge: { ban: ${command('touch')}, unban: ${command('rm')} } }\n`);
});
afterEach(() => place.remove());

const ban = (...args: string[]) => place.run(['ban', ...args, '--config', 'on.yml']);

test('ban, bans and unban do what they say, and say it', async () => {
  expect(await ban('203.0.113.9', '--for', '2h', '--why', 'scanning')).toMatchObject({
    code: 0,
    out: `running: touch ${place.folder}/203.0.113.9\nThe command is told no time: secmon ends the ban after 2 h 00 when it runs then.\ncommand edge banned 203.0.113.9 for 2 h 00\n`,
  });
  expect(place.has('203.0.113.9')).toBe(true);
  expect((await place.run(['bans', '--config', 'on.yml'])).out).toBe('203.0.113.9  command edge  1 h 59 left\n');
  expect(await place.run(['unban', '203.0.113.9', '--config', 'on.yml'])).toMatchObject({ code: 0 });
  expect(place.has('203.0.113.9')).toBe(false);
  const { out } = await place.run(['audit', 'show', 'SCANNING']);
  expect(out).toMatch(
    /^1 {2}\S+ {2}.*ban {2}203\.0\.113\.9: command edge banned 203\.0\.113\.9 for 2 h 00 \(scanning, command edge, 7200 s\)\n$/,
  );
});

test('without dry_run: false nothing is done', async () => {
  const { code, out } = await place.run(['ban', '203.0.113.9', '--config', 'dry.yml']);
  expect(code).toBe(0);
  expect(out).toContain(`would run: touch ${place.folder}/203.0.113.9`);
  expect(out).toContain('dry run, nothing was done');
  expect(place.has('203.0.113.9')).toBe(false);
});

test('what the guard refuses needs the word', async () => {
  const refused = await ban('127.0.0.1');
  expect(refused).toMatchObject({ code: 2, out: '' });
  expect(refused.err).toContain('refused: 127.0.0.1 is an address of this machine');
  expect((await ban('127.0.0.1', '--force', 'yes')).code).toBe(2);
  expect((await ban('127.0.0.1', '--force', 'anyway')).code).toBe(0);
});

test('nonsense is refused with what was expected', async () => {
  expect((await ban('example.org')).err).toContain('"example.org" is no address: expected one such as 203.0.113.9');
  expect((await ban('203.0.113.9', '--for', 'soon')).err).toContain('--for: expected a time such as 10m, 3h or 2d, got "soon"');
  expect((await ban('203.0.113.9', '--by', 'nftables')).err).toContain('there are: command edge');
});

test('audit verify proves the log whole against a head, and finds what was done to it', async () => {
  const verify = (...args: string[]) => place.run(['audit', 'verify', ...args]);
  expect((await verify()).err).toContain('there is no audit log yet');
  await ban('203.0.113.9');
  await ban('203.0.113.10');
  const { code, out } = await verify();
  expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/^whole: 2 records, .*\nhead 2:[0-9a-f]{64}\n$/) });
  const head = /head (\S+)/.exec(out)?.[1] ?? '';
  expect((await verify('--head', head)).code).toBe(0);
  expect((await verify('--head', 'nonsense')).err).toContain('--head: expected');
  const log = '.local/state/secmon/audit.ndjson';
  const [first = ''] = place.read(log).split('\n');
  place.write(log, `${first}\n`);
  expect(await verify('--head', head)).toMatchObject({ code: 1, out: expect.stringContaining('NOT WHOLE: record 2 is missing') });
});

test('processes that act at the same time write one whole log', async () => {
  await Promise.all(Array.from({ length: 6 }, (_, i) => ban(`203.0.113.${i}`)));
  expect((await place.run(['audit', 'verify'])).out).toMatch(/^whole: 6 records/);
  expect((await place.run(['bans', '--config', 'on.yml'])).out.trimEnd().split('\n')).toHaveLength(6);
});

test('setup prints what fail2ban and nftables need, and changes nothing by itself', async () => {
  const { code, out } = await place.run(['setup', 'fail2ban', '--print']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /# ---- \/etc\/fail2ban\/filter\.d\/secmon\.conf[\s\S]*failregex = [\s\S]*# ---- \/etc\/fail2ban\/jail\.d\/secmon\.conf[\s\S]*\[secmon\]/,
  );
  expect((await place.run(['setup', 'nftables', '--print'])).out).toContain('flags interval, timeout');
  expect(await place.run(['setup', 'fail2ban'])).toMatchObject({ code: 2, err: expect.stringContaining('--print') });
});

test('setup prints the helper’s units with this program’s own path, and the steps', async () => {
  const { code, out } = await place.run(['setup', 'helper', '--print']);
  expect(code).toBe(0);
  expect(out).toMatch(
    /# ---- \/etc\/systemd\/system\/secmon-helper\.socket[\s\S]*ListenStream=\/run\/secmon-helper\.sock[\s\S]*SocketMode=0660/,
  );
  expect(out).toMatch(/# ---- \/etc\/systemd\/system\/secmon-helper@\.service[\s\S]*\nExecStart=\/\S+ \/\S+cli\.js helper\n/);
  expect(out).toContain('systemctl enable --now secmon-helper.socket');
  expect(await place.run(['setup', 'helper'])).toMatchObject({ code: 2, err: expect.stringContaining('--print') });
});

test.skipIf(process.geteuid?.() === 0)('the helper is root’s', async () => {
  expect(await place.run(['helper'])).toMatchObject({ code: 2, err: expect.stringContaining('the helper is root') });
});

test.runIf(process.geteuid?.() === 0)('the helper takes no connection but one that it is handed, or its own', async () => {
  const { code, err } = await place.run(['helper', '--state', place.path('helper')]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('nobody hands the helper a connection') });
});

test('audit verify and show walk over full files', async () => {
  await ban('203.0.113.9');
  const log = '.local/state/secmon/audit.ndjson';
  const filler = 'x'.repeat(1_900);
  const options = {
    path: place.path(log),
    who: { login: '', user: 'test', ssh: '' },
    now: () => 0,
    locked: <T>(work: () => T): T => work(),
  };
  const audit = createAuditLog({ ...options, maxBytes: 4_000, keep: 2 });
  for (let i = 0; i < 12; i++) audit.append({ action: 'mark', what: String(i), result: filler, why: '' });
  const whole = await place.run(['audit', 'verify']);
  expect(whole).toMatchObject({ code: 0, out: expect.stringMatching(/^whole: \d+ records.*\nhead \S+\nrecords 1 to \d+ were let go/) });
  expect((await place.run(['audit', 'show', 'rotation'])).out.trimEnd().split('\n').length).toBeGreaterThan(1);
  place.write(`${log}.1`, place.read(`${log}.1`).replace('"what":"', '"what":"y'));
  expect(await place.run(['audit', 'verify'])).toMatchObject({ code: 1, out: expect.stringMatching(/^NOT WHOLE: record \d+ was changed/) });
});
