import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Engine } from '../../../src/engine/engine.ts';
import { createFeed } from '../../../src/engine/feed/feed.ts';
import type { HeldLine } from '../../../src/engine/feed/held-line.ts';
import { createNotices } from '../../../src/engine/notices.ts';
import { createWebRoot } from '../../../src/engine/web-root/web-root.ts';
import { changeNote, culpritOf, isScript, type Upload } from '../../../src/engine/web-root/web-root-match.ts';
import { createIncidentTracker } from '../../../src/incidents/tracker.ts';
import type { Entry } from '../../../src/model/entry.ts';
import type { FileChange } from '../../../src/sources/tree-watch.ts';
import { isHidden } from '../../../src/text/sanitize.ts';
import { clfTime } from '../../e2e/lines.ts';
import { entry } from '../../make.ts';
import { createManualClock } from '../../sources/manual-clock.ts';
import { openOver, view } from '../run-engine.ts';

const START_MS = Date.UTC(2026, 2, 2, 2);

const upload = (fields: Partial<Upload> = {}): Upload => ({
  rowId: 1,
  actor: '198.51.100.7',
  address: '198.51.100.7',
  timeMs: 10_000,
  status: 200,
  suspicious: false,
  ...fields,
});

describe('which files a web server may run', () => {
  it.each(['shell.php', 'a/b/Shell.PhP', 'x.php.jpg', 'x.phtml', 'up/.htaccess', 'x.jspx', 'cmd.aspx', 'r.cgi', 'web.config', 'x.php5'])(
    '%s',
    (path) => {
      expect(isScript(path)).toBe(true);
    },
  );
  it.each(['photo.jpg', 'php', 'notes.txt', 'style.css', 'a.php/photo.jpg', 'archive.tar.gz', ''])('not %j', (path) => {
    expect(isScript(path)).toBe(false);
  });
});

describe('the request that wrote a file', () => {
  const file = { timeMs: 10_300 };
  it('is the nearest one within five seconds, before or after it', () => {
    expect(culpritOf(file, [upload({ rowId: 1, timeMs: 8_000 }), upload({ rowId: 2, timeMs: 11_000 })])).toMatchObject({
      upload: { rowId: 2 },
    });
    expect(culpritOf(file, [upload({ timeMs: 5_000 }), upload({ timeMs: 15_400 })])).toBeUndefined();
  });
  it('is rather one that was answered, and rather one that a rule flags', () => {
    expect(culpritOf(file, [upload({ rowId: 1, status: 404 }), upload({ rowId: 2, timeMs: 9_000 })])).toMatchObject({
      upload: { rowId: 2 },
    });
    expect(culpritOf(file, [upload({ rowId: 1 }), upload({ rowId: 2, timeMs: 9_000, suspicious: true })])).toMatchObject({
      upload: { rowId: 2 },
    });
  });
  it('is not told where many write at once', () => {
    const many = ['1', '2', '3', '4'].map((last, i) => upload({ actor: `198.51.100.${last}`, timeMs: 10_000 + i * 100 }));
    expect(culpritOf(file, many)).toMatchObject({ type: 'several', uploads: { length: 4 } });
  });
});

it('a note on a line is short and harmless, whatever a file is called', () => {
  expect(changeNote({ path: 'up/shell.php', kind: 'created', timeMs: 10_300 }, 10_000)).toBe('shell.php created 0.3 s later');
  expect(changeNote({ path: 'a.php', kind: 'changed', timeMs: 9_800 }, 10_000)).toBe('a.php changed 0.2 s before');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (path) => {
      const note = changeNote({ path, kind: 'created', timeMs: 0 }, 0);
      return note.length < 130 && ![...note].some((character) => isHidden(character));
    }),
  );
});

describe('a file and the log', () => {
  /** A web root whose changes and time the test makes. */
  function open(isTrusted = false) {
    const clock = createManualClock(START_MS);
    const feed = createFeed();
    const incidents = createIncidentTracker({ newId: () => 'incident' });
    const notices = createNotices();
    let change = (_: FileChange): void => {};
    const webRoot = createWebRoot({
      roots: ['/www'],
      clock,
      feed,
      incidents,
      notices,
      isTrusted: () => isTrusted,
      onChange: () => {},
      watch: ({ onChange }) => {
        change = onChange;
        return { ready: Promise.resolve(), dropped: 0, close: () => {} };
      },
    });
    const post = (target: string, fields: Partial<Entry> = {}): HeldLine => {
      const line = feed.push({
        sourceId: 1,
        sourceName: 'access.log',
        sequence: 1,
        entry: entry({ method: 'POST', target, timeMs: START_MS, ...fields }),
        hits: undefined,
        severity: undefined,
        families: [],
        outcome: undefined,
        success: false,
        note: '',
      });
      webRoot.saw(line);
      return line;
    };
    const wrote = (path: string, afterMs = 300): void => change({ path, kind: 'created', timeMs: START_MS + afterMs });
    return { clock, feed, incidents, notices, post, wrote };
  }

  it('come together also when the line is logged long after the file', () => {
    const { clock, feed, post, wrote } = open();
    wrote('shell.php');
    clock.advance(30_000);
    const line = post('/slow');
    clock.advance(3_000);
    expect(feed.get(line.id)?.note).toBe('shell.php created 0.3 s later');
  });

  it('wait for the line of the request that ended nearest to it', () => {
    const { clock, feed, post, wrote } = open();
    const early = post('/early', { timeMs: START_MS - 3_000 });
    wrote('shell.php');
    clock.advance(1_000);
    const near = post('/near');
    clock.advance(3_000);
    expect([feed.get(early.id)?.success, feed.get(near.id)?.success]).toEqual([false, true]);
  });

  it('are given up after a minute, and requests that only read are no suspects', () => {
    const { clock, incidents, post, wrote } = open();
    wrote('shell.php');
    post('/get', { method: 'GET' });
    clock.advance(70_000);
    post('/post');
    clock.advance(10_000);
    expect(incidents.all()).toEqual([]);
  });

  it('make one incident of one actor, however many files and requests', () => {
    const { clock, feed, incidents, post, wrote } = open();
    const lines = Array.from({ length: 5 }, (_, i) => post(`/up${i}`, { timeMs: START_MS + i * 10_000 }));
    for (const [i] of lines.entries()) for (let n = 0; n < 20; n += 1) wrote(`f${i}-${n}.php`, i * 10_000 + 200);
    clock.advance(60_000);
    expect(feed.get(lines[0]?.id ?? 0)?.note).toBe('f0-0.php created 0.2 s later, and 19 more');
    expect(incidents.all()).toHaveLength(1);
    expect(incidents.all()[0]).toMatchObject({ actor: '198.51.100.7', detections: 5, successes: 1, families: { webshell: 5 } });
  });

  it('make an incident of the file where many write at once', () => {
    const { clock, incidents, post, wrote } = open();
    for (const last of [1, 2, 3, 4]) post('/up', { address: `203.0.113.${last}` });
    wrote('up/shell.php');
    clock.advance(5_000);
    expect(incidents.all()[0]).toMatchObject({ actor: '', target: { kind: 'path', value: '/up/shell.php' }, relatedCount: 4 });
  });

  it('are only noted where the actor is known to be harmless', () => {
    const { clock, feed, incidents, post, wrote } = open(true);
    const line = post('/deploy');
    wrote('index.php');
    clock.advance(5_000);
    expect(feed.get(line.id)).toMatchObject({ severity: undefined, success: false, note: 'index.php created 0.3 s later' });
    expect(incidents.all()).toEqual([]);
  });
});

