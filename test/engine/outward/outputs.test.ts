import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/clock/clock.ts';
import { DEFAULT_CONFIG } from '../../../src/config/default-config.ts';
import { packConfig } from '../../../src/config/wire.ts';
import { createNotices } from '../../../src/engine/notices.ts';
import { type Outputs, openOutputs, outputNames } from '../../../src/engine/outward/outputs.ts';
import type { LineOrigin, Processed } from '../../../src/engine/pipeline.ts';
import { openSpool } from '../../../src/outputs/spool/spool.ts';
import { detection, entry, incident } from '../../make.ts';
import { keptFinding } from '../../outputs/documents.ts';
import { combined, folderWith, openOver } from '../run-engine.ts';

const settings = (url: string) => ({ url, buffer_mb: 1 });
const linesOf = (path: string): { event: { dataset: string; original?: string; sequence?: number } }[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

const processed = (sequence: number, timeMs = Date.UTC(2026, 2, 2)): Processed =>
  ({
    line: { entry: entry({ timeMs }), sequence, sourceName: 'access.log' },
    detection: detection('sqli', 'high', { entry: entry({ timeMs }) }),
  }) as unknown as Processed;
const origin = (live: boolean): LineOrigin => ({ sourceId: 1, sourceName: 'access.log', sequence: 1, live });

function open(folder: string, options: Partial<Parameters<typeof openOutputs>[0]> = {}): { outputs: Outputs; path: string } {
  const path = join(folder, 'out.ndjson');
  const outputs = openOutputs({
    config: { out: settings(`file:${path}`) },
    names: ['out'],
    folder: join(folder, 'outputs'),
    withHistory: false,
    clock: systemClock,
    notices: createNotices(),
    changed: () => {},
    ...options,
  });
  return { outputs, path };
}

test('lines that stood there before stay; those that come go out, and the incidents that they belong to', async () => {
  const { outputs, path } = open(folderWith({}));
  const startMs = Date.UTC(2026, 2, 2);
  outputs.saw(processed(1, startMs - 3_600_000), origin(false));
  outputs.incidents([incident({ id: 'old', endMs: startMs - 3_600_000 })]);
  outputs.saw(processed(2, startMs), origin(true));
  outputs.incidents([incident({ id: 'old', endMs: startMs - 3_600_000 }), incident({ id: 'new', endMs: startMs })]);
  await outputs.close();
  expect(linesOf(path).map(({ event }) => [event.dataset, event.sequence ?? ''])).toEqual([
    ['secmon.detection', 2],
    ['secmon.incident', ''],
  ]);
  expect(readFileSync(path, 'utf8')).toContain('"id":"new"');
});

test('what was flushed is in the files before anything is sent', async () => {
  const folder = folderWith({});
  const { outputs } = open(folder, { config: { out: settings('logstash+tcp://127.0.0.1:1') } });
  outputs.saw(processed(1), origin(true));
  outputs.flush();
  const [held] = openSpool({ folder: join(folder, 'outputs', 'out'), maxBytes: 1_000_000 }).oldest({ records: 9, bytes: 1_000_000 });
  expect(held?.text).toContain('"dataset":"secmon.detection"');
  await outputs.close();
});

test('what a full buffer drops is counted, for the header of the screen, too', async () => {
  const { outputs } = open(folderWith({}), { config: { out: { url: 'logstash+tcp://127.0.0.1:1', buffer_mb: 0.001 } } });
  for (let n = 1; n <= 10; n++) outputs.saw(processed(n), origin(true));
  expect(outputs.dropped()).toBeGreaterThan(5);
  expect(outputs.list()[0]?.dropped).toBe(outputs.dropped());
  await outputs.close();
});

test('settings that change while it runs: who stays goes on, who moves takes along what waits, who goes leaves it in files', async () => {
  const folder = folderWith({});
  const at = (name: string): string => join(folder, name);
  const nobody = settings('logstash+tcp://127.0.0.1:1');
  const notices = createNotices();
  const { outputs } = open(folder, {
    config: { stays: settings(`file:${at('a')}`), moves: nobody, goes: nobody },
    names: ['stays', 'moves', 'goes'],
    notices,
  });
  outputs.saw(processed(1), origin(true));
  const config = { stays: settings(`file:${at('a')}`), moves: settings(`file:${at('b')}`), comes: settings(`file:${at('c')}`) };
  const changing = outputs.change({ config, names: Object.keys(config) });
  outputs.saw(processed(2), origin(true));
  await changing;
  outputs.saw(processed(3), origin(true));
  expect(outputs.list().map(({ name }) => name)).toEqual(['stays', 'moves', 'comes']);
  await outputs.close();
  const sequences = (name: string) => linesOf(at(name)).map(({ event }) => event.sequence);
  expect([sequences('a'), sequences('b'), sequences('c')]).toEqual([
    [1, 2, 3],
    [1, 2, 3],
    [2, 3],
  ]);
  expect(openSpool({ folder: join(folder, 'outputs', 'goes'), maxBytes: 1_000_000 }).records).toBe(1);
  expect(notices.list().map(({ text }) => text)).toContain(
    'logstash+tcp://127.0.0.1:1 is let go; 1 finding that it has not taken waits in the state directory',
  );
});

test('what changes in the findings of a check goes out, each with an id of its own, and not what was known before', async () => {
  const known = keptFinding({ key: 'known' });
  const { outputs, path } = open(folderWith({}), { knownFindings: [known] });
  const added = keptFinding({ key: 'added' }, { isNew: true });
  outputs.findings([known, added]);
  outputs.findings([known, added]);
  outputs.findings([{ ...known, state: 'gone', lastMs: 3_000 }, keptFinding({ key: 'added', severity: 'critical' }, { lastMs: 3_000 })]);
  await outputs.close();
  const documents = linesOf(path) as unknown as {
    event: { id: string; dataset: string };
    secmon: { finding: { key: string; state: string } };
  }[];
  expect(documents.map(({ secmon: { finding } }) => `${finding.key} ${finding.state}`)).toEqual([
    'added new',
    'known gone',
    'added changed',
  ]);
  expect(new Set(documents.map(({ event }) => event.id)).size).toBe(3);
  expect(documents.every(({ event }) => event.dataset === 'secmon.check')).toBe(true);
});

test('beside another secmon that keeps the state only what its own command line asks for is fed', () => {
  const notices = createNotices();
  const outputs = { configured: ['elk'], asked: ['file-out'] };
  expect(outputNames(outputs, { isSecond: false, notices })).toEqual(['elk', 'file-out']);
  expect(notices.list()).toEqual([]);
  expect(outputNames(outputs, { isSecond: true, notices })).toEqual(['file-out']);
  expect(notices.list()).toHaveLength(1);
  expect(outputNames(undefined, { isSecond: true, notices })).toEqual([]);
});

/** What ZAP reports (its traditional JSON report). */
const ZAP_REPORT = JSON.stringify({
  site: [
    {
      alerts: [
        {
          pluginid: '40018',
          alert: 'SQL Injection',
          riskcode: '3',
          confidence: '2',
          instances: [{ uri: 'https://shop.test/item', method: 'GET' }],
        },
      ],
    },
  ],
});

test('an engine hands over every detection, the incident and what a check found, and says so to its screen', async () => {
  const attack = (n: number): string => combined(n, { target: `/item?id=${n}%27+union+select+password+from+users--` });
  const folder = folderWith({ 'access.log': combined(0) + attack(1) + attack(2) + attack(3), 'zap.json': ZAP_REPORT });
  const path = join(folder, 'out.ndjson');
  const checks = {
    zap: { timeout: '1m', targets: [], report: join(folder, 'zap.json') },
    watch_list: { accounts: [], paths: [], hours: [] },
  };
  const config = packConfig({ ...DEFAULT_CONFIG, checks, outputs: { out: settings(`file:${path}`) } }, '.');
  const engine = await openOver([join(folder, 'access.log')], { config, outputs: { configured: ['out'], asked: [] } });
  await engine.run();
  await engine.client.request('check.run', { name: 'zap', attack: false });
  await expect.poll(async () => (await engine.client.request('check.detail', { name: 'zap' }))?.row.last?.state).toBe('done');
  const [info] = await engine.client.request('outputs', {});
  expect(info).toMatchObject({ name: 'out', type: 'file', destination: path, dropped: 0, memoryOnly: 'there is no state directory' });
  await engine.client.close();
  const events = linesOf(path).map(({ event }) => event);
  expect(events.filter(({ dataset }) => dataset === 'secmon.detection').map(({ sequence }) => sequence)).toEqual([2, 3, 4]);
  expect(events.some(({ dataset }) => dataset === 'secmon.incident')).toBe(true);
  expect(events.filter(({ dataset }) => dataset === 'secmon.check')).toHaveLength(1);
});
