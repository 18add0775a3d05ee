import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { evidenceFiles, harmlessName } from '../../src/report/evidence-files.ts';
import { writeEvidence } from '../../src/report/evidence-folder.ts';
import { createEvidenceLines } from '../../src/report/evidence-lines.ts';
import type { ReportLine } from '../../src/report/report-data.ts';
import { tar } from '../../src/report/tar.ts';
import { detection, entry } from '../make.ts';
import { HOSTILE, hostileText } from './hostile.ts';
import { reportOf } from './sample.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'secmon-evidence-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10 }));

const lineOf = (raw: string, sequence: number, source = 'access.log'): ReportLine => {
  const own = entry({ raw });
  return { entry: own, detection: sequence % 2 === 0 ? detection('sqli', 'high', { entry: own }) : undefined, source, sequence };
};
const files = (lines: readonly ReportLine[], text = 'shop') =>
  evidenceFiles({
    report: reportOf(text),
    lines,
    rules: [{ name: 'sqli-union-select.json', text: '{}\n' }],
    settings: { secmon: '1.2.3' },
    leftOut: [],
  });
const options = (name = 'secmon-case') => ({ directory, name, timeMs: Date.UTC(2026, 2, 2) });

test('every file is in SHA256SUMS, and sha256sum agrees with all of them', async () => {
  const { folder } = await writeEvidence(files([lineOf('GET /a 한국어', 1), lineOf('GET /b', 2)]), options());
  const checked = execFileSync('sha256sum', ['-c', 'SHA256SUMS'], {
    cwd: folder,
    encoding: 'utf8',
    env: { LC_ALL: 'C', PATH: process.env['PATH'] },
  });
  const there = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(checked.trim().split('\n')).toHaveLength(there.length - 1);
  expect(checked).not.toContain('FAILED');
});

test('raw lines stand as they were read, in the order of their source, and the index tells their numbers', () => {
  const made = files([lineOf('second\u001b[0m ', 7), lineOf('first "한글"', 3), lineOf('other', 1, '../../etc/passwd')]);
  const text = (path: string): string | undefined => made.find((one) => one.path === path)?.content.toString('utf8');
  expect(text('lines/access.log')).toBe('first "한글"\nsecond\u001b[0m \n');
  expect(text('lines/etc-passwd.log')).toBe('other\n');
  expect(text('lines/index.tsv')?.split('\n').slice(1, 3)).toEqual([
    'access.log\t1\taccess.log\t3\t2026-03-02T00:00:00.000Z\t-',
    'access.log\t2\taccess.log\t7\t2026-03-02T00:00:00.000Z\t-',
  ]);
});

test('NDJSON has one whole object a line, the raw line inside', () => {
  const made = files([lineOf('a\u2028b', 2), lineOf('plain', 3)]);
  const rows = (made.find(({ path }) => path === 'detections.ndjson')?.content.toString('utf8') ?? '').trim().split('\n');
  expect(rows.map((row) => JSON.parse(row).event.original)).toEqual(['a\u2028b']);
});

test('folder and files are for their owner alone, and nothing is ever overwritten', async () => {
  const first = await writeEvidence(files([]), options());
  writeFileSync(join(directory, 'secmon-case-2.tar.gz'), 'mine');
  mkdirSync(join(directory, 'secmon-case-3'));
  const second = await writeEvidence(files([]), options());
  expect(second.folder).toBe(join(directory, 'secmon-case-4'));
  expect(readFileSync(join(directory, 'secmon-case-2.tar.gz'), 'utf8')).toBe('mine');
  expect(statSync(first.folder).mode & 0o777).toBe(0o700);
  for (const one of readdirSync(first.folder, { recursive: true, withFileTypes: true }))
    expect(statSync(join(one.parentPath, one.name)).mode & 0o077).toBe(0);
  expect(statSync(first.archive).mode & 0o777).toBe(0o600);
});

test('the archive unpacks to the same folder with tar, and its hash is told', async () => {
  const { folder, archive, sha256 } = await writeEvidence(files([lineOf('x'.repeat(1_000), 2)]), options());
  expect(execFileSync('sha256sum', [archive], { encoding: 'utf8' }).split(' ')[0]).toBe(sha256);
  const out = join(directory, 'out');
  mkdirSync(out);
  execFileSync('tar', ['-xzf', archive, '-C', out]);
  execFileSync('diff', ['-r', folder, join(out, 'secmon-case')]);
});

describe('names', () => {
  test.each([
    ['../../etc/passwd', 'etc-passwd'],
    ['-rf', 'rf'],
    ['.hidden', 'hidden'],
    ['2001:db8::/64', '2001-db8-64'],
    ['한국어', 'unnamed'],
    ['a..b', 'a.b'],
  ])('%j becomes %j', (text, expected) => {
    expect(harmlessName(text)).toBe(expected);
  });
  test('are safe for shell, file system and archive', () => {
    fc.assert(fc.property(hostileText, (text) => /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,58}[A-Za-z0-9])?$/.test(harmlessName(text))));
  });
});

test.each(HOSTILE)('a case about %j writes only paths of ours', (text) => {
  for (const { path } of files([lineOf(text, 2, text)], text))
    expect(path).toMatch(/^(?:[A-Za-z0-9][A-Za-z0-9.-]*\/)?[A-Za-z0-9][A-Za-z0-9.-]*$/);
});

test('lines beyond the bound are counted, not kept', () => {
  const kept = createEvidenceLines({ lines: 2, characters: 1_000 });
  for (let i = 1; i <= 5; i++) kept.add(lineOf('short', i));
  expect([kept.lines.length, kept.leftOut]).toEqual([2, 3]);
  const small = createEvidenceLines({ lines: 100, characters: 10 });
  for (let i = 1; i <= 3; i++) small.add(lineOf('123456', i));
  expect([small.lines.length, small.leftOut]).toEqual([1, 2]);
});

test('a path that ustar has no room for is refused rather than cut', () => {
  expect(() => tar('folder', [{ path: 'x'.repeat(120), content: Buffer.from('') }], 0)).toThrow(RangeError);
});
