import { createHash, type Hash } from 'node:crypto';
import { closeSync, createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type LogFile, openLogFiles } from './files.ts';
import { type AuditRecord, headText, NO_RECORD, readLine } from './record.ts';
import { tailOf } from './tail.ts';

/** What verifying found. */
export type Verdict =
  /** `first` is above 1 where rotation let older records go, as the log itself says. */
  | { readonly whole: true; readonly records: number; readonly first: number; readonly files: number; readonly head: string }
  /** `problem` is one sentence that names the first record that is broken, missing or recomputed. */
  | { readonly whole: false; readonly records: number; readonly problem: string };

/** No record is longer; what is, is not read into memory. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const HEAD = /^(\d{1,15}):([0-9a-f]{64})$/;

/** `17:9f86…` or the hash alone; undefined for what is no head. */
export function parseHead(text: string): { readonly sequence: number | undefined; readonly hash: string } | undefined {
  const found = HEAD.exec(text);
  if (found) return { sequence: Number(found[1]), hash: found[2] ?? '' };
  return /^[0-9a-f]{64}$/.test(text) ? { sequence: undefined, hash: text } : undefined;
}

export type Head = NonNullable<ReturnType<typeof parseHead>>;

/**
 * Reads a log with all its full files and checks every record, its place in the chain, and that `heads` of before are still in it. Rejects with
 * the file system's error.
 */
export async function verifyAudit(path: string, heads: readonly Head[] = []): Promise<Verdict> {
  const { files, hasCurrent } = openLogFiles(path);
  const checker = createChecker(heads, letGo(files));
  let problem = '';
  for (const { name, file } of files) {
    if (problem === '') problem = await checkFile(name, file, checker);
    else closeSync(file);
  }
  if (problem === '' && !hasCurrent) problem = `${basename(path)} is missing: record ${checker.last() + 1} and what came after stood in it`;
  if (problem === '') problem = checker.end();
  const records = checker.records();
  if (problem !== '') return { whole: false, records, problem };
  return { whole: true, records, first: checker.first(), files: files.length, head: checker.head() };
}

/** What rotation let go, as the last records of full files say: the record before the oldest that should be there. */
function letGo(files: readonly LogFile[]): Link {
  const tails = files.map(({ file }) => tailOf(file));
  const oldest = tails[0]?.sequence ?? 0;
  const said = tails.flatMap(({ record }) => record?.dropped ?? []);
  // Of a rotation that was killed the file is still there.
  return said.findLast(({ sequence }) => sequence < oldest) ?? { sequence: 0, hash: NO_RECORD };
}

type Checker = ReturnType<typeof createChecker>;

/** What is wrong in one file, read to its end and closed; `''` when nothing is. */
async function checkFile(name: string, file: number, checker: Checker): Promise<string> {
  checker.begins(name);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream('', { fd: file }) as AsyncIterable<Buffer>) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let at = held.indexOf(NEWLINE); at >= 0; at = held.indexOf(NEWLINE)) {
      const problem = checker.line(held.subarray(0, at));
      if (problem !== '') return problem;
      held = held.subarray(at + 1);
    }
    if (held.length > MAX_LINE_BYTES) return checker.tooLong();
  }
  return checker.ends(held);
}

/** The record that a chain begins behind; the very first begins behind number 0. */
interface Link {
  readonly sequence: number;
  readonly hash: string;
}

