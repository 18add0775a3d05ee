import { createHash, type Hash } from 'node:crypto';
import { t } from '../lang/lang.ts';
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
        return t('record {n} was recomputed: it had the hash {before}, now it has {now}', { n: sequence, before: head.hash, now: hash });
      if (head.hash === hash) missing.delete(head);
    }
    return '';
  };
  const chainProblem = (record: AuditRecord): string => {
    const expected = at.sequence + 1;
    if (record.sequence > expected && isFirstOfFile) {
      const values = { n: expected, last: record.sequence - 1, file: fileName };
      return values.n === values.last
        ? t('record {n} is missing: no file holds it before {file}', values)
        : t('records {n} to {last} are missing: no file holds them before {file}', values);
    }
    const values = { n: record.sequence, expected, before: at.sequence };
    if (record.sequence > expected) return t('record {expected} is missing: record {n} comes after record {before}', values);
    if (record.sequence < expected) return t('record {n} stands where record {expected} should: lines were moved or put in', values);
    return record.previous === at.hash ? '' : t('record {before} was recomputed: record {n} carries another hash of it', values);
  };
  /** A log may begin later only where a rotation said so, and with what. Asked at the end: what was done to that rotation's record is told first. */
  const startProblem = (): string => {
    if (start === undefined || (start.sequence === before.sequence && start.hash === before.hash)) return '';
    if (start.sequence <= before.sequence)
      return t('record {n} was recomputed: it carries another hash of the record before than is known', { n: start.sequence + 1 });
    const values = { n: before.sequence + 1, last: start.sequence };
    return values.n === values.last
      ? t('record {n} is missing: no file holds it, and no rotation let it go', values)
      : t('records {n} to {last} are missing: no file holds them, and no rotation let them go', values);
  };
  const missingHead = (): string => {
    const gone = start?.sequence ?? 0;
    const head = [...missing].find(({ sequence }) => sequence === undefined || sequence >= gone);
    if (head === undefined) return '';
    const values = { hash: head.hash, last: at.sequence, gone };
    if (head.sequence === undefined)
      return gone > 0
        ? t(
            'no record has the hash {hash}: records were cut off the end (the last one is {last}), or the chain was recomputed, or it is one of the first {gone}, which rotation let go',
            values,
          )
        : t('no record has the hash {hash}: records were cut off the end (the last one is {last}), or the chain was recomputed', values);
    if (head.sequence === gone)
      return t('record {n} was recomputed: it carries another hash of record {gone} than {hash}', { ...values, n: gone + 1 });
    const missed = { n: Math.min(head.sequence, at.sequence + 1), had: head.sequence, has: at.sequence };
    return t('record {n} is missing: the file was cut, it had {had} records and has {has}', missed);
  };
  return {
    records: () => at.sequence - (start ?? before).sequence,
    first: () => (start ?? before).sequence + 1,
    last: () => at.sequence,
    head: () => (at.sequence === 0 ? '' : headText(at.sequence, at.hash)),
    tooLong: () => broken?.problem ?? t('record {n} is longer than any record', { n: at.sequence + 1 }),
    begins(name: string): void {
      fileName = name;
      isFirstOfFile = true;
    },
    line(bytes: Buffer): string {
      const read = readLine(bytes);
      if ('problem' in read) {
        // Several lines are broken only where a recovery was torn, too.
        if (broken === undefined) broken = { problem: t(read.problem, { n: at.sequence + 1 }), bytes: createHash('sha256') };
        else broken.bytes.update('\n');
        broken.bytes.update(bytes);
        return '';
      }
      const { record, hash } = read;
      // A line that a killed writer left is right when the record after it names its hash.
      if (broken !== undefined && (record.action !== 'recovery' || record.torn !== broken.bytes.digest('hex'))) return broken.problem;
      if (broken === undefined && record.torn !== undefined) return t('the torn line before record {n} is missing', { n: record.sequence });
      broken = undefined;
      if (start === undefined) {
        start = { sequence: Math.max(0, record.sequence - 1), hash: record.previous };
        const problem =
          start.sequence === 0 && record.previous !== NO_RECORD
            ? t('record {n} was recomputed: it does not begin a chain', { n: 1 })
            : headProblem(start);
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
      return rest.length > 0 ? t('record {n} is not whole: the file ends in the middle of it', { n: at.sequence + 1 }) : '';
    },
    end: () => startProblem() || missingHead(),
    unchecked: () => [...missing].flatMap(({ sequence }) => sequence ?? []),
  };
}
