import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nftablesTable } from '../../src/actions/nftables.ts';
import { askHelper } from '../../src/helper/client.ts';
import { createLog } from '../e2e/lines.ts';
import { eventually, openTerminal } from '../e2e/tmux.ts';
import { type Fail2banServer, requireFail2ban, startFail2ban } from './fail2ban-server.ts';
import { AS_NOBODY, type HelperProcess, startHelper } from './helper-process.ts';

const ATTACKER = '203.0.113.66';
const isRoot = process.geteuid?.() === 0;

describe.runIf(isRoot)('fail2ban by the helper, for a secmon that runs as nobody', () => {
  let server: Fail2banServer;
  let helper: HelperProcess;
  const systemText = ({ socket = server.socket, more = '' } = {}): string =>
    `version: 1\nactions: { dry_run: false, fail2ban: { socket: ${socket} } }\n${more}`;

  beforeAll(async () => {
    requireFail2ban();
    server = await startFail2ban();
    helper = await startHelper();
  });
  afterAll(async () => {
    await helper?.close();
    await server?.close();
  });
  beforeEach(() => helper.configure(systemText()));

  test('bans, lists with the time left, unbans; the helper writes down who it was', () => {
    const { socket } = helper;
    const banned = helper.secmon(['ban', ATTACKER, '--for', '3h', '--why', 'scanning']);
    expect(banned).toMatchObject({ code: 0 });
    expect(banned.out).toContain(`running: fail2ban-client -s ${server.socket} set secmon banip ${ATTACKER}`);
    expect(banned.out).toContain(`fail2ban banned ${ATTACKER} in jail secmon for 3 h 00`);
    expect(server.client('get', 'secmon', 'banip', '--with-time')).toMatch(/203\.0\.113\.66 \t.* \+ 1080\d = /);
    expect(helper.secmon(['bans']).out).toMatch(/203\.0\.113\.66 {2}fail2ban secmon {2}2 h 59 left/);
    expect(helper.secmon(['unban', ATTACKER])).toMatchObject({ code: 0 });
    expect(server.client('get', 'secmon', 'banip')).not.toContain(ATTACKER);
    expect(helper.audit()).toContain('"why":"scanning, fail2ban secmon, 10800 s","who":{"login":"","user":"nobody"');
    const file = join(helper.folder, 'state', 'audit.ndjson');
    expect(execFileSync(process.execPath, [helper.program, 'audit', 'verify', '--file', file], { encoding: 'utf8' })).toMatch(/^whole: 2/);
    expect(existsSync(socket)).toBe(true);
  });

  test('chooses among the jails of the real server', () => {
    expect(helper.secmon(['ban', '203.0.113.67', '--by', 'fail2ban other', '--for', '5m']).out).toContain('in jail other');
    expect(server.client('get', 'other', 'banip')).toContain('203.0.113.67');
    // The jail bans for ten minutes: the helper keeps the shorter time.
    expect(helper.secmon(['bans']).out).toMatch(/203\.0\.113\.67 {2}fail2ban other {2}4 min/);
    helper.secmon(['unban', '203.0.113.67', '--by', 'fail2ban other']);
  });

  test('from the screen: the command is shown, Enter bans, u unbans', async () => {
    const opened = openTerminal();
    try {
      const log = createLog(opened.folder);
      log.add({
        address: ATTACKER,
        target: '/item?id=1%27%20UNION%20SELECT%20user,password%20FROM%20users--',
        agent: 'sqlmap/1.8.4#stable',
      });
      writeFileSync(join(opened.folder, 'secmon.yml'), `version: 1\nactions: { dry_run: false, helper: ${helper.socket} }\n`);
      execFileSync('chown', ['-R', 'nobody', opened.folder]);
      opened.run(`clear; ${AS_NOBODY.join(' ')} ${process.execPath} ${helper.program} --config secmon.yml access.log`);
      await opened.until('the attack', (screen) => screen.includes(ATTACKER) && screen.includes('UNION'));
      opened.keys('b');
      await opened.until('the command', (screen) => screen.includes(`set secmon banip ${ATTACKER}`));
      opened.keys('Enter');
      await opened.until('the result', (screen) => screen.includes(`fail2ban banned ${ATTACKER} in jail secmon`));
      expect(server.client('get', 'secmon', 'banip')).toContain(ATTACKER);
      opened.keys('u');
      await eventually('the unban', () => !server.client('get', 'secmon', 'banip').includes(ATTACKER));
    } finally {
      opened.close();
    }
  });

  test('a wrong jail, a socket that is not there, and a nonsense address each give a clear sentence', () => {
    const nojail = `version: 1\nactions: { dry_run: false, helper: ${helper.socket}, fail2ban: { jail: nojail } }\n`;
    expect(helper.secmon(['ban', ATTACKER], nojail)).toMatchObject({
      code: 2,
      out: expect.stringContaining('fail2ban has no jail "nojail": see its jails'),
    });
    expect(helper.secmon(['ban', 'nonsense']).out).toContain('"nonsense" is no address: expected one such as');
    const korean = helper.secmon(['ban', ATTACKER, '--lang', 'ko'], nojail);
    expect(korean.out).toMatch(/fail2ban.*"nojail".*[가-힣]/);
    helper.configure(systemText({ socket: '/nonexistent/f2b.sock' }));
    expect(helper.secmon(['ban', ATTACKER])).toMatchObject({
      code: 2,
      out: expect.stringContaining('fail2ban does not run here: there is no socket /nonexistent/f2b.sock'),
    });
  });

  test('a helper that is asked past secmon validates everything again', async () => {
    const ask = (address: string, word = '') =>
      askHelper('ban', { banner: 'fail2ban secmon', address, seconds: 60, word, why: '', person: '' }, { socket: helper.socket }).catch(
        ({ message }: Error) => message,
      );
    for (const address of ['nonsense', '1.2.3.4;reboot', '-s', '010.1.1.1', '1.2.3.4/99', ''])
      expect(await ask(address)).toContain('is no address: expected one such as');
    helper.configure(systemText({ more: 'allow: [203.0.113.50]\n' }));
    expect(await ask('203.0.113.50')).toContain('the helper refuses: 203.0.113.50 is on your allow list');
    expect(await ask('127.0.0.1')).toContain('is an address of this machine');
    expect(await ask('203.0.113.50', 'anyway')).toMatchObject({ text: expect.stringContaining('fail2ban banned 203.0.113.50') });
    expect(server.client('get', 'secmon', 'banip')).not.toMatch(/nonsense|reboot/);
    server.client('set', 'secmon', 'unbanip', '203.0.113.50');
  });

  test('the role counts: a viewer is refused, and the configuration only while root alone may write it', () => {
    helper.configure(systemText({ more: 'roles: { operators: [alice], viewers: [nobody] }\n' }));
    expect(helper.secmon(['ban', ATTACKER])).toMatchObject({
      code: 2,
      out: expect.stringContaining('nobody is a viewer here: only operators named in'),
    });
    expect(helper.audit()).toMatch(/"action":"refused","what":"ban 203\.0\.113\.66"/);
    helper.configure(systemText({ more: 'roles: { operators: [nobody] }\n' }));
    expect(helper.secmon(['ban', ATTACKER])).toMatchObject({ code: 0 });
    expect(helper.secmon(['unban', ATTACKER])).toMatchObject({ code: 0 });
    helper.configure(systemText({ more: 'roles: { operators: [nobody] }\n' }), 0o666);
    expect(helper.secmon(['ban', ATTACKER])).toMatchObject({
      code: 2,
      out: expect.stringMatching(/system\.yml does not count, as others than root may write it: sudo chown root:/),
    });
    helper.configure('version: 1\nroles: nonsense\n');
    expect(helper.secmon(['ban', ATTACKER]).out).toContain('cannot be understood, so nobody may act until it is mended');
    expect(server.client('get', 'secmon', 'banip')).not.toContain(ATTACKER);
  });

  test('bans that root has not switched on are only planned, and that is said before', () => {
    helper.configure(`version: 1\nactions: { fail2ban: { socket: ${server.socket} } }\n`);
    const { code, out } = helper.secmon(['ban', ATTACKER]);
    expect(code).toBe(2);
    expect(out.split('bans are not switched on in')).toHaveLength(3);
    expect(server.client('get', 'secmon', 'banip')).not.toContain(ATTACKER);
  });

  test('somebody outside the group gets a clear sentence, and so does everybody once the helper is gone', async () => {
    chmodSync(helper.socket, 0o600);
    expect(helper.secmon(['ban', ATTACKER]).out).toContain(
      `this user may not talk to the helper at ${helper.socket}: sudo usermod -aG secmon USER`,
    );
    chmodSync(helper.socket, 0o660);
    await server.kill();
    expect(helper.secmon(['ban', ATTACKER]).out).toMatch(/nobody answers at .*f2b\.sock|fail2ban does not run here/);
    await helper.stop('SIGKILL');
    expect(helper.secmon(['ban', ATTACKER]).out).toContain(`nobody answers at ${helper.socket}: the helper has ended`);
    const none = `version: 1\nactions: { dry_run: false, helper: ${helper.folder}/none.sock }\n`;
    expect(helper.secmon(['ban', ATTACKER], none).out).toContain('there is no helper at');
  });
});