describe('a watched web root', () => {
  let folder: string;
  let root: string;
  let log: string;
  let engine: Engine;
  const line = (address: string, method: string, target: string, at = new Date()): string =>
    `${address} - - [${clfTime(at)}] "${method} ${target} HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n`;
  const row = async (text: string) => (await engine.client.request('view', view())).feed.rows.find((one) => one.text === text);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'secmon-web-root-'));
    root = join(folder, 'www');
    log = join(folder, 'access.log');
    mkdirSync(join(root, 'uploads'), { recursive: true });
    writeFileSync(log, '');
    engine = await openOver([log], { follow: true, watch: [root] });
    void engine.run();
    await engine.watching;
  });
  afterEach(() => engine.client.close());

  it('puts a script beside the POST that wrote it: a success of its actor, though no rule flags the POST', async () => {
    writeFileSync(join(root, 'uploads/shell.php'), '<?php');
    appendFileSync(log, line('198.51.100.20', 'GET', '/index') + line('198.51.100.7', 'POST', '/upload'));
    await vi.waitFor(async () => expect((await row('/upload'))?.success).toBe(true), 50_000);
    expect(await row('/upload')).toMatchObject({
      severity: 'critical',
      family: 'webshell',
      note: expect.stringMatching(/^shell\.php created \d\.\d s (later|before)$/),
    });
    expect(await row('/index')).toMatchObject({ severity: undefined, note: '' });
    const [incident, ...others] = await engine.client.request('incidents', {});
    expect(others).toEqual([]);
    expect(incident).toMatchObject({ actor: '198.51.100.7', severity: 'critical', stage: 'control', successes: 1 });
    const detail = await engine.client.request('entry', { rowId: (await row('/upload'))?.id ?? 0 });
    expect(detail?.hits[0]?.rule.name).toBe('web-root-script');
    expect(detail?.answer).toContain('shell.php created');
  });

  it('watches folders that are new, and counts an IPv6 network as one actor', async () => {
    mkdirSync(join(root, 'new/deep'), { recursive: true });
    writeFileSync(join(root, 'new/deep/x.phtml'), '');
    appendFileSync(log, line('2001:db8:1:2::7', 'PUT', '/late'));
    await vi.waitFor(async () => expect((await row('/late'))?.note).toMatch(/x\.phtml created/), 50_000);
    expect((await engine.client.request('incidents', {}))[0]?.actor).toBe('2001:db8:1:2::/64');
  });

  it('only notes other files, and says nothing of files that nobody posted', async () => {
    appendFileSync(log, line('198.51.100.7', 'POST', '/photo') + line('198.51.100.8', 'GET', '/page'));
    writeFileSync(join(root, 'uploads/photo.jpg'), 'x');
    await vi.waitFor(async () => expect((await row('/photo'))?.note).toMatch(/photo\.jpg created/), 50_000);
    expect(await row('/photo')).toMatchObject({ severity: undefined, success: false });
    expect(await engine.client.request('incidents', {})).toEqual([]);
    expect(await row('/page')).toMatchObject({ note: '' });
  });

  it('notices what is moved into place, linked, changed back in time, or named to do harm', async () => {
    writeFileSync(join(folder, 'outside.tmp'), '');
    renameSync(join(folder, 'outside.tmp'), join(root, 'moved.php'));
    symlinkSync('/etc/passwd', join(root, 'link.php'));
    writeFileSync(join(root, 'uploads/\x1b[2J.php'), '');
    chmodSync(join(root, 'moved.php'), 0o755);
    appendFileSync(log, line('198.51.100.7', 'POST', '/upload'));
    await vi.waitFor(async () => expect((await row('/upload'))?.note).toMatch(/, and 2 more$/), 50_000);
    const { notices } = await engine.client.request('view', view());
    expect(JSON.stringify(notices)).not.toContain('\x1b');
  });
});
