import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../src/config/default-config.ts';
import { packConfig } from '../../src/config/wire.ts';
import type { Engine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/options.ts';
import type { CheckName } from '../../src/model/check.ts';
import { runLive } from './live-log.ts';
import { combined, folderWith, openOver, view } from './run-engine.ts';

const ATTACK = combined(5, { address: '203.0.113.66', target: '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--', status: 403 });
const REPORT = JSON.stringify({
  site: [
    {
      alerts: [
        {
          pluginid: '40018',
          alert: 'SQL Injection',
          riskcode: '3',
          confidence: '2',
          cweid: '89',
          instances: [{ uri: 'https://shop.test/item?id=1', method: 'GET', param: 'id' }],
        },
      ],
    },
  ],
});

const ALERTS = { channels: { out: { type: 'file' as const, path: '/dev/null' } }, policy: [], ceiling: 10 };

async function openWith(log: string, mayNot = '', options: Partial<EngineOptions> = {}): Promise<Engine> {
  const folder = folderWith({ 'access.log': log, 'zap.json': REPORT });
  const checks = {
    zap: { timeout: '1m', targets: [], report: join(folder, 'zap.json') },
    watch_list: { accounts: [], paths: ['/admin'], hours: [] },
  };
  return openOver([join(folder, 'access.log')], {
    config: packConfig({ ...DEFAULT_CONFIG, checks, alerts: ALERTS }, folder),
    mayNot,
    ...options,
  });
}

const ended = (engine: Engine, name: CheckName) =>
  expect.poll(async () => (await engine.client.request('check.detail', { name }))?.row.last?.state);

test('a run that a screen asks for is listed, opens an incident, raises the risk of the attacker and alerts with what to do', async () => {
  const engine = await openWith(combined(1) + ATTACK);
  await engine.run();
  const before = engine.incidents().find(({ actor }) => actor === '203.0.113.66')?.risk ?? 0;
  expect(await engine.client.request('check.run', { name: 'zap', attack: false })).toBe(true);
  await ended(engine, 'zap').toBe('done');
  expect((await engine.client.request('checks', {})).find(({ name }) => name === 'zap')).toMatchObject({
    open: { high: 1 },
    added: 1,
    worst: { subject: 'GET /item' },
  });
  const incidents = await engine.client.request('incidents', {});
  const own = incidents.find(({ target }) => target?.value === '/item');
  expect(own).toMatchObject({ severity: 'high', title: 'SQL Injection', target: { kind: 'path' } });
  const attacker = incidents.find(({ actor }) => actor === '203.0.113.66');
  expect((attacker?.risk ?? 0) - before).toBe(15);
  const shot = await engine.client.request('view', view());
  expect(shot.checks).toMatchObject([{ name: 'zap', state: 'ok', worst: 'high', open: 1 }]);
  const row = shot.feed.rows.at(-1)?.id ?? 0;
  expect((await engine.client.request('entry', { rowId: row }))?.exposures).toMatchObject([{ check: 'zap', because: 'path' }]);
  expect((await engine.client.request('actor', { address: '203.0.113.66' })).exposures).toHaveLength(1);
  const [alert] = await engine.client.request('alert.preview', {
    target: { kind: 'incident', incidentId: own?.id ?? '' },
    channels: ['out'],
    note: '',
  });
  expect(alert?.text).toContain('Found by a check; nobody was seen using it.');
  expect(alert?.text).toContain('See what to do about it: secmon check zap');
  expect(alert?.text).toContain('GET /item (zap)');
  await engine.client.close();
});

test('who may only look can see checks, but not run or stop them', async () => {
  const engine = await openWith(combined(1), 'viewers may not');
  expect(await engine.client.request('checks', {})).toHaveLength(6);
  await expect(engine.client.request('check.run', { name: 'zap', attack: false })).rejects.toThrow('viewers may not');
  await expect(engine.client.request('check.stop', { name: 'zap' })).rejects.toThrow('viewers may not');
  await engine.client.close();
});

test('a check that is not set up says why', async () => {
  const engine = await openWith(combined(1));
  await expect(engine.client.request('check.run', { name: 'bandit', attack: false })).rejects.toThrow(/checks\.bandit\.paths/);
  await engine.client.close();
});

test('what a check finds by itself is told by the policy, though no line ever came', async () => {
  const folder = folderWith({ 'zap.json': REPORT });
  const told: string[] = [];
  const checks = { zap: { every: '1h', timeout: '2h', targets: [], report: join(folder, 'zap.json') } };
  const alerts = { ...ALERTS, policy: [{ to: ['out'], quiet: '30m', updates: [] }] };
  /** Seconds go by until somebody is told, each as long as a look at the disk takes: the check has a file to read. */
  async function* seconds(): AsyncGenerator<readonly [number, readonly string[]]> {
    for (let second = 1; second < 3_000 && told.length === 0; second++) {
      await stat(folder);
      yield [second, []];
    }
  }
  const engine = await runLive({
    seconds: seconds(),
    options: { config: packConfig({ ...DEFAULT_CONFIG, checks, alerts }, folder), persist: true, stateDirectory: folder },
    parts: {
      onDecision: ({ message }) =>
        message && told.push(`${message.severity} ${message.title}: ${message.payload}: ${message.steps.join()}`),
    },
  });
  await engine.client.close();
  expect(told).toEqual(['high SQL Injection: SQL Injection: GET /item (zap): See what to do about it: secmon check zap']);
});

test('a finding that is muted is counted and listed as muted, closes its incident, raises no risk, and comes back when it is not muted any more', async () => {
  const mutesFile = join(folderWith({}), 'mutes.yml');
  const engine = await openWith(combined(1) + ATTACK, '', { mutesFile });
  await engine.run();
  const { request } = engine.client;
  await request('check.run', { name: 'zap', attack: false });
  await ended(engine, 'zap').toBe('done');
  const row = async () => (await request('checks', {})).find(({ name }) => name === 'zap');
  const incident = async () => (await request('incidents', {})).some(({ target }) => target?.value === '/item');
  const exposures = async () => (await request('actor', { address: '203.0.113.66' })).exposures;
  const [kept] = (await request('check.detail', { name: 'zap' }))?.findings ?? [];
  expect([(await row())?.open.high, await incident(), (await exposures())?.length]).toEqual([1, true, 1]);

  const [option] = await request('mute.options', { subject: { kind: 'finding', check: 'zap', key: kept?.finding.key ?? '' } });
  expect(option).toMatchObject({ name: 'check-zap', title: 'SQL Injection: GET /item' });
  expect(option?.places.map(({ words }) => words)).toEqual(['about GET /item', 'at /item']);
  const [place] = option?.places ?? [];
  if (option === undefined || place === undefined) throw new Error('nothing can be muted');
  const choice = { ruleIds: option.ruleIds, place, span: '7 days', note: 'behind the VPN', successes: false } as const;
  const { draftId, line } = await request('mute.preview', choice);
  expect(line).toContain('filter: { rules: [check-zap], selection: { program: zap, message:');
  const { id } = await request('mute.write', { draftId });
  expect(readFileSync(mutesFile, 'utf8')).toContain(line);
  expect(await row()).toMatchObject({ open: { high: 0 }, muted: 1, worst: undefined });
  expect([await incident(), await exposures()]).toEqual([false, []]);
  expect((await request('check.detail', { name: 'zap' }))?.findings).toMatchObject([{ state: 'open', muted: { note: 'behind the VPN' } }]);

  await request('check.run', { name: 'zap', attack: false });
  await expect.poll(async () => (await request('rules', {})).mutes[0]?.hits).toBe(1);
  expect(await row()).toMatchObject({ open: { high: 0 }, muted: 1, last: { unchanged: 1 } });

  expect(await request('mute.remove', { id })).toBe(true);
  expect(await row()).toMatchObject({ open: { high: 1 }, muted: 0, added: 1 });
  expect([await incident(), (await exposures())?.length]).toEqual([true, 1]);
  await engine.client.close();
});

const USER_ADDED =
  '{"name":"pack_secmon_users","hostIdentifier":"web1","calendarTime":"Mon Mar  2 02:13:42 2026 UTC","unixTime":1772417622,"epoch":0,"counter":1,"numerics":false,"columns":{"directory":"/home/mallory","shell":"/bin/bash","uid":"0","username":"mallory"},"action":"added"}\n';

test('what osqueryd tells of a host is an incident of that host', async () => {
  const folder = folderWith({ 'osqueryd.results.log': USER_ADDED });
  const engine = await openOver([join(folder, 'osqueryd.results.log')]);
  await engine.run();
  expect(engine.incidents()).toMatchObject([{ actor: '', target: { kind: 'host', value: 'web1' }, severity: 'critical' }]);
  await engine.client.close();
});
