import { appendFileSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AuditLog, createAuditLog } from '../../src/audit/audit-log.ts';
import { recordLine } from '../../src/audit/record.ts';
import { auditRecords, auditText } from '../../src/audit/show.ts';
import { parseHead, verifyAudit } from '../../src/audit/verify.ts';
import { whoActs } from '../../src/audit/who.ts';
import { setLanguage } from '../../src/lang/lang.ts';
import { speakKorean } from '../lang/korean.ts';

const WHO = { login: 'alice', user: 'root', ssh: '192.0.2.1' };

function openLog(): { path: string; log: AuditLog } {
  const path = join(mkdtempSync(join(tmpdir(), 'secmon-audit-')), 'audit.ndjson');
  let time = Date.UTC(2026, 2, 2);
  return { path, log: createAuditLog({ path, who: WHO, now: () => time++, locked: (work) => work() }) };
}

const ban = (what: string) => ({ action: 'ban', what, result: 'fail2ban banned it', why: 'sqli ✔' }) as const;

/** A log of `count` records; the heads after each. */
function logOf(count: number): { path: string; log: AuditLog; heads: string[] } {
  const { path, log } = openLog();
  const heads = Array.from({ length: count }, (_, i) => {
    log.append(ban(`203.0.113.${i}`));
    return log.head();
  });
  return { path, log, heads };
}

const headsOf = (...texts: (string | undefined)[]) => texts.flatMap((text) => parseHead(text ?? '') ?? []);

async function problemOf(path: string, ...heads: (string | undefined)[]): Promise<string> {
  const verdict = await verifyAudit(path, headsOf(...heads));
  return verdict.whole ? '' : verdict.problem;
}

/** The file's chain made anew from record `from` on, with another text in that record: what a careful forger does. */
function recompute(path: string, from: number): void {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  let previous = '';
  const forged = lines.map((line, i) => {
    const { hash, ...record } = JSON.parse(line);
    const changed = i + 1 < from ? record : { ...record, ...(i > 0 ? { previous } : {}), ...(i + 1 === from ? { what: 'nobody' } : {}) };
    const made = i + 1 < from ? { line, hash } : recordLine(changed);
    previous = made.hash;
    return made.line;
  });
  writeFileSync(path, `${forged.join('\n')}\n`);
}

describe('a whole log', () => {
  test('is proved whole, and every head of before is in it', async () => {
    const { path, heads } = logOf(5);
    expect(await verifyAudit(path, headsOf(...heads))).toEqual({
      whole: true,
      records: 5,
      first: 1,
      files: 1,
      head: heads.at(-1),
      unchecked: [],
    });
    expect(await problemOf(path, heads[2]?.split(':')[1])).toBe('');
  });

  test('is private, and goes on where another process stopped', async () => {
    const { path } = logOf(2);
    const other = createAuditLog({ path, who: WHO, now: () => 0, locked: (work) => work() });
    expect(other.append(ban('198.51.100.7')).sequence).toBe(3);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await problemOf(path)).toBe('');
  });

  test('holds texts of any length and kind on one line each', async () => {
    const { path, log } = openLog();
    log.append({ action: 'alert', what: 'a\nb\u2028\u0000"', result: 'x'.repeat(100_000), why: '\ud800' });
    log.append(ban('203.0.113.1'));
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(3);
    expect(await problemOf(path)).toBe('');
  });
});

