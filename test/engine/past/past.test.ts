import { appendFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import type { EngineOptions } from '../../../src/engine/options.ts';
import { combined, folderWith, openOver, view } from '../run-engine.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const START_MS = Date.UTC(2026, 2, 2, 2);
const INJECTION = '/item?id=1%27%20UNION%20SELECT%20user,pass%20FROM%20users--';
/** What waits gives up before its test does. */
const WITHIN_MS = 50_000;

let engine: Engine | undefined;
afterEach(async () => {
  await engine?.client.close();
  engine = undefined;
});

/** A line a minute from one hour to another, named after the minute since two in the morning. */
const minutes = (from: number, to: number, every = 1): string =>
  Array.from({ length: Math.ceil((to - from) / every) }, (_, i) =>
    combined((from + i * every) * MINUTE, { target: `/m${from + i * every}` }),
  ).join('');

async function following(files: Readonly<Record<string, string | Buffer>>, options: Partial<EngineOptions> = {}): Promise<Engine> {
  const folder = folderWith({});
  for (const [i, [name, text]] of Object.entries(files).entries()) {
    writeFileSync(join(folder, name), text);
    utimesSync(join(folder, name), 1_700_000_000 - i * 1000, 1_700_000_000 - i * 1000);
  }
  const opened = await openOver([join(folder, 'access.log')], { follow: true, history: { lines: 3 }, ...options });
  engine = opened;
  void opened.run();
  await opened.client.request('view', view());
  await vi.waitFor(() => expect(opened.statistics.lines).toBe(3), WITHIN_MS);
  return opened;
}

const targets = async (opened: Engine, rows = 500): Promise<string[]> =>
  (await opened.client.request('view', view({ id: 2, rows }))).feed.rows.map(({ text }) => text);
const read = (opened: Engine) =>
  vi.waitFor(async () => {
    const { past } = await opened.client.request('view', view({ id: 3 }));
    expect(past?.state).not.toBe('reading');
    return past;
  }, WITHIN_MS);

describe('going to a time', () => {
  it('shows from five minutes before to fifteen after, then comes back to the present, which counted on', async () => {
    const opened = await following({ 'access.log': minutes(0, 300) });
    await opened.client.request('past.open', { text: '04:00' });
    const past = await read(opened);
    expect(past).toMatchObject({ atMs: START_MS + 2 * HOUR * 1000, state: 'paused', percent: 100 });
    const shown = await targets(opened);
    expect([shown[0], shown.at(-1)]).toEqual(['/m115', '/m136']);
    const row = await opened.client.request('entry', { rowId: past?.rowId ?? 0 });
    expect(row?.entry.target).toBe('/m120');

    appendFileSync(opened.sources.positions()[0]?.[0] ?? '', combined(301 * MINUTE, { target: '/newest' }));
    await vi.waitFor(() => expect(opened.statistics.lines).toBe(4), WITHIN_MS);
    expect(opened.snapshot()?.past).toBeDefined();
    await opened.client.request('past.close', {});
    expect(opened.snapshot()?.past).toBeUndefined();
    expect(await targets(opened)).toEqual(['/m297', '/m298', '/m299', '/newest']);
  });

  it('reads on where it stopped, up to the end of the logs', async () => {
    const opened = await following({ 'access.log': minutes(0, 300) });
    await opened.client.request('past.open', { text: '06:20' });
    await read(opened);
    expect((await targets(opened)).at(-1)).toBe('/m276');
    await opened.client.request('past.more', {});
    await vi.waitFor(async () => expect((await targets(opened)).at(-1)).toBe('/m292'), WITHIN_MS);
    await opened.client.request('past.more', {});
    await vi.waitFor(async () => expect((await opened.client.request('view', view())).past?.state).toBe('ended'), WITHIN_MS);
    expect((await targets(opened)).at(-1)).toBe('/m299');
  });

  it('finds the moment in rotated generations, plain and compressed, and across their edges', async () => {
    const opened = await following({
      'access.log': minutes(240, 300),
      'access.log.1': minutes(120, 240),
      'access.log.2.gz': gzipSync(minutes(60, 120)),
      'access.log.3.gz': gzipSync(minutes(0, 60)),
    });
    await opened.client.request('past.open', { text: '2026-03-02 03:58' });
    await read(opened);
    expect(await targets(opened)).toEqual(Array.from({ length: 22 }, (_, i) => `/m${113 + i}`));
    await opened.client.request('past.open', { text: '02:30' });
    await read(opened);
    const early = await targets(opened);
    expect([early[0], early.at(-1)]).toEqual(['/m25', '/m46']);
  });

  it('keeps the incidents of that time to itself: nothing is stored, alerted or mixed with the present', async () => {
    const attack = combined(120 * MINUTE + 5, { address: '203.0.113.66', target: INJECTION, status: 403 });
    const opened = await following({ 'access.log': minutes(0, 121) + attack + minutes(121, 300) });
    expect(await opened.client.request('incidents', {})).toEqual([]);
    await opened.client.request('past.open', { text: '04:00' });
    await read(opened);
    const incidents = await opened.client.request('incidents', {});
    expect(incidents.map(({ actor }) => actor)).toEqual(['203.0.113.66']);
    expect((await opened.client.request('actor', { address: '203.0.113.66' })).story.length).toBeGreaterThan(0);
    await expect(
      opened.client.request('alert.send', { target: { kind: 'address', address: '203.0.113.66' }, channels: ['x'], note: '' }),
    ).rejects.toThrow(/the past/);
    expect(opened.incidents()).toEqual([]);
    await opened.client.request('past.close', {});
    expect(await opened.client.request('incidents', {})).toEqual([]);
  });

  it('says where the logs begin, what lies ahead, and what a time looks like', async () => {
    const opened = await following({ 'access.log': minutes(60, 300) });
    const open = (text: string) => opened.client.request('past.open', { text });
    await expect(open('2026-03-02 01:00')).rejects.toThrow('the logs begin at 2026-03-02 03:00:00');
    await expect(open('2026-03-02 18:00')).rejects.toThrow(/still to come.*06:59:00/);
    await expect(open('25:00')).rejects.toThrow(/02:15, yesterday 14:00/);
    await open('2026-03-02 03:01');
    expect((await read(opened))?.note).toBe('the logs begin at 2026-03-02 03:00:00');
  });

  it('says that what comes through a pipe or a command cannot be read again', async () => {
    const opened = await openOver([], { sources: [{ type: 'exec', command: 'sleep 1000' }, { type: 'stdin' }], follow: true });
    engine = opened;
    await expect(opened.client.request('past.open', { text: '02:15' })).rejects.toThrow(
      /output of a command cannot be read again; standard input cannot/,
    );
  });

  it('holds the moment itself however many lines follow it', async () => {
    const flood = Array.from({ length: 40_000 }, (_, i) => combined(120 * MINUTE + Math.floor(i / 100), { target: `/f${i}` })).join('');
    const opened = await following({ 'access.log': minutes(0, 120) + flood + minutes(130, 300) });
    await opened.client.request('past.open', { text: '04:00' });
    const past = await read(opened);
    expect(past?.state).toBe('paused');
    expect((await opened.client.request('entry', { rowId: past?.rowId ?? 0 }))?.entry.target).toBe('/f0');
  });

  it('gives way at once when it is closed while it reads', async () => {
    const big = Array.from({ length: 60_000 }, (_, i) => combined(i, { target: `/b${i}` })).join('');
    const opened = await following({ 'access.log': minutes(1000, 1100), 'access.log.1.gz': gzipSync(big) });
    const opening = opened.client.request('past.open', { text: '2026-03-02 18:00' });
    await opening;
    await opened.client.request('past.close', {});
    expect(opened.snapshot()?.past).toBeUndefined();
  });
});
