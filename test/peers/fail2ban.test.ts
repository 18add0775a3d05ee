import { spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, chownSync, cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createLog } from '../e2e/lines.ts';
import { eventually, openTerminal, PROGRAM, type Terminal } from '../e2e/tmux.ts';
import { type Fail2banServer, requireFail2ban, startFail2ban } from './fail2ban-server.ts';

const ATTACKER = '203.0.113.66';
const NOBODY = 65_534;

let server: Fail2banServer;
let terminal: Terminal | undefined;
let traffic: NodeJS.Timeout | undefined;

beforeAll(async () => {
  requireFail2ban();
  server = await startFail2ban();
});
afterAll(() => server?.close());
afterEach(() => {
  clearInterval(traffic);
  terminal?.close();
  terminal = undefined;
});

interface Settings {
  readonly socket?: string;
  readonly jail?: string;
  readonly dryRun?: boolean;
}

const configText = ({ socket = server.socket, jail = 'secmon', dryRun = false }: Settings = {}): string =>
  `version: 1\nactions:\n  dry_run: ${dryRun}\n  fail2ban: { socket: ${socket}, jail: ${jail} }\n`;

interface Ended {
  readonly code: number | null;
  readonly out: string;
}

/** Runs secmon with a state folder and configuration of its own. */
/** A copy of the program that everybody may read: the checkout may lie where only root looks. */
function programForAll(folder: string): string {
  cpSync(dirname(PROGRAM), join(folder, 'dist'), { recursive: true });
  cpSync(join(dirname(PROGRAM), '..', 'package.json'), join(folder, 'package.json'));
  return join(folder, 'dist', 'cli.js');
}

function secmon(args: readonly string[], settings: Settings & { readonly asNobody?: boolean } = {}): Ended & { readonly folder: string } {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-ban-'));
  const config = join(folder, 'secmon.yml');
  writeFileSync(config, configText(settings));
  chmodSync(folder, 0o755);
  const env = { ...process.env, SECMON_STATE_DIR: join(folder, 'state'), HOME: folder };
  const [subcommand = '', ...others] = args;
  const { asNobody } = settings;
  const command = [process.execPath, asNobody ? programForAll(folder) : PROGRAM, subcommand, '--config', config, ...others];
  if (asNobody) chownSync(folder, NOBODY, NOBODY);
  const [program = '', ...rest] = asNobody ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command] : command;
  const { status, stdout, stderr } = spawnSync(program, rest, { env, encoding: 'utf8' });
  return { code: status, out: stdout + stderr, folder };
}

/** The screen over a log with an attack, the attacker's line under the cursor. */
async function onAttack(settings: Settings = {}): Promise<{ opened: Terminal; log: ReturnType<typeof createLog> }> {
  const opened = openTerminal();
  terminal = opened;
  const log = createLog(opened.folder);
  writeFileSync(join(opened.folder, 'secmon.yml'), configText(settings));
  log.add(...Array.from({ length: 5 }, (_, i) => ({ target: `/item?id=${i}` })), {
    address: ATTACKER,
    target: '/item?id=1%27%20UNION%20SELECT%20user,password%20FROM%20users--',
    agent: 'sqlmap/1.8.4#stable',
  });
  await opened.secmon('--config secmon.yml access.log');
  await opened.until('the attack', (screen) => (screen.includes(ATTACKER) && screen.includes('sqlmap')) || screen.includes('UNION'));
  return { opened, log };
}

test('from the screen: the exact command is shown, Enter bans, the screen says that it does not work, u unbans', async () => {
  const { opened, log } = await onAttack();
  opened.keys('b');
  const dialog = await opened.until('the command', (screen) => screen.includes('banip'));
  expect(dialog.replace(/\s*│\s*/g, ' ')).toContain(`Ban ${ATTACKER}`);
  expect(dialog).toContain(`set secmon banip ${ATTACKER}`);
  expect(server.actions()).toEqual([]);
  opened.keys('Enter');
  await opened.until('the result', (screen) => screen.includes(`fail2ban banned ${ATTACKER} in jail secmon`));
  await eventually('the action', () => server.actions().length > 0);
  expect(server.actions()).toEqual([`ban ${ATTACKER}`]);
  expect(server.client('get', 'secmon', 'banip')).toContain(ATTACKER);
  // The requests go on, as behind a proxy.
  traffic = setInterval(() => log.add({ address: ATTACKER, target: '/again' }, { address: ATTACKER, target: '/and-again' }), 250);
  await opened.until('that it does not work', (screen) => /ban not effective: still \d+\/s, behind a proxy\?/.test(screen));
  opened.keys('u');
  await eventually('the unban', () => server.actions().includes(`unban ${ATTACKER}`));
  expect(server.client('get', 'secmon', 'banip')).not.toContain(ATTACKER);
});

test('the bans of the real server stand on a screen with the time left, and end from there', async () => {
  server.client('set', 'other', 'banip', '198.51.100.99');
  const { opened } = await onAttack();
  opened.keys('6');
  const screen = await opened.until('the ban', (text) => text.includes('198.51.100.99'));
  expect(screen).toMatch(/198\.51\.100\.99 +9 min +\d\d:\d\d:\d\d +fail2ban other/);
  expect(screen).toContain('fail2ban before 1.1.1 cannot ban a network');
  expect(screen).toContain('Docker');
  opened.keys('b');
  await opened.until('the answer', (text) => text.includes('fail2ban unbanned 198.51.100.99 in jail other'));
  await eventually('the unban', () => server.actions().includes('unban 198.51.100.99'));
});