/** A container may forbid namespaces, to root as well. */
const hasNamespaces = isRoot && spawnSync('unshare', ['-n', '-m', 'true']).status === 0;

describe.runIf(hasNamespaces)('nftables by the helper, in a network of its own', () => {
  let helper: HelperProcess;
  const nft = (...args: string[]): string =>
    execFileSync('nsenter', ['-t', String(helper.pid), '-n', 'nft', ...args], { encoding: 'utf8' });

  beforeAll(async () => {
    if (spawnSync('nft', ['--version']).status !== 0) throw new Error('nft is missing: apt-get install nftables');
    helper = await startHelper({ prepare: 'ip link set lo up 2>/dev/null; true' });
    helper.configure('version: 1\nactions: { dry_run: false, nftables: {} }\n');
  });
  afterAll(() => helper?.close());

  test('a missing table is said; then an address and a network are banned with their time, listed and let in again', () => {
    expect(helper.secmon(['ban', ATTACKER]).out).toContain('nftables has no table inet secmon');
    execFileSync('nsenter', ['-t', String(helper.pid), '-n', 'nft', '-f', '-'], { input: nftablesTable('secmon') });
    expect(helper.secmon(['ban', ATTACKER, '--for', '2h'])).toMatchObject({
      code: 0,
      out: expect.stringContaining(`nftables drops packets from ${ATTACKER} for 2 h 00`),
    });
    expect(helper.secmon(['ban', '2001:db8:1:2::/64'])).toMatchObject({ code: 0 });
    expect(nft('list', 'set', 'inet', 'secmon', 'banned4')).toMatch(/203\.0\.113\.66 timeout 2h expires/);
    const { out } = helper.secmon(['bans']);
    expect(out).toMatch(/203\.0\.113\.66 {2}nftables {2}1 h 59 left/);
    expect(out).toContain('2001:db8:1:2::/64  nftables');
    expect(helper.secmon(['unban', ATTACKER]).out).toContain(`nftables lets ${ATTACKER} in again`);
    expect(nft('list', 'set', 'inet', 'secmon', 'banned4')).not.toContain(ATTACKER);
  });
});

