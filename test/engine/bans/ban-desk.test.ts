import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/config/default-config.ts';
import type { Config } from '../../../src/config/schema.ts';
import { packConfig } from '../../../src/config/wire.ts';
import { createBanWatch } from '../../../src/engine/bans/ban-watch.ts';
import { createLoggedBans } from '../../../src/engine/bans/logged-bans.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { entry } from '../../make.ts';
import { combined, folderWith, openOver } from '../run-engine.ts';

const ATTACKER = '203.0.113.66';
const ATTACK = combined(9, { address: ATTACKER, target: '/item?id=1%27%20UNION%20SELECT%20user,password%20FROM%20users--' });

/** An engine that has read a log, and bans by making and removing a file of the address's name. */
async function engineOver(lines: string, { dryRun = false, ...options }: Partial<EngineOptions> & { dryRun?: boolean } = {}) {
  const folder = folderWith({ 'access.log': lines });
  const commands = { edge: { ban: ['touch', join(folder, '{address}')], unban: ['rm', join(folder, '{address}')] } };
  const config: Config = { ...DEFAULT_CONFIG, actions: { dry_run: dryRun, commands } };
  const engine = await openOver([join(folder, 'access.log')], {
    config: packConfig(config, '.'),
    stateDirectory: folder,
    persist: true,
    ...options,
  });
  await engine.run();
  const audit = (): { action: string; what: string; result: string; why: string }[] =>
    existsSync(join(folder, 'audit.ndjson'))
      ? readFileSync(join(folder, 'audit.ndjson'), 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line))
      : [];
  return { engine, client: engine.client, folder, audit, isBanned: (address: string) => existsSync(join(folder, address)) };
}

const target = { kind: 'address', address: ATTACKER } as const;
const ask = { target, banner: '', seconds: 3600, word: '' } as const;

test('a preview says exactly what would be run and who else would be hit, and runs nothing', async () => {
  const clean = Array.from({ length: 3 }, (_, i) => combined(i, { address: ATTACKER, agent: `Mozilla/5.0 (${i})` })).join('');
  const { client, folder, isBanned } = await engineOver(clean + ATTACK);
  const preview = await client.request('ban.preview', ask);
  expect(preview).toMatchObject({
    banners: ['command edge'],
    candidates: [{ subject: ATTACKER, refusals: [] }],
    commands: [`touch ${folder}/${ATTACKER}`],
    dryRun: false,
    problem: '',
  });
  expect(preview.reach.join(' ')).toContain('Held lines from there: 4, of 4 clients.');
  expect(preview.reach.join(' ')).toContain('3 clean clients');
  expect(isBanned(ATTACKER)).toBe(false);
  await client.close();
});

test('a ban is run, listed, ended, and written into the audit log with its reason', async () => {
  const { client, isBanned, audit } = await engineOver(ATTACK);
  expect(await client.request('ban.run', { ...ask, word: '' })).toMatchObject([{ subject: ATTACKER, ok: true }]);
  expect(isBanned(ATTACKER)).toBe(true);
  const { rows, limits } = await client.request('bans', {});
  expect(rows).toMatchObject([{ subject: ATTACKER, banner: 'command edge', source: 'server' }]);
  expect(limits.join(' ')).toMatch(/^Ports that Docker/);
  expect(await client.request('ban.end', { subjects: [ATTACKER], banner: 'command edge' })).toMatchObject([{ ok: true }]);
  expect(isBanned(ATTACKER)).toBe(false);
  expect(audit()).toMatchObject([
    { action: 'ban', what: ATTACKER, why: `${ATTACKER}, 3600 s` },
    { action: 'unban', what: ATTACKER, why: 'command edge' },
  ]);
  await client.close();
});