test('a dry run shows the same and bans nobody', async () => {
  const { opened } = await onAttack({ dryRun: true });
  opened.keys('b');
  await opened.until('the dry run', (screen) => screen.includes('Would run') && screen.includes('Nothing will be banned'));
  opened.keys('Enter');
  await opened.until('the result', (screen) => screen.includes('dry run, nothing was done'));
  expect(server.client('get', 'secmon', 'banip')).not.toContain(ATTACKER);
});

test.each([
  ['a wrong jail', { jail: 'nojail' }, 'fail2ban has no jail "nojail"'],
  ['a socket that is not there', { socket: '/nonexistent/f2b.sock' }, 'fail2ban does not run here'],
])('%s is said in the dialog, and nothing is run', async (_, settings, sentence) => {
  const { opened } = await onAttack(settings);
  const said = server.actions().length;
  opened.keys('b');
  await opened.until('the sentence', (screen) => screen.includes(sentence));
  opened.keys('Enter');
  await opened.until('the sentence again', (screen) => screen.split(sentence).length > 2);
  expect(server.actions()).toHaveLength(said);
});

test('by command: ban for longer than the jail, list, unban, and all of it in the audit log', () => {
  const banned = secmon(['ban', '203.0.113.77', '--for', '3h', '--why', 'test']);
  expect(banned).toMatchObject({ code: 0 });
  expect(banned.out).toContain('fail2ban banned 203.0.113.77 in jail secmon for 3 h 00');
  expect(server.client('get', 'secmon', 'banip', '--with-time')).toMatch(/203\.0\.113\.77 \t.* \+ 1080\d = /);
  // The jail's own time is as before.
  expect(server.client('get', 'secmon', 'bantime').trim()).toBe('3600');
  expect(secmon(['bans']).out).toMatch(/203\.0\.113\.77 {2}fail2ban secmon {2}2 h 59 left/);
  const ended = secmon(['unban', '203.0.113.77']);
  expect(ended).toMatchObject({ code: 0 });
  expect(server.client('get', 'secmon', 'banip')).not.toContain('203.0.113.77');
  const file = ['--file', join(banned.folder, 'state', 'audit.ndjson')];
  const env = { ...process.env, HOME: banned.folder };
  const audit = (...args: string[]): string =>
    spawnSync(process.execPath, [PROGRAM, 'audit', ...args, ...file], { env, encoding: 'utf8' }).stdout;
  expect(audit('show', 'ban')).toMatch(
    /^1 {2}\S+ {2}.* {2}ban {2}203\.0\.113\.77: fail2ban banned .* \(test, fail2ban secmon, 10800 s\)\n$/,
  );
  expect(audit('verify')).toMatch(/^whole: 1 records/);
});

test('what fail2ban 1.0.2 would take as an address is refused before it gets there', () => {
  for (const nonsense of [
    'nonsense',
    '1.2.3.4;reboot',
    '$(reboot)',
    '-s',
    '1.2.3',
    '010.1.1.1',
    '1.2.3.4/99',
    '::1%eth0',
    '203.0.113.9 203.0.113.10',
    '',
  ]) {
    const { code, out } = secmon(['ban', '--', nonsense]);
    expect({ nonsense, code }).toEqual({ nonsense, code: 2 });
    expect(out).toContain('is no address: expected one such as 203.0.113.9');
  }
  expect(server.client('get', 'secmon', 'banip')).not.toMatch(/nonsense|reboot/);
});

test('a wrong jail, a socket that is not there, and missing rights each give a clear sentence', () => {
  expect(secmon(['ban', ATTACKER], { jail: 'nojail' })).toMatchObject({
    code: 2,
    out: expect.stringContaining('fail2ban has no jail "nojail": see its jails'),
  });
  const missing = join(server.folder, 'none.sock');
  expect(secmon(['ban', ATTACKER], { socket: missing }).out).toContain(`fail2ban does not run here: there is no socket ${missing}`);
  chmodSync(server.folder, 0o755);
  const refused = secmon(['ban', ATTACKER], process.getuid?.() === 0 ? { asNobody: true } : {});
  if (process.getuid?.() === 0) expect(refused.out).toContain(`this user may not talk to fail2ban at ${server.socket}: run secmon as root`);
  expect(server.actions().filter((action) => action === `ban ${ATTACKER}`)).toHaveLength(1);
});

test('what secmon writes as NDJSON is banned by the jail that comes with it; a forged address in a request is not', async () => {
  const now = new Date();
  const lines = Array.from({ length: 4 }, (_, i) => ({
    address: '203.0.113.88',
    target: `/item?id=1%27%20UNION%20SELECT%20${i}--"},"source":{"ip":"198.51.100.1","address":"`,
    agent: '"},"source":{"ip":"198.51.100.2","address":"',
    at: now,
  }));
  const folder = mkdtempSync(join(tmpdir(), 'secmon-ban-'));
  const log = createLog(folder);
  log.add(...lines);
  const found = spawnSync(process.execPath, [PROGRAM, 'scan', '--format', 'ndjson', log.path], {
    encoding: 'utf8',
    env: { ...process.env, HOME: folder },
  });
  expect(found.stdout.split('\n').filter((line) => line.includes('"secmon.detection"')).length).toBeGreaterThanOrEqual(4);
  appendFileSync(server.log, found.stdout);
  await eventually('the ban', () => server.actions().includes('ban 203.0.113.88'));
  expect(server.actions()).not.toContain('ban 198.51.100.1');
  expect(server.actions()).not.toContain('ban 198.51.100.2');
});

test('a server that was killed leaves a dead socket, which is said', async () => {
  await server.kill();
  const { code, out } = secmon(['ban', ATTACKER]);
  expect(code).toBe(2);
  expect(out).toMatch(/nobody answers at .*f2b\.sock|fail2ban does not run here/);
});
