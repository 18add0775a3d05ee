import { appendFileSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OutputRecord } from '../../src/outputs/record.ts';
import { openSpool, type Spool } from '../../src/outputs/spool/spool.ts';
import { machineFiles } from '../../src/outputs/spool/spool-files.ts';
import { documents } from './documents.ts';
import { faultyFiles } from './faulty-files.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'secmon-spool-'));
const MEBIBYTE = 1_024 * 1_024;
const LIMIT = { records: 10, bytes: MEBIBYTE };
const open = (path: string | undefined, options: Partial<Parameters<typeof openSpool>[0]> = {}): Spool =>
  openSpool({ folder: path, maxBytes: 256 * MEBIBYTE, ...options });

/** Takes everything out, a batch at a time. */
function drain(spool: Spool, limit = LIMIT): OutputRecord[] {
  const all: OutputRecord[] = [];
  for (let batch = spool.oldest(limit); batch.length > 0; batch = spool.oldest(limit)) {
    all.push(...batch);
    spool.acknowledge(batch.length);
  }
  return all;
}
const segments = (path: string): string[] => readdirSync(path).filter((name) => name.endsWith('.spool'));

test('what was added comes out in order, from files as from memory', () => {
  const wanted = documents(55);
  for (const path of [folder(), undefined]) {
    const spool = open(path);
    for (const document of wanted) spool.add(document);
    spool.flush();
    expect(spool.records).toBe(55);
    expect(drain(spool)).toEqual(wanted);
    expect([spool.records, spool.bytes]).toEqual([0, 0]);
  }
});

test('what was flushed and not acknowledged is there after a kill, and only that', () => {
  const path = folder();
  const wanted = documents(40);
  const killed = open(path);
  for (const document of wanted) killed.add(document);
  killed.flush();
  killed.oldest(LIMIT);
  killed.acknowledge(10);
  killed.oldest(LIMIT);
  const next = open(path);
  expect(next.records).toBe(30);
  expect(drain(next)).toEqual(wanted.slice(10));
  expect(open(path).records).toBe(0);
});

test('a torn end is found and cut wherever the write broke off, and what is added after it is whole', () => {
  const wanted = documents(3);
  const added = documents(1, { from: 100 });
  const path = folder();
  const whole = open(path);
  for (const document of wanted) whole.add(document);
  whole.flush();
  const file = join(path, segments(path)[0] ?? '');
  const bytes = readFileSync(file);
  const ends = wanted.map(({ text }) => Buffer.byteLength(text) + 9).map((_, i, sizes) => sizes.slice(0, i + 1).reduce((a, b) => a + b, 0));
  for (let length = 0; length <= bytes.length; length += 7) {
    writeFileSync(file, bytes.subarray(0, length));
    const kept = ends.filter((end) => end <= length).length;
    const spool = open(path);
    expect(spool.records).toBe(kept);
    for (const document of added) spool.add(document);
    spool.flush();
    expect(open(path).oldest(LIMIT)).toEqual([...wanted.slice(0, kept), ...added]);
    truncateSync(file, 0);
  }
});

test('bytes that are no frame are cut, whatever they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (noise) => {
      const path = folder();
      const spool = open(path);
      for (const document of documents(2)) spool.add(document);
      spool.flush();
      appendFileSync(join(path, segments(path)[0] ?? ''), noise);
      expect(drain(open(path))).toEqual(documents(2));
    }),
    { numRuns: 30 },
  );
});

test('files are left behind as they are read, and a full one for a new one', () => {
  const path = folder();
  const spool = open(path, { segmentBytes: 2_000 });
  const wanted = documents(100);
  for (const document of wanted) {
    spool.add(document);
    spool.flush();
  }
  expect(segments(path).length).toBeGreaterThan(5);
  expect(drain(open(path, { segmentBytes: 2_000 }))).toEqual(wanted);
  expect(segments(path)).toHaveLength(1);
});

test('an empty spool does not grow on the disk', () => {
  const path = folder();
  const spool = open(path);
  for (let round = 0; round < 40; round++) {
    for (const document of documents(20, { padding: 1_000 })) spool.add(document);
    spool.flush();
    drain(spool);
  }
  const held = segments(path).reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  expect(held).toBeLessThan(300 * 1_024);
});

test('a full buffer refuses the newest and counts it', () => {
  const spool = open(folder(), { maxBytes: 2_000 });
  const taken = documents(20).filter((document) => spool.add(document));
  expect(taken.length).toBeLessThan(20);
  expect(spool.dropped).toBe(20 - taken.length);
  expect(drain(spool)).toEqual(taken);
  expect(spool.add(documents(1)[0] ?? { kind: 'detection', text: '' })).toBe(true);
});

test('a full disk costs nothing while the peer takes what is held in memory, and all is on the disk once it has room', () => {
  const path = folder();
  const files = faultyFiles();
  const spool = open(path, { files });
  const wanted = documents(30);
  for (const document of wanted.slice(0, 10)) spool.add(document);
  spool.flush();
  files.room = 100;
  for (const document of wanted.slice(10, 20)) expect(spool.add(document)).toBe(true);
  spool.flush();
  expect(spool.memoryOnly).toContain('ENOSPC');
  expect(drain(spool)).toEqual(wanted.slice(0, 20));
  for (const document of wanted.slice(20)) spool.add(document);
  spool.flush();
  files.room = Number.POSITIVE_INFINITY;
  spool.flush();
  expect(spool.memoryOnly).toBe('');
  expect(drain(open(path))).toEqual(wanted.slice(20));
});

test('what was named from memory is acknowledged from the disk when it was written meanwhile', () => {
  const path = folder();
  const spool = open(path);
  const wanted = documents(10);
  for (const document of wanted) spool.add(document);
  expect(spool.oldest({ records: 4, bytes: MEBIBYTE })).toEqual(wanted.slice(0, 4));
  spool.flush();
  spool.acknowledge(4);
  expect(drain(open(path))).toEqual(wanted.slice(4));
});

test('a folder that cannot be made keeps everything in memory and says why', () => {
  const files = {
    ...machineFiles,
    makeFolder: () => {
      throw new Error('EACCES: permission denied');
    },
  };
  const spool = open(folder(), { files });
  spool.add(documents(1)[0] ?? { kind: 'detection', text: '' });
  expect(spool.memoryOnly).toContain('EACCES');
  expect(drain(spool)).toHaveLength(1);
});

test('a mark that is damaged means that everything held is sent again, and nothing is lost', () => {
  const path = folder();
  const spool = open(path);
  for (const document of documents(5)) spool.add(document);
  spool.flush();
  spool.oldest({ records: 2, bytes: MEBIBYTE });
  spool.acknowledge(2);
  writeFileSync(join(path, 'acknowledged'), '0000000001 0000000099 00000000\n');
  expect(drain(open(path))).toEqual(documents(5));
});

test('a record that is larger than a batch goes alone', () => {
  const spool = open(folder());
  const large = documents(2, { padding: 500_000 });
  for (const document of large) spool.add(document);
  spool.flush();
  expect(spool.oldest({ records: 10, bytes: 1_000 })).toEqual(large.slice(0, 1));
});
