import { closeSync, createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { t } from '../lang/lang.ts';
import { type ChainChecker, createChainChecker, type Head, type Link } from './chain.ts';
import { type LogFile, openLogFiles } from './files.ts';
import { NO_RECORD } from './record.ts';
import { tailOf } from './tail.ts';

/** What verifying found. */
export type Verdict =
  /** `first` is above 1 where rotation let older records go, as the log itself says. */
  | {
      readonly whole: true;
      readonly records: number;
      readonly first: number;
      readonly files: number;
      readonly head: string;
      /** Numbers of heads that are older than what is left: nothing can be said of them. */
      readonly unchecked: readonly number[];
    }
  /** `problem` is one sentence that names the first record that is broken, missing or recomputed. */
  | { readonly whole: false; readonly records: number; readonly problem: string };

/** No record is longer; what is, is not read into memory. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 0x0a;
const HEAD = /^(\d{1,15}):([0-9a-f]{64})$/;

/** `17:9f86…` or the hash alone; undefined for what is no head. */
export function parseHead(text: string): Head | undefined {
  const found = HEAD.exec(text);
  if (found) return { sequence: Number(found[1]), hash: found[2] ?? '' };
  return /^[0-9a-f]{64}$/.test(text) ? { sequence: undefined, hash: text } : undefined;
}

/**
 * Reads a log with all its full files and checks every record, its place in the chain, and that `heads` of before are still in it. Rejects with
 * the file system's error.
 */
export async function verifyAudit(path: string, heads: readonly Head[] = []): Promise<Verdict> {
  const { files, hasCurrent } = openLogFiles(path);
  const checker = createChainChecker(heads, letGo(files));
  let problem = '';
  for (const { name, file } of files) {
    if (problem === '') problem = await checkFile(name, file, checker);
    else closeSync(file);
  }
  if (problem === '' && !hasCurrent)
    problem = t('{file} is missing: record {n} and what came after stood in it', { file: basename(path), n: checker.last() + 1 });
  if (problem === '') problem = checker.end();
  const records = checker.records();
  if (problem !== '') return { whole: false, records, problem };
  return { whole: true, records, first: checker.first(), files: files.length, head: checker.head(), unchecked: checker.unchecked() };
}

/** What rotation let go, as the last records of full files say: the record before the oldest that should be there. */
function letGo(files: readonly LogFile[]): Link {
  const tails = files.map(({ file }) => tailOf(file));
  const oldest = tails[0]?.sequence ?? 0;
  const said = tails.flatMap(({ record }) => record?.dropped ?? []);
  // Of a rotation that was killed the file is still there.
  return said.findLast(({ sequence }) => sequence < oldest) ?? { sequence: 0, hash: NO_RECORD };
}

/** What is wrong in one file, read to its end and closed; `''` when nothing is. */
async function checkFile(name: string, file: number, checker: ChainChecker): Promise<string> {
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
