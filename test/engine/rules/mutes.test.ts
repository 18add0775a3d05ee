import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../../src/clock/clock.ts';
import type { Engine } from '../../../src/engine/engine.ts';
import type { MuteChoice, MuteOption } from '../../../src/model/mute.ts';
import { combined, folderWith, openOver, view } from '../run-engine.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 12);
const SQL = '%27%20UNION%20SELECT%20user,pass%20FROM%20users--';

/** A clock that stands still; what waits on it is run by `tick`. */
function fixedClock() {
  let nowMs = NOW_MS;
  let waiting: { readonly atMs: number; readonly run: () => void }[] = [];
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    after(delayMs, run) {
      const one = { atMs: nowMs + delayMs, run };
      waiting.push(one);
      return () => {
        waiting = waiting.filter((each) => each !== one);
      };
    },
  };
  return {
    clock,
    tick(ms: number) {
      nowMs += ms;
      const due = waiting.filter(({ atMs }) => atMs <= nowMs);
      waiting = waiting.filter((one) => !due.includes(one));
      for (const { run } of due) run();
    },
  };
}

async function rowOf(engine: Engine, text: string): Promise<number> {
  const found = await engine.client.request('seek', { rowId: 10_000_000, direction: -1, filter: '', what: { text } });
  if (found === undefined) throw new Error(`no line with ${text}`);
  return found;
}

function choiceOf(options: readonly MuteOption[], kind: string, fields: Partial<MuteChoice> = {}): MuteChoice {
  const [option] = options;
  const place = option?.places.find((each) => each.kind === kind);
  if (option === undefined || place === undefined) throw new Error(`no place ${kind} in ${JSON.stringify(options)}`);
  return { ruleIds: option.ruleIds, place, span: '7 days', note: '', successes: false, ...fields };
}

/** Reads the log and writes a mute of the line with `text`. */
async function muted(log: string, text: string, kind: string) {
  const folder = folderWith({ 'access.log': log });
  const mutesFile = join(folder, 'mutes.yml');
  const time = fixedClock();
  const engine = await openOver([join(folder, 'access.log')], { mutesFile }, { clock: time.clock });
  await engine.run();
  const options = await engine.client.request('mute.options', { subject: { kind: 'entry', rowId: await rowOf(engine, text) } });
  const preview = await engine.client.request('mute.preview', choiceOf(options, kind));
  return { engine, folder, mutesFile, preview, options, ...time };
}

const LOG = [
  ...Array.from({ length: 5 }, (_, i) => combined(i, { target: `/search?q=${i}${SQL}`, status: 403, address: `192.0.2.${i}` })),
  combined(10, { target: `/item?id=1${SQL}`, status: 403, address: '198.51.100.7' }),
].join('');