function createChecker(heads: readonly Head[], before: Link) {
  const missing = new Set(heads);
  /** Undefined until the first record. */
  let start: Link | undefined;
  let at = before;
  let fileName = '';
  let isFirstOfFile = false;
  let broken: { readonly problem: string; readonly bytes: Hash } | undefined;

  const headProblem = ({ sequence, hash }: Link): string => {
    for (const head of missing) {
      if (head.sequence === sequence && head.hash !== hash)
        return `record ${sequence} was recomputed: it had the hash ${head.hash}, now it has ${hash}`;
      if (head.hash === hash) missing.delete(head);
    }
    return '';
  };
  const chainProblem = (record: AuditRecord): string => {
    const expected = at.sequence + 1;
    if (record.sequence > expected && isFirstOfFile) {
      const lost = expected === record.sequence - 1 ? `record ${expected} is` : `records ${expected} to ${record.sequence - 1} are`;
      return `${lost} missing: no file holds them before ${fileName}`;
    }
    if (record.sequence > expected) return `record ${expected} is missing: record ${record.sequence} comes after record ${at.sequence}`;
    if (record.sequence < expected) return `record ${record.sequence} stands where record ${expected} should: lines were moved or put in`;
    return record.previous === at.hash ? '' : `record ${at.sequence} was recomputed: record ${record.sequence} carries another hash of it`;
  };
  /** A log may begin later only where a rotation said so, and with what. Asked at the end: what was done to that rotation's record is told first. */
  const startProblem = (): string => {
    if (start === undefined || (start.sequence === before.sequence && start.hash === before.hash)) return '';
    if (start.sequence <= before.sequence)
      return `record ${start.sequence + 1} was recomputed: it carries another hash of the record before than is known`;
    const first = before.sequence + 1;
    return `${first === start.sequence ? `record ${first} is` : `records ${first} to ${start.sequence} are`} missing: no file holds them, and no rotation let them go`;
  };
  const missingHead = (): string => {
    const gone = start?.sequence ?? 0;
    const head = [...missing].find(({ sequence }) => sequence === undefined || sequence >= gone);
    if (head === undefined) return '';
    if (head.sequence === undefined)
      return `no record has the hash ${head.hash}: records were cut off the end (the last one is ${at.sequence}), or the chain was recomputed${gone > 0 ? `, or it is one of the first ${gone}, which rotation let go` : ''}`;
    if (head.sequence === gone) return `record ${gone + 1} was recomputed: it carries another hash of record ${gone} than ${head.hash}`;
    return `record ${Math.min(head.sequence, at.sequence + 1)} is missing: the file was cut, it had ${head.sequence} records and has ${at.sequence}`;
  };
  return {
    records: () => at.sequence - (start ?? before).sequence,
    first: () => (start ?? before).sequence + 1,
    last: () => at.sequence,
    head: () => (at.sequence === 0 ? '' : headText(at.sequence, at.hash)),
    tooLong: () => broken?.problem ?? `record ${at.sequence + 1} is longer than any record`,
    begins(name: string): void {
      fileName = name;
      isFirstOfFile = true;
    },
    line(bytes: Buffer): string {
      const read = readLine(bytes);
      if ('problem' in read) {
        // Several lines are broken only where a recovery was torn, too.
        if (broken === undefined) broken = { problem: `record ${at.sequence + 1} ${read.problem}`, bytes: createHash('sha256') };
        else broken.bytes.update('\n');
        broken.bytes.update(bytes);
        return '';
      }
      const { record, hash } = read;
      // A line that a killed writer left is right when the record after it names its hash.
      if (broken !== undefined && (record.action !== 'recovery' || record.torn !== broken.bytes.digest('hex'))) return broken.problem;
      if (broken === undefined && record.torn !== undefined) return `the torn line before record ${record.sequence} is missing`;
      broken = undefined;
      if (start === undefined) {
        start = { sequence: Math.max(0, record.sequence - 1), hash: record.previous };
        const problem =
          start.sequence === 0 && record.previous !== NO_RECORD ? 'record 1 was recomputed: it does not begin a chain' : headProblem(start);
        if (problem !== '') return problem;
        at = start;
      }
      const problem = chainProblem(record);
      if (problem !== '') return problem;
      isFirstOfFile = false;
      at = { sequence: record.sequence, hash };
      return headProblem(at);
    },
    /** The end of a file, with what stands behind its last line's end. */
    ends(rest: Buffer): string {
      if (broken !== undefined) return broken.problem;
      return rest.length > 0 ? `record ${at.sequence + 1} is not whole: the file ends in the middle of it` : '';
    },
    end: () => startProblem() || missingHead(),
  };
}