test('an incident bans its actor; a ban that fails says so and is written down as not done', async () => {
  const { client, engine, folder, audit } = await engineOver(ATTACK);
  const [incident] = engine.incidents();
  const request = { target: { kind: 'incident', incidentId: incident?.id ?? '' }, banner: 'command edge', seconds: 60, word: '' } as const;
  expect(await client.request('ban.run', request)).toMatchObject([{ subject: ATTACKER, ok: true }]);
  await client.request('ban.end', { subjects: [ATTACKER], banner: 'command edge' });
  const [again] = await client.request('ban.end', { subjects: [ATTACKER], banner: 'command edge' });
  expect(again).toMatchObject({ ok: false, text: expect.stringContaining(`rm: cannot remove '${folder}/${ATTACKER}'`) });
  expect(audit().at(-1)).toMatchObject({ action: 'unban', result: expect.stringMatching(/^not done: /) });
  await client.close();
});

test('what the guard refuses is banned only with the typed word', async () => {
  const { client, isBanned, audit } = await engineOver(combined(1, { address: '10.0.0.7', target: '/a?id=1%27%20OR%20%271%27=%271' }));
  const inside = { ...ask, target: { kind: 'address', address: '10.0.0.7' } } as const;
  const { candidates, forceWord } = await client.request('ban.preview', inside);
  expect(candidates[0]?.refusals).toEqual(['10.0.0.7 is private: it is somebody near, or your own proxy']);
  expect(await client.request('ban.run', { ...inside, word: 'yes' })).toMatchObject([
    { ok: false, text: expect.stringMatching(/^refused: /) },
  ]);
  expect(isBanned('10.0.0.7')).toBe(false);
  expect(await client.request('ban.run', { ...inside, word: forceWord })).toMatchObject([{ ok: true }]);
  expect(isBanned('10.0.0.7')).toBe(true);
  expect(audit().at(-1)?.why).toContain('forced with "anyway"');
  await client.close();
});

test('nothing is done unless the configuration says so, nor by an engine that keeps no state', async () => {
  for (const options of [{ dryRun: true }, { persist: false }]) {
    const { client, isBanned } = await engineOver(ATTACK, options);
    expect((await client.request('ban.preview', ask)).dryRun).toBe(true);
    const [result] = await client.request('ban.run', { ...ask, word: '' });
    expect(result?.text).toMatch(/^dry run, nothing was done; it would be: touch /);
    expect(isBanned(ATTACKER)).toBe(false);
    await client.close();
  }
});

test('a viewer sees all of it and does nothing; each try is written down', async () => {
  const mayNot = 'bob is a viewer here: only operators may ban.';
  const { client, engine, isBanned, audit } = await engineOver(ATTACK, { mayNot });
  expect((await client.request('ban.preview', ask)).commands).toHaveLength(1);
  await expect(client.request('ban.run', { ...ask, word: '' })).rejects.toThrow(mayNot);
  const incidentId = engine.incidents()[0]?.id ?? '';
  await expect(client.request('incident.mark', { incidentId, state: 'closed', note: '' })).rejects.toThrow(mayNot);
  await expect(client.request('mute.write', { draftId: 'x' })).rejects.toThrow(mayNot);
  expect(isBanned(ATTACKER)).toBe(false);
  expect(audit().map(({ action, what }) => `${action} ${what}`)).toEqual([
    'refused ban.run',
    'refused incident.mark',
    'refused mute.write',
  ]);
  await client.close();
});

test('acknowledgements are in the audit log with note and subject', async () => {
  const { client, engine, audit } = await engineOver(ATTACK);
  const incidentId = engine.incidents()[0]?.id ?? '';
  await client.request('incident.mark', { incidentId, state: 'acknowledged', note: 'ours' });
  expect(audit()).toMatchObject([{ action: 'mark', what: expect.stringContaining(ATTACKER), result: 'is acknowledged', why: 'ours' }]);
  await client.close();
});

