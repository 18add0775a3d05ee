import { copyFileSync, existsSync, linkSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AuditLog, createAuditLog } from '../../src/audit/audit-log.ts';
import { auditRecords } from '../../src/audit/show.ts';
import { parseHead, verifyAudit } from '../../src/audit/verify.ts';

const WHO = { login: 'alice', user: 'root', ssh: '' };
/** About three records. */
const MAX_BYTES = 900;
const KEEP = 3;

function openLog(path = join(mkdtempSync(join(tmpdir(), 'secmon-rotation-')), 'audit.ndjson')): { path: string; log: AuditLog } {
  const log = createAuditLog({ path, who: WHO, now: () => 0, locked: (work) => work(), maxBytes: MAX_BYTES, keep: KEEP });
  return { path, log };
}

const ban = (i: number) => ({ action: 'ban', what: `203.0.113.${i % 256}`, result: 'banned', why: '' }) as const;

/** A log after so many events; the heads after each. */
function logOf(events: number): { path: string; log: AuditLog; heads: string[] } {
  const { path, log } = openLog();
  const heads = Array.from({ length: events }, (_, i) => {
    log.append(ban(i));
    return log.head();
  });
  return { path, log, heads };
}

const filesOf = (path: string): string[] =>
  [...Array.from({ length: 9 }, (_, i) => `${path}.${9 - i}`), path].filter((file) => existsSync(file));

/** Numbers of the records in a file. */
const numbersIn = (file: string): number[] => [...readFileSync(file, 'utf8').matchAll(/^\{"sequence":(\d+)/gm)].map(([, n]) => Number(n));

const verdictOf = (path: string, ...heads: (string | undefined)[]) =>
  verifyAudit(
    path,
    heads.flatMap((head) => parseHead(head ?? '') ?? []),
  );

async function problemOf(path: string, ...heads: (string | undefined)[]): Promise<string> {
  const verdict = await verdictOf(path, ...heads);
  return verdict.whole ? '' : verdict.problem;
}

describe('a full file', () => {
  test('is kept beside the new one, whose first record carries its last hash', async () => {
    const { path, heads } = logOf(6);
    expect(filesOf(path).map((file) => basename(file))).toEqual(['audit.ndjson.1', 'audit.ndjson']);
    const last = JSON.parse(readFileSync(`${path}.1`, 'utf8').trimEnd().split('\n').at(-1) ?? '');
    const [first] = readFileSync(path, 'utf8').split('\n');
    expect(last).toMatchObject({ action: 'rotation', result: 'this file is full and becomes audit.ndjson.1' });
    expect(JSON.parse(first ?? '')).toMatchObject({ previous: last.hash, sequence: last.sequence + 1 });
    expect(await verdictOf(path, ...heads)).toMatchObject({ whole: true, first: 1, files: 2, head: heads.at(-1) });
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('the oldest is let go, and the log says so: what is left is whole', async () => {
    const { path, heads } = logOf(40);
    expect(filesOf(path)).toHaveLength(KEEP + 1);
    for (const file of filesOf(path)) expect(statSync(file).size).toBeLessThan(MAX_BYTES + 800);
    const [first = 0] = numbersIn(`${path}.${KEEP}`);
    expect(first).toBeGreaterThan(10);
    expect(await verdictOf(path, ...heads)).toMatchObject({ whole: true, first, head: heads.at(-1) });
    // Of a record that was let go nothing can be said; of the last of them, that the next one carries its hash.
    const oldest = heads[0] ?? '';
    expect(await verdictOf(path, oldest)).toMatchObject({ whole: true, unchecked: [1] });
    expect(await problemOf(path, `${first - 1}:${'0'.repeat(64)}`)).toMatch(/was recomputed/);
  });

  test('is walked over by show', async () => {
    const { path } = logOf(40);
    const numbers: number[] = [];
    for await (const { sequence } of auditRecords(path)) numbers.push(sequence);
    expect(numbers).toEqual(filesOf(path).flatMap(numbersIn));
    expect(numbers.every((number, i) => i === 0 || number === (numbers[i - 1] ?? 0) + 1)).toBe(true);
  });
});

describe('what was done to a rotated log is found', () => {
  test('a changed byte anywhere in any file, and the record that it stands in is named', async () => {
    const { path } = logOf(40);
    const files = filesOf(path);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 255 }),
        async (i, place, by) => {
          const file = files[i] ?? '';
          const bytes = readFileSync(file);
          const at = Math.min(bytes.length - 1, Math.floor(place * bytes.length));
          const changed = Buffer.from(bytes);
          changed[at] = ((changed[at] ?? 0) + by) % 256;
          const expected = numbersIn(file)[bytes.subarray(0, at).filter((byte) => byte === 0x0a).length] ?? 0;
          writeFileSync(file, changed);
          const problem = await problemOf(path);
          writeFileSync(file, bytes);
          expect(problem).toMatch(new RegExp(`^record ${expected} `));
        },
      ),
      { numRuns: 300 },
    );
    expect(await problemOf(path)).toBe('');
  });

  test.each([
    ['the oldest', 4],
    ['one in the middle', 2],
    ['the newest full one', 1],
  ])('%s file taken away: which records are missing', async (_, number) => {
    const { path, log } = openLog();
    for (let i = 0; !existsSync(`${path}.${KEEP}`); i++) log.append(ban(i));
    const gone = `${path}.${Math.min(number, KEEP)}`;
    const numbers = numbersIn(gone);
    rmSync(gone);
    expect(await problemOf(path)).toMatch(new RegExp(`^records ${numbers[0]} to ${numbers.at(-1)} are missing: no file holds them`));
  });

  test('the oldest file taken away after others were let go', async () => {
    const { path } = logOf(40);
    const numbers = numbersIn(`${path}.${KEEP}`);
    rmSync(`${path}.${KEEP}`);
    expect(await problemOf(path)).toMatch(new RegExp(`^records ${numbers[0]} to ${numbers.at(-1)} are missing`));
  });

  test('the file that is written to taken away; the next record says so as well', async () => {
    const { path, log, heads } = logOf(8);
    const [first] = numbersIn(path);
    rmSync(path);
    expect(await problemOf(path)).toBe(`audit.ndjson is missing: record ${first} and what came after stood in it`);
    log.append(ban(1));
    const actions: string[] = [];
    for await (const { action, result } of auditRecords(path)) actions.push(`${action} ${result}`);
    expect(actions.at(-2)).toMatch(/^recovery audit\.ndjson was missing or empty: this goes on after record \d+ of audit\.ndjson\.1$/);
    expect(await problemOf(path)).toBe('');
    expect(await problemOf(path, heads.at(-1))).toMatch(/was recomputed|is missing/);
  });

  test('full files in another order', async () => {
    const { path } = logOf(40);
    renameSync(`${path}.1`, `${path}.x`);
    renameSync(`${path}.2`, `${path}.1`);
    renameSync(`${path}.x`, `${path}.2`);
    expect(await problemOf(path)).toMatch(/missing|stands where/);
  });
});

