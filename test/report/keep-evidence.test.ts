import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sha256 } from '../../src/report/evidence-files.ts';
import { keepEvidence, packEvidence } from '../../src/report/evidence-folder.ts';
import { tar, untar } from '../../src/report/tar.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'secmon-keep-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 10 }));

const file = (path: string, text: string) => ({ path, content: Buffer.from(text) });
const packed = (content: Buffer) => ({ name: 'taken', content, sha256: sha256(content) });

test('what was packed is unpacked, byte by byte', () => {
  const name = fc.stringMatching(/^[a-z0-9]{1,8}(?:\/[a-z0-9]{1,8})?$/);
  const files = fc.uniqueArray(fc.record({ path: name, content: fc.uint8Array({ maxLength: 1_500 }).map((bytes) => Buffer.from(bytes)) }), {
    selector: ({ path }) => path,
  });
  fc.assert(fc.property(files, (all) => void expect(untar(tar('folder', all, 1_772_416_802_000))).toEqual(all)));
});

test('evidence that another process packed is a private folder and the very same archive', async () => {
  const all = [file('SHA256SUMS', 'sums'), file('lines/access.log', 'GET /')];
  const there = await packEvidence(all, { name: 'taken', timeMs: 0 });
  const kept = await keepEvidence(there, join(home, 'evidence'));
  expect(kept).toEqual({
    folder: join(home, 'evidence/taken'),
    archive: join(home, 'evidence/taken.tar.gz'),
    sha256: there.sha256,
    files: 2,
  });
  expect(readFileSync(join(kept.folder, 'lines/access.log'), 'utf8')).toBe('GET /');
  expect(readFileSync(kept.archive)).toEqual(there.content);
  expect(statSync(kept.folder).mode & 0o777).toBe(0o700);
});

test.each([
  ['a step upwards', tar('folder', [file('../../escaped', 'x')], 0)],
  ['an absolute path', tar('folder', [file('/etc/escaped', 'x')], 0)],
  ['a folder that is a step upwards', tar('..', [file('../escaped', 'x')], 0)],
  ['a link', Buffer.from(tar('folder', [file('link', '')], 0)).fill('2', 512 + 156, 512 + 157)],
  ['a size beyond the end', tar('folder', [file('short', 'x')], 0).subarray(0, 1_024)],
  ['no archive', Buffer.alloc(512, 0x41)],
])('%s is refused, and nothing is written', async (_, archive) => {
  await expect(keepEvidence(packed(gzipSync(archive)), home)).rejects.toThrow(RangeError);
  expect(readdirSync(home)).toEqual([]);
});

test('bytes that are not what their hash says are refused; a name cannot lead elsewhere', async () => {
  const there = await packEvidence([file('a', 'x')], { name: 'taken', timeMs: 0 });
  await expect(keepEvidence({ ...there, sha256: 'ab' }, home)).rejects.toThrow('hash');
  expect((await keepEvidence({ ...there, name: '../../up' }, home)).folder).toBe(join(home, 'up'));
});