test.runIf(hasNamespaces)(
  'updates are installed for an operator, with the package manager’s words as they come, and written down',
  async () => {
    const fake = join(mkdtempSync(join(tmpdir(), 'secmon-apt-')), 'apt-get');
    writeFileSync(fake, '#!/bin/sh\necho "Reading package lists..."\necho "ran with: $* $DEBIAN_FRONTEND"\n', { mode: 0o755 });
    const helper = await startHelper({ prepare: `mount --bind ${fake} /usr/bin/apt-get` });
    try {
      const lines: string[] = [];
      const ask = () =>
        askHelper('updates.apply', { why: 'test', person: '' }, { socket: helper.socket, onOutput: (line) => lines.push(line) });
      expect(await ask()).toEqual({ text: 'Installed what was pending.' });
      expect(lines[0]).toBe('Reading package lists...');
      expect(lines[1]).toMatch(/^ran with: -y .*upgrade noninteractive$/);
      const { code, out } = helper.secmon(['check', 'updates', '--apply', '--yes']);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Reading package lists...') });
      helper.configure('version: 1\nroles: { operators: [alice] }\n');
      expect(helper.secmon(['check', 'updates', '--apply', '--yes'])).toMatchObject({
        code: 2,
        out: expect.stringContaining('nobody is a viewer here'),
      });
      expect(
        helper
          .audit()
          .split('\n')
          .slice(0, 5)
          .map((line) => /"action":"(\w+)".*"result":"(begun|)/.exec(line)?.slice(1).join(' ')),
      ).toEqual(['update begun', 'update ', 'update begun', 'update ', 'refused ']);
    } finally {
      await helper.close();
    }
  },
);

test.runIf(isRoot)('started by a socket, one process a connection, as systemd does it', async () => {
  if (spawnSync('systemd-socket-activate', ['--version']).status !== 0) throw new Error('systemd is missing: apt-get install systemd');
  const { folder, program, close } = await startHelper();
  const socket = join(folder, 'activated.sock');
  const command = [process.execPath, program, 'helper', '--state', join(folder, 'state'), '--config', join(folder, 'system.yml')];
  const listener = spawn('systemd-socket-activate', ['--accept', '-l', socket, ...command], { stdio: 'ignore' });
  try {
    await eventually('the socket', () => existsSync(socket));
    expect(await askHelper('banners', {}, { socket })).toEqual({ names: ['fail2ban secmon'] });
    expect(await askHelper('banners', {}, { socket })).toEqual({ names: ['fail2ban secmon'] });
  } finally {
    listener.kill();
    await once(listener, 'exit');
    await close();
  }
});

test('the units that come with the package are what systemd understands', () => {
  const folder = join(import.meta.dirname, '../../contrib/systemd');
  const units = ['secmon-helper.socket', 'secmon-helper@.service'].map((name) => join(folder, name));
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', ...units], { encoding: 'utf8' });
  // Of these units alone: a container lacks others that every unit needs.
  const said = (stdout + stderr).split('\n').filter((line) => line.includes('secmon'));
  expect({ status, said }).toEqual({ status: 0, said: [] });
});