describe('a kill in the middle of a rotation', () => {
  /** A full log, of which the next record begins another file. */
  function full(): { path: string; log: AuditLog; heads: string[] } {
    const made = openLog();
    const heads: string[] = [];
    for (let i = 0; !existsSync(`${made.path}.${KEEP}`) || statSync(made.path).size < MAX_BYTES; i++) {
      made.log.append(ban(i));
      heads.push(made.log.head());
    }
    return { ...made, heads };
  }
  /** The same log one step later, whose files the states in between are made of. */
  function after({ path }: { path: string }): string {
    const folder = mkdtempSync(join(tmpdir(), 'secmon-rotation-'));
    const copy = join(folder, 'audit.ndjson');
    for (const file of filesOf(path)) copyFileSync(file, join(folder, basename(file)));
    openLog(copy).log.append(ban(99));
    return copy;
  }

  test.each<[string, (path: string, next: string) => void]>([
    ['after the last record of the full file', (path, next) => copyFileSync(`${next}.1`, path)],
    [
      'when the new file is written',
      (path, next) => {
        copyFileSync(`${next}.1`, path);
        writeFileSync(`${path}.new`, readFileSync(next).subarray(0, 30));
      },
    ],
    [
      'when the oldest is overwritten',
      (path, next) => {
        copyFileSync(`${next}.1`, path);
        renameSync(`${path}.${KEEP - 1}`, `${path}.${KEEP}`);
      },
    ],
    [
      'when number 1 is free',
      (path, next) => {
        copyFileSync(`${next}.1`, path);
        for (let number = KEEP - 1; number >= 1; number--) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
      },
    ],
    [
      'when the full file has two names',
      (path, next) => {
        copyFileSync(`${next}.1`, path);
        for (let number = KEEP - 1; number >= 1; number--) renameSync(`${path}.${number}`, `${path}.${number + 1}`);
        linkSync(path, `${path}.1`);
      },
    ],
  ])('%s: the log is whole then, and after the next records', async (_, kill) => {
    const made = full();
    const { path, log, heads } = made;
    kill(path, after(made));
    expect(await problemOf(path, ...heads)).toBe('');
    for (let i = 0; i < 20; i++) {
      log.append(ban(i));
      expect(await problemOf(path)).toBe('');
    }
    expect(filesOf(path)).toHaveLength(KEEP + 1);
  });
});
