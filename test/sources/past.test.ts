import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FileAccess, systemFiles } from '../../src/sources/file-access.ts';
import { createPastSource } from '../../src/sources/past.ts';
import { pastFiles } from '../../src/sources/past-files.ts';
import { planPast } from '../../src/sources/past-plan.ts';

let folder: string;
let ageS: number;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-past-'));
  ageS = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

/** Writes a file; each one written after it is older. */
function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  ageS += 1000;
  utimesSync(path, 1_700_000_000 - ageS, 1_700_000_000 - ageS);
  return path;
}

/** Lines that begin with their time. */
const lines = (from: number, to: number, width = 20): string =>
  Array.from({ length: to - from }, (_, i) => `${from + i} ${'.'.repeat(width)}\n`).join('');
const timeOf = (some: readonly string[]): number | undefined => {
  for (const line of some) if (/^\d+ /.test(line)) return Number.parseInt(line, 10);
  return undefined;
};

/** What is read from `fromMs` on, and how many bytes of the folder were opened for it. */
async function readFrom(
  path: string,
  fromMs: number,
  { toMs = fromMs + 100, files = systemFiles }: { toMs?: number; files?: FileAccess } = {},
) {
  const { signal } = new AbortController();
  const found = await pastFiles(path, files);
  const plan = await planPast({ files: found.files, fromMs, toMs, timeOf, access: files, signal });
  const source = createPastSource({ key: 'past', name: 'past', segments: plan.segments, fromMs, timeOf, files });
  const read: string[] = [];
  const events: string[] = [];
  for await (const batch of source.read({ signal })) {
    read.push(...batch.lines);
    if (batch.event && 'detail' in batch.event) events.push(batch.event.detail);
  }
  return { plan, unread: found.unread, read, events, times: read.map((line) => Number.parseInt(line, 10)) };
}

describe('the generations of a log', () => {
  it('are found under the names that logrotate and its like give, newest first', async () => {
    for (const name of ['access.log', 'access.log.1', 'access.log.2.gz', 'access.log-20260227.gz', 'access.log.2026-02-26'])
      write(name, 'x\n');
    for (const name of ['access.log.lock', 'other.log.1', 'error.log', 'access.log.3.xz']) write(name, 'x\n');
    const { files, unread } = await pastFiles(join(folder, 'access.log'), systemFiles);
    expect(files.map(({ path }) => basename(path))).toEqual([
      'access.log',
      'access.log.1',
      'access.log.2.gz',
      'access.log-20260227.gz',
      'access.log.2026-02-26',
    ]);
    expect(unread.map((path) => basename(path))).toEqual(['access.log.3.xz']);
  });

  it('count once while logrotate compresses one', async () => {
    write('access.log', 'x\n');
    write('access.log.1', 'y\n');
    write('access.log.1.gz', gzipSync('y'));
    const { files } = await pastFiles(join(folder, 'access.log'), systemFiles);
    expect(files.map(({ path }) => basename(path))).toEqual(['access.log', 'access.log.1']);
  });
});

describe('reading the past', () => {
  it('goes back through plain and compressed generations, in order, and no further than it must', async () => {
    const path = write('access.log', lines(300, 400));
    write('access.log.1', lines(200, 300));
    write('access.log.2.gz', gzipSync(lines(100, 200)));
    write('access.log.3.gz', 'damaged, and not needed');
    const { times, plan, events } = await readFrom(path, 150);
    expect(times).toEqual([...Array(400).keys()].slice(100));
    expect(plan).toMatchObject({ beginMs: 100, problems: [] });
    expect(events).toEqual([]);
  });

  it('finds the place in a big file without reading it: a few probes, then a line close before', async () => {
    const path = write('access.log', lines(100_000, 400_000, 60));
    let reads = 0;
    const counting: FileAccess = {
      ...systemFiles,
      async open(name, flags) {
        const handle = await systemFiles.open(name, flags);
        const read = handle.read.bind(handle);
        return Object.assign(handle, {
          read: (...args: Parameters<typeof read>) => {
            reads += 1;
            return read(...args);
          },
        });
      },
    };
    const { signal } = new AbortController();
    const { files } = await pastFiles(path, counting);
    const plan = await planPast({ files, fromMs: 333_333, toMs: 333_400, timeOf, access: counting, signal });
    expect(reads).toBeLessThan(30);
    const [segment] = plan.segments;
    expect(plan.bytes).toBeLessThan(600_000);
    expect(segment?.fromByte ?? 0).toBeGreaterThan((333_333 - 100_000 - 5_000) * 68);
    expect(segment?.fromByte ?? 0).toBeLessThanOrEqual((333_333 - 100_000) * 68);
  });

  it('misses no line from the time on, wherever it lies and however long lines are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 150 }),
        fc.nat(160),
        async (widths, from) => {
          const path = write('access.log', widths.map((width, i) => `${i} ${'.'.repeat(width)}\n`).join(''));
          const { times } = await readFrom(path, from);
          const expected = [...widths.keys()].filter((time) => time >= from);
          expect(times.filter((time) => time >= from)).toEqual(expected);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says when a file was rotated away between planning and reading, and goes on', async () => {
    const path = write('access.log', lines(0, 10));
    const { signal } = new AbortController();
    const { files } = await pastFiles(path, systemFiles);
    const { segments } = await planPast({ files, fromMs: 0, toMs: 100, timeOf, access: systemFiles, signal });
    renameSync(path, `${path}.1`);
    writeFileSync(path, lines(10, 20));
    const source = createPastSource({ key: 'past', name: 'past', segments, fromMs: 0, timeOf, files: systemFiles });
    const events: unknown[] = [];
    for await (const { event, lines: read } of source.read({ signal })) events.push(event, read.length);
    expect(events).toEqual([{ type: 'failed', detail: expect.stringMatching(/rotated meanwhile/) }, 0]);
  });

  it('tells of generations without times and of those that may not be read, and reads the others', async () => {
    const path = write('access.log', lines(100, 200));
    write('access.log.1', 'no time at all\n');
    const denied = write('access.log.2', lines(0, 100));
    const files: FileAccess = {
      ...systemFiles,
      open: (name, flags) =>
        name === denied ? Promise.reject(Object.assign(new Error('EACCES'), { code: 'EACCES' })) : systemFiles.open(name, flags),
    };
    const { plan, times } = await readFrom(path, 50, { files });
    expect(times[0]).toBe(100);
    expect(plan.problems.map((text) => basename(text.split(':')[0] ?? ''))).toEqual(['access.log.1', 'access.log.2']);
    expect(plan.problems[1]).toMatch(/not readable/);
  });

  it('reads what is there of a damaged compressed generation, and says so', async () => {
    const path = write('access.log', lines(20_000, 20_100));
    const zipped = gzipSync(Buffer.from(Array.from({ length: 20_000 }, (_, i) => `${i} ${Math.sin(i)}\n`).join('')));
    write('access.log.1.gz', zipped.subarray(0, zipped.length - 5_000));
    const { times, events } = await readFrom(path, 10_000);
    expect(events.join()).toMatch(/damaged gzip/);
    expect(times.at(-1)).toBe(20_099);
  });
});