describe('muting by key', () => {
  test('shows the line and what it would have muted, writes exactly it, and the next lines are no detections', async () => {
    const { engine, mutesFile, preview, options } = await muted(LOG, '/search', 'path');
    // Several rules flag the line: the first alone changes nothing yet, all together do.
    expect(preview).toMatchObject({ muted: 0, elsewhere: 5, successes: 0, of: 6 });
    const all = options.slice(-1);
    expect(all[0]?.name).toBe(`all ${options.length - 1} rules`);
    expect(await engine.client.request('mute.preview', choiceOf(all, 'path'))).toMatchObject({ muted: 5, elsewhere: 0 });
    expect(existsSync(mutesFile)).toBe(false);
    const written = await engine.client.request('mute.write', { draftId: preview.draftId });
    expect(readFileSync(mutesFile, 'utf8').split('\n').slice(2)).toEqual([preview.line, '']);
    await expect(engine.client.request('mute.write', { draftId: preview.draftId })).rejects.toThrow('open the dialog again');
    expect(await engine.client.request('mute.remove', { id: written.id })).toBe(true);
    expect(readFileSync(mutesFile, 'utf8')).not.toContain('---');
    await engine.client.close();
  });

  test('hides lines whose hits are all muted, shows that they are, and counts them', async () => {
    const folder = folderWith({ 'access.log': LOG });
    const mutesFile = join(folder, 'mutes.yml');
    writeFileSync(
      mutesFile,
      '--- { title: ours, id: ours, expires: forever, logsource: { category: webserver }, filter: { rules: any, selection: { cs-uri-stem: /search }, condition: not selection } }\n',
    );
    const engine = await openOver([join(folder, 'access.log')], { mutesFile });
    await engine.run();
    const snapshot = await engine.client.request('view', view());
    expect(snapshot.detections).toBe(1);
    expect(snapshot.feed.rows.map(({ severity, muted: isMuted }) => [severity !== undefined, isMuted === true])).toEqual([
      ...Array.from({ length: 5 }, () => [false, true]),
      [true, false],
    ]);
    expect(snapshot.incidents.map(({ actor }) => actor)).toEqual(['198.51.100.7']);
    const { mutes, rows } = await engine.client.request('rules', {});
    expect(mutes).toMatchObject([{ id: 'ours', isExpired: false, place: `${mutesFile}:1` }]);
    expect(mutes[0]?.hits).toBeGreaterThanOrEqual(5);
    expect(rows.find(({ name }) => name === 'sqli-union-select')).toMatchObject({ hits: 1, muted: 5, hasMutes: true });
    await engine.client.close();
  });

  test('leaves what worked', async () => {
    const ordinary = Array.from({ length: 30 }, (_, i) => combined(i, { target: `/search?q=${i}`, bytes: 500 + (i % 3) }));
    const worked = combined(40, { target: `/search?q=1${SQL}`, bytes: 90_000, address: '198.51.100.7' });
    const folder = folderWith({ 'access.log': [...ordinary, worked].join('') });
    const quiet = (more: string) =>
      `--- { title: ours, id: ours, expires: forever, ${more} logsource: { category: webserver }, filter: { rules: any, selection: { cs-uri-stem: /search }, condition: not selection } }\n`;
    const detections = async (text: string): Promise<number> => {
      const mutesFile = join(folder, 'mutes.yml');
      writeFileSync(mutesFile, text);
      const engine = await openOver([join(folder, 'access.log')], { mutesFile });
      await engine.run();
      const snapshot = await engine.client.request('view', view());
      await engine.client.close();
      return snapshot.feed.rows.filter(({ success }) => success).length;
    };
    expect(await detections(quiet(''))).toBe(1);
    expect(await detections(quiet('successes: true,'))).toBe(0);
  });

  test('keeps its hits from run to run, those of lines that are read again once', async () => {
    const folder = folderWith({ 'access.log': LOG });
    const mutesFile = join(folder, 'mutes.yml');
    writeFileSync(
      mutesFile,
      '--- { title: ours, id: ours, expires: forever, logsource: { category: webserver }, filter: { rules: [sqli-union-select], selection: { cs-uri-stem: /search }, condition: not selection } }\n',
    );
    const options = { mutesFile, persist: true, stateDirectory: folderWith({}) };
    for (let run = 0; run < 2; run++) {
      const engine = await openOver([join(folder, 'access.log')], options);
      await engine.run();
      const { mutes } = await engine.client.request('rules', {});
      expect(mutes).toMatchObject([{ hits: 5, lastMs: Date.UTC(2026, 2, 2, 2, 0, 4) }]);
      await engine.client.close();
    }
  });

  test('of an incident by its network and of a correlation by its address', async () => {
    const log = Array.from({ length: 60 }, (_, i) => combined(i, { target: `/find/${i}.php`, status: 404, address: '203.0.113.77' })).join(
      '',
    );
    const folder = folderWith({ 'access.log': log });
    const mutesFile = join(folder, 'mutes.yml');
    const engine = await openOver([join(folder, 'access.log')], { mutesFile });
    await engine.run();
    const subject = { kind: 'address', address: '203.0.113.77' } as const;
    const options = await engine.client.request('mute.options', { subject });
    expect(options.map(({ name }) => name)).toContain('scan-paths-fast');
    for (const option of options.filter(({ ruleIds }) => ruleIds.length === 1)) {
      const preview = await engine.client.request('mute.preview', choiceOf([option], 'network'));
      expect(preview).toMatchObject({ title: `Mute ${option.name} from 203.0.113.0/24` });
      expect(preview.muted).toBeGreaterThan(0);
      await engine.client.request('mute.write', { draftId: preview.draftId });
    }
    await engine.client.close();
    const again = await openOver([join(folder, 'access.log')], { mutesFile });
    await again.run();
    expect(again.incidents()).toEqual([]);
    expect((await again.client.request('rules', {})).mutes.every(({ hits }) => hits > 0)).toBe(true);
    await again.client.close();
  });
});

describe('the file of mutes', () => {
  const line = (id: string, expires: string): string =>
    `--- { title: ${id}, id: ${id}, expires: ${expires}, logsource: { category: webserver }, filter: { rules: [sqli-union-select], selection: { c-ip: 192.0.2.1 }, condition: not selection } }\n`;
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  async function following(text: string) {
    const folder = folderWith({ 'access.log': combined(0), 'mutes.yml': text });
    const mutesFile = join(folder, 'mutes.yml');
    const time = fixedClock();
    const engine = await openOver([join(folder, 'access.log')], { mutesFile, follow: true }, { clock: time.clock });
    await engine.client.request('view', view());
    const ids = async () => (await engine.client.request('rules', {})).mutes.map(({ id, isExpired }) => (isExpired ? `(${id})` : id));
    const notices = () => (engine.snapshot()?.notices ?? []).map((notice) => notice.text);
    const later = async (ms: number): Promise<void> => {
      time.tick(ms);
      for (let i = 0; i < 20; i++) await settle();
    };
    return { engine, mutesFile, ids, notices, later };
  }

  test('is read again when it changes; a bad one leaves those of before, and says the line', async () => {
    const { engine, mutesFile, ids, notices, later } = await following(line('one', 'forever'));
    writeFileSync(mutesFile, `# more\n${line('one', 'forever')}${line('two', 'forever')}`);
    await later(2_000);
    expect(await ids()).toEqual(['one', 'two']);
    writeFileSync(mutesFile, `# more\n${line('three', 'soon')}`);
    await later(2_000);
    expect(await ids()).toEqual(['one', 'two']);
    expect(notices().at(-1)).toMatch(/^mutes not read: .*mutes\.yml:2: expected "expires": .*; the 2 mutes of before stay$/);
    await engine.client.close();
  });

  test('says what has expired, at the start and while running, and mutes no more by it', async () => {
    const end = new Date(NOW_MS + 60_000).toISOString();
    const { engine, ids, notices, later } = await following(line('old', '2026-03-01') + line('soon', end));
    expect(await ids()).toEqual(['(old)', 'soon']);
    expect(notices()).toContain('mute expired: old');
    await later(2_000);
    await later(60_000);
    expect(await ids()).toEqual(['(old)', '(soon)']);
    expect(notices().at(-1)).toBe('mute expired: soon');
    await engine.client.close();
  });
});