test('what is no address, and a way to ban that is not there, are said', async () => {
  const { client } = await engineOver(ATTACK);
  const named = { ...ask, target: { kind: 'address', address: 'unix:' } } as const;
  expect((await client.request('ban.preview', named)).problem).toContain('"unix:" is no address');
  expect((await client.request('ban.preview', { ...ask, banner: 'gone' })).problem).toBe('there is no way to ban called "gone"');
  expect((await client.request('ban.preview', { ...ask, seconds: 1 })).problem).toBe('a ban lasts between 10 seconds and a year');
  await client.close();
});

function watchOf() {
  const clock = fakeClock();
  const notices: string[] = [];
  const watch = createBanWatch({ clock, notice: (text) => void notices.push(text), changed: () => {} });
  const request = (address: string, status = 200, ageMs = 0) =>
    watch.saw(entry({ kind: 'http', address, status, timeMs: clock.now() - ageMs }));
  return { clock, watch, request, notices };
}

test('requests that go on after a ban are counted and said; lines of before are not', () => {
  const { clock, watch, request, notices } = watchOf();
  watch.begin('203.0.113.0/24');
  clock.advance(1_000);
  request('203.0.113.9');
  for (let second = 0; second < 12; second += 1) {
    clock.advance(1_000);
    for (let i = 0; i < 12; i += 1) request('203.0.113.9');
    request('203.0.113.9', 200, 60_000);
    request('198.51.100.1');
  }
  expect(notices).toEqual(['203.0.113.0/24: ban not effective: still 12/s, behind a proxy?']);
  expect(watch.effectOf('203.0.113.0/24')).toBe('ban not effective: still 12/s, behind a proxy?');
});

test('silence after a ban is said once, and when requests come later, too', () => {
  const { clock, watch, request, notices } = watchOf();
  watch.begin('203.0.113.9');
  clock.advance(15_000);
  expect(notices).toEqual(['203.0.113.9: ban works: no request since']);
  request('203.0.113.9');
  clock.advance(10_000);
  expect(notices.at(-1)).toBe('203.0.113.9: ban not effective: still 1 in 10 s, behind a proxy?');
});

test('who is denied by the web server itself still knocks, and the ban works', () => {
  const { clock, watch, request } = watchOf();
  watch.begin('203.0.113.9');
  clock.advance(5_000);
  for (let i = 0; i < 20; i += 1) request('203.0.113.9', 403);
  clock.advance(9_000);
  expect(watch.effectOf('203.0.113.9')).toBe('ban works: still knocks (2/s), all refused');
  watch.end('203.0.113.9');
  expect(watch.effectOf('203.0.113.9')).toBe('');
  clock.advance(600_000);
  expect(clock.timers).toBe(0);
});

test('fail2ban.log tells who is banned, since when, and until when where it says so', () => {
  const logged = createLoggedBans();
  const at = Date.UTC(2026, 2, 2);
  const saw = (message: string, minute: number) =>
    logged.saw(entry({ kind: 'fail2ban', program: 'sshd', message, timeMs: at + minute * 60_000 }));
  saw('[sshd] Ban 203.0.113.9', 0);
  saw('[sshd] Increase Ban 203.0.113.10 (2 # 0:20:00 -> 2026-03-02 00:21:00)', 1);
  saw('[sshd] Restore Ban 2001:db8::1', 2);
  saw('[sshd] Found 203.0.113.11 - 2026-03-02 00:03:00', 3);
  saw('[sshd] Ban 203.0.113.12', 4);
  saw('[sshd] Unban 203.0.113.12', 5);
  const rows = logged.list(at + 600_000).map(({ subject, untilMs }) => [subject, untilMs]);
  expect(rows).toEqual([
    ['203.0.113.9', undefined],
    ['203.0.113.10', at + 21 * 60_000],
    ['2001:db8::1', undefined],
  ]);
  expect(logged.list(at + 22 * 60_000).map(({ subject }) => subject)).not.toContain('203.0.113.10');
});
