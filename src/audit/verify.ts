import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type AuditRecord, headText, NO_RECORD, readLine } from './record.ts';

/** What verifying found. */
export type Verdict =
  | { readonly whole: true; readonly records: number; readonly head: string }
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

/** Reads the file to its end and checks every record, its place in the chain, and that `heads` of before are still in it. Rejects with the file system's error. */
export async function verifyAudit(path: string, heads: readonly Head[] = []): Promise<Verdict> {
  const checker = createChecker(heads);
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let at = held.indexOf(NEWLINE); at >= 0; at = held.indexOf(NEWLINE)) {
      const problem = checker.line(held.subarray(0, at));
      if (problem !== '') return { whole: false, records: checker.records(), problem };
      held = held.subarray(at + 1);
    }
    if (held.length > MAX_LINE_BYTES) return { whole: false, records: checker.records(), problem: checker.tooLong() };
  }
  const problem = checker.end(held);
  const records = checker.records();
  return problem === '' ? { whole: true, records, head: checker.head() } : { whole: false, records, problem };
}

function createChecker(heads: readonly Head[]) {
  const missing = new Set(heads);
  let sequence = 0;
  let previous = NO_RECORD;
  let broken: { readonly problem: string; readonly bytes: Hash } | undefined;

  const headProblem = (hash: string): string => {
    for (const head of missing) {
      if (head.sequence === sequence && head.hash !== hash)
        return `record ${sequence} was recomputed: it had the hash ${head.hash}, now it has ${hash}`;
      if (head.hash === hash) missing.delete(head);
    }
    return '';
  };
  const chainProblem = (record: AuditRecord): string => {
    const expected = sequence + 1;
    if (record.sequence > expected) return `record ${expected} is missing: record ${record.sequence} comes after record ${sequence}`;
    if (record.sequence < expected) return `record ${record.sequence} stands where record ${expected} should: lines were moved or put in`;
    if (record.previous === previous) return '';
    return sequence === 0
      ? 'record 1 was recomputed: it does not begin a chain'
      : `record ${sequence} was recomputed: record ${record.sequence} carries another hash of it`;
  };
  return {
    records: () => sequence,
    head: () => (sequence === 0 ? '' : headText(sequence, previous)),
    tooLong: () => broken?.problem ?? `record ${sequence + 1} is longer than any record`,
    line(bytes: Buffer): string {
      const read = readLine(bytes);
      if ('problem' in read) {
        // Several lines are broken only where a recovery was torn, too.
        if (broken === undefined) broken = { problem: `record ${sequence + 1} ${read.problem}`, bytes: createHash('sha256') };
        else broken.bytes.update('\n');
        broken.bytes.update(bytes);
        return '';
      }
      const { record, hash } = read;
      // A line that a killed writer left is right when the record after it names its hash.
      if (broken !== undefined && (record.action !== 'recovery' || record.torn !== broken.bytes.digest('hex'))) return broken.problem;
      if (broken === undefined && record.torn !== undefined) return `the torn line before record ${record.sequence} is missing`;
      broken = undefined;
      const problem = chainProblem(record);
      if (problem !== '') return problem;
      sequence = record.sequence;
      previous = hash;
      return headProblem(hash);
    },
    end(rest: Buffer): string {
      if (broken !== undefined) return broken.problem;
      if (rest.length > 0) return `record ${sequence + 1} is not whole: the file ends in the middle of it`;
      const [head] = missing;
      if (head === undefined) return '';
      if (head.sequence === undefined)
        return `no record has the hash ${head.hash}: records were cut off the end (the last one is ${sequence}), or the chain was recomputed`;
      return `record ${Math.min(head.sequence, sequence + 1)} is missing: the file was cut, it had ${head.sequence} records and has ${sequence}`;
    },
  };
}
