import { createHash, type Hash } from 'node:crypto';
import { type AuditRecord, headText, NO_RECORD, readLine } from './record.ts';

/** The record that a chain begins behind; the very first begins behind number 0. */
export interface Link {
  readonly sequence: number;
  readonly hash: string;
}

/** A head of before, as a digest told it. */
export interface Head {
  /** Undefined: of a hash alone. */
  readonly sequence: number | undefined;
  readonly hash: string;
}

export type ChainChecker = ReturnType<typeof createChainChecker>;

/**
 * Checks the lines of a log, file after file, oldest first. `before` is the record that a chain begins behind; every answer is the first
 * problem as one sentence, or `''`.
 */
export function createChainChecker(heads: readonly Head[], before: Link) {
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
    unchecked: () => [...missing].flatMap(({ sequence }) => sequence ?? []),
  };
}