describe('what was done to a log is found', () => {
  test('a changed byte anywhere, and the record that it stands in is named', async () => {
    const { path } = logOf(4);
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const changed = Buffer.from(bytes);
        changed[at] = ((changed[at] ?? 0) + by) % 256;
        writeFileSync(path, changed);
        const lines = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length;
        expect(await problemOf(path)).toMatch(new RegExp(`^record ${lines + 1} `));
      }),
      { numRuns: 300 },
    );
  });

  test('the first broken record is named', async () => {
    const { path } = logOf(4);
    writeFileSync(path, readFileSync(path, 'utf8').replace('203.0.113.2', '203.0.113.9'));
    expect(await problemOf(path)).toBe('record 3 was changed: it does not fit its own hash');
  });

  test('a record taken out, put in twice, or moved', async () => {
    const { path } = logOf(4);
    const [a = '', b = '', c = '', d = ''] = readFileSync(path, 'utf8').split('\n');
    const written = async (...lines: string[]): Promise<string> => {
      writeFileSync(path, `${lines.join('\n')}\n`);
      return problemOf(path);
    };
    expect(await written(a, c, d)).toBe('record 2 is missing: record 3 comes after record 1');
    expect(await written(b, c, d)).toMatch(/^record 1 is missing: no file holds/);
    expect(await written(a, b, b, c, d)).toContain('record 2 stands where record 3 should');
    expect(await written(a, c, b, d)).toBe('record 2 is missing: record 3 comes after record 1');
  });

  test('a cut tail, with the head of before', async () => {
    const { path, heads } = logOf(4);
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n`);
    expect(await problemOf(path)).toBe('');
    expect(await problemOf(path, heads[3])).toBe('record 3 is missing: the file was cut, it had 4 records and has 2');
    expect(await problemOf(path, heads[3]?.split(':')[1])).toContain('records were cut off the end (the last one is 2)');
  });

  test('a cut in the middle of a line', async () => {
    const { path } = logOf(3);
    truncateSync(path, statSync(path).size - 20);
    expect(await problemOf(path)).toBe('record 3 is not whole: the file ends in the middle of it');
  });

  test('a record recomputed with its own hash, by the one after it', async () => {
    const { path } = logOf(4);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    recompute(path, 2);
    const forged = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${[lines[0], forged[1], lines[2], lines[3]].join('\n')}\n`);
    expect(await problemOf(path)).toBe('record 2 was recomputed: record 3 carries another hash of it');
  });

  test('a chain recomputed to its end, with the heads of before; the earliest names the record', async () => {
    const { path, heads } = logOf(4);
    recompute(path, 2);
    expect(await problemOf(path)).toBe('');
    expect(await problemOf(path, heads[3])).toMatch(/^record 4 was recomputed: it had the hash /);
    expect(await problemOf(path, heads[3], heads[1], heads[0])).toMatch(/^record 2 was recomputed/);
  });
});

describe('a kill in the middle of a write', () => {
  test('anywhere in the line: the next record closes it off, and the log is whole', async () => {
    const { path: whole } = logOf(3);
    const bytes = readFileSync(whole);
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let cut = 1; cut < bytes.length - lastLine; cut += 7) {
      const { path, log, heads } = logOf(2);
      appendFileSync(path, bytes.subarray(lastLine, lastLine + cut));
      log.append(ban('198.51.100.9'));
      expect(await problemOf(path, heads[1])).toBe('');
      const actions = [];
      for await (const record of auditRecords(path)) actions.push(record.action);
      expect(actions).toEqual(['ban', 'ban', 'recovery', 'ban']);
    }
  });

  test('only the end of the line missing, and the recovery torn, too', async () => {
    const { path, log } = logOf(3);
    truncateSync(path, statSync(path).size - 1);
    appendFileSync(path, '\n{"sequence":3,');
    expect(await problemOf(path)).not.toBe('');
    log.append(ban('198.51.100.9'));
    expect(await problemOf(path)).toBe('');
  });

  test('of the very first record', async () => {
    const { path, log } = openLog();
    writeFileSync(path, '{"seq');
    log.append(ban('198.51.100.9'));
    expect(await problemOf(path)).toBe('');
  });

  test('what stands in a torn line cannot be changed later', async () => {
    const { path, log } = logOf(1);
    appendFileSync(path, '{"sequence":2,"what":"203.0.113.7');
    log.append(ban('198.51.100.9'));
    writeFileSync(path, readFileSync(path, 'utf8').replace('"what":"203.0.113.7', '"what":"203.0.113.8'));
    expect(await problemOf(path)).toBe('record 2 is no whole record');
  });
});

test('show finds records by words and writes them harmless', async () => {
  const { path, log } = logOf(3);
  log.append({ action: 'mark', what: '203.0.113.9\u001b[2J', result: 'is closed', why: '' });
  const found = [];
  for await (const record of auditRecords(path, ['MARK', 'closed'])) found.push(auditText(record));
  expect(found).toEqual(['4  2026-03-02T00:00:00.003Z  alice as root from 192.0.2.1  mark  203.0.113.9␛[2J: is closed']);
});

test('who acts: the login user behind sudo, a service, an SSH client that is none', () => {
  const passwd = 'root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n';
  const at = (loginUid: string, env = {}) => whoActs({ env, uid: 0, loginUid, passwd });
  expect(at('1000', { SSH_CONNECTION: '192.0.2.1 50000 192.0.2.2 22' })).toEqual({ login: 'alice', user: 'root', ssh: '192.0.2.1' });
  expect(at('4294967295')).toEqual({ login: '', user: 'root', ssh: '' });
  expect(at('1001', { SSH_CLIENT: 'evil\n' })).toEqual({ login: 'uid 1001', user: 'root', ssh: '' });
});

test('what verifying found is said in the language of the work', async () => {
  await speakKorean();
  const { path } = logOf(3);
  const lines = readFileSync(path, 'utf8').split('\n');
  writeFileSync(path, [lines[0], lines[2], ''].join('\n'));
  expect(await problemOf(path)).toBe('기록 2이(가) 없습니다. 기록 1 다음에 기록 3이(가) 옵니다');
  setLanguage('en');
});
