import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { historyScope } from '../../src/engine/baseline.ts';
import { combined, folderWith, openOver, view } from './run-engine.ts';

const HOUR_S = 3_600;
const START_MS = Date.UTC(2026, 2, 2, 2);

/** Ordinary traffic: a page a few times a minute, from some addresses. */
const ordinary = (fromS: number, toS: number): string =>
  Array.from({ length: Math.floor((toS - fromS) / 15) }, (_, i) =>
    combined(fromS + i * 15, { target: `/page/${i % 5}`, address: `192.0.2.${10 + (i % 3)}` }),
  ).join('');

it('learns what is usual from the log, keeps it in the store, and tells what is new after a restart', async () => {
  const folder = folderWith({ 'access.log': ordinary(0, 90 * 60) });
  const log = join(folder, 'access.log');
  let endS = 90 * 60;
  const clock = { ...systemClock, now: () => START_MS + endS * 1000 };
  const options = { follow: true, persist: true, stateDirectory: join(folder, 'state') } as const;
  const first = await openOver([log], options, { clock });
  void first.run();
  await vi.waitFor(() => expect(first.statistics.lines).toBe(360), 50_000);
  const calm = await first.client.request('baseline', {});
  await first.client.close();
  expect(calm).toMatchObject({ silent: 'needs 12 slots of five minutes, has 0' });

  endS += 5 * 60;
  const attack = Array.from({ length: 200 }, (_, i) =>
    combined(90 * 60 + i, {
      target: `/dir${'x'.repeat(i % 7)}${String.fromCharCode(97 + (i % 26))}`,
      address: '203.0.113.66',
      status: 404,
      agent: 'gobuster/3.6',
    }),
  ).join('');
  appendFileSync(
    log,
    ordinary(90 * 60, endS - 10) + attack + combined(90 * 60 + 250, { target: '/uploads/shell.php', address: '203.0.113.66' }),
  );
  const second = await openOver([log], { ...options, history: { lines: 222 } }, { clock });
  void second.run();
  await vi.waitFor(() => expect(second.statistics.lines).toBe(222), 50_000);
  const { silent, rows } = await second.client.request('baseline', {});
  expect(silent).toBe('');
  const texts = (section: string): string[] => rows.filter((row) => row.section === section).map(({ text, note }) => `${text} ${note}`);
  expect(texts('new').some((text) => /new paths by 203\.0\.113\.66/.test(text))).toBe(true);
  expect(texts('new').join('\n')).toMatch(/gobuster\/#\.#/);
  expect(texts('new').join('\n')).toMatch(/203\.0\.113\.0\/24/);
  expect(texts('new').join('\n')).not.toMatch(/page/);
  expect(texts('grown')[0]).toMatch(/203\.0\.113\.66/);
  expect(rows.find(({ text }) => text === '4xx')?.score).toBeGreaterThan(8);

  // The row's filter shows its lines.
  const filter = rows.find(({ kind, section }) => section === 'new' && kind === 'network')?.filter ?? '';
  const { feed } = await second.client.request('view', view({ filter, rows: 300 }));
  expect(feed.rows.length).toBe(201);
  expect(new Set(feed.rows.map(({ address }) => address))).toEqual(new Set(['203.0.113.66']));
  await second.client.close();
}, 60_000);

it('says that nothing is learned where logs are read only once', async () => {
  const engine = await openOver([join(folderWith({ 'access.log': ordinary(0, HOUR_S) }), 'access.log')]);
  await engine.run();
  expect(await engine.client.request('baseline', {})).toMatchObject({ silent: 'is kept only while logs are followed', rows: [] });
  await engine.client.close();
});

it('the history of one set of logs is no measure for another, in whatever order they are named', () => {
  const [a, b] = [
    { type: 'file', path: '/var/log/a' },
    { type: 'file', path: '/var/log/b' },
  ] as const;
  expect(historyScope([a, b])).toBe(historyScope([b, a]));
  expect(historyScope([a])).not.toBe(historyScope([b]));
});
