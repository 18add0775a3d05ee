import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../../src/config/default-config.ts';
import { packConfig } from '../../../src/config/wire.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import { evidenceSettings } from '../../../src/engine/evidence/evidence-settings.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import { createSecret } from '../../../src/settings/secret.ts';
import { combined, folderWith, openOver } from '../run-engine.ts';

const ATTACKER = '203.0.113.66';
const PAYLOAD = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';
const LOG = [
  combined(0),
  combined(1, { address: ATTACKER, target: '/' }),
  combined(2, { address: ATTACKER, target: PAYLOAD, status: 404 }),
  combined(3, { address: ATTACKER, target: '/item?q=`</script>|', status: 404 }),
  combined(4, { address: '192.0.2.14' }),
].join('');

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = folderWith({ 'access.log': LOG });
  engine = await openOver([join(folder, 'access.log')], { stateDirectory: folder });
  await engine.run();
});
afterEach(async () => {
  await engine.client.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const target = { kind: 'address', address: ATTACKER } as const;

test('a ticket of an address tells its incident, defanged', async () => {
  const ticket = await engine.client.request('ticket', { target });
  expect(ticket?.markdown).toMatch(/^# \[(?:HIGH|CRITICAL|MEDIUM)\] SQL/);
  expect(ticket?.markdown).toContain('`203[.]0[.]113[.]66`');
  expect(ticket?.markdown).toContain('UNION SELECT user,pass FROM users--');
  expect(ticket?.markdown).toContain('## Next steps');
});

test('by line and by incident it is the same ticket; of an ordinary address there is none', async () => {
  const [incident] = engine.incidents();
  const byAddress = await engine.client.request('ticket', { target });
  const byIncident = await engine.client.request('ticket', { target: { kind: 'incident', incidentId: incident?.id ?? '' } });
  expect(byIncident).toEqual(byAddress);
  expect(await engine.client.request('ticket', { target: { kind: 'entry', rowId: 3 } })).toEqual(byAddress);
  expect(await engine.client.request('ticket', { target: { kind: 'address', address: '192.0.2.13' } })).toBeUndefined();
});

test('evidence holds the raw lines of the attacker alone, the rules that fired, and the settings', async () => {
  const written = await engine.client.request('evidence', { target });
  const read = (name: string): string => readFileSync(join(written.folder, name), 'utf8');
  expect(written.folder).toBe(join(folder, 'evidence', 'secmon-20260302T020002Z-203.0.113.66'));
  expect(written.lines).toBe(3);
  expect(read('lines/access.log')).toBe(
    LOG.split('\n')
      .slice(1, 4)
      .map((line) => `${line}\n`)
      .join(''),
  );
  expect(execFileSync('sha256sum', ['-c', '--quiet', 'SHA256SUMS'], { cwd: written.folder, encoding: 'utf8' })).toBe('');
  const [fired] = Object.keys(engine.incidents()[0]?.rules ?? {});
  expect(execFileSync('grep', ['-rl', fired ?? 'none', 'rules'], { cwd: written.folder, encoding: 'utf8' })).toMatch(/\.json/);
  expect(JSON.parse(read('settings.json'))).toMatchObject({ timeZone: 'UTC', configuration: { version: 1 } });
  expect(read('report.html')).toContain('203.0.113.66');
});

test('evidence again makes another folder; of an ordinary address it holds its lines', async () => {
  const first = await engine.client.request('evidence', { target });
  const second = await engine.client.request('evidence', { target });
  expect(second.folder).toBe(`${first.folder}-2`);
  const ordinary = await engine.client.request('evidence', { target: { kind: 'address', address: '192.0.2.14' } });
  expect(ordinary.lines).toBe(1);
  await expect(engine.client.request('evidence', { target: { kind: 'incident', incidentId: 'gone' } })).rejects.toThrow(
    /nothing to gather/,
  );
});

test('settings never hold a secret, neither one of the configuration nor one in a command', () => {
  const config = { ...DEFAULT_CONFIG, alerts: { channels: { hook: { type: 'webhook', url: createSecret('hunter2', () => 'hunter2') } } } };
  const options = {
    sources: [{ type: 'exec', command: 'curl https://me:hunter2@logs.example/x --token=hunter2 --password hunter2' }],
    config: packConfig(config as never, '.'),
    ruleFiles: [],
    trustedProxies: [],
    timeZone: 'UTC',
    logFormat: undefined,
  } as Partial<EngineOptions> as EngineOptions;
  const text = JSON.stringify(evidenceSettings(options, {}));
  expect(text).not.toContain('hunter2');
  expect(text).toContain('logs.example/x');
});

test('who took evidence, and which, is in the audit log', async () => {
  const kept = await openOver([join(folder, 'access.log')], { stateDirectory: folder, persist: true });
  await kept.run();
  const { sha256 } = await kept.client.request('evidence', { target });
  await kept.client.close();
  const records = readFileSync(join(folder, 'audit.ndjson'), 'utf8');
  expect(records).toContain(`"action":"evidence","what":"${ATTACKER}","result":"taken, sha256 ${sha256}"`);
});
