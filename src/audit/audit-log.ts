import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from 'node:fs';
import { type AuditEvent, type AuditRecord, type AuditWho, headText, NO_RECORD, readLine, recordLine, sha256 } from './record.ts';

/** An append-only log of what people and secmon did. */
export interface AuditLog {
  /** Writes one record and returns when the disk has it. Throws the error of the file system. */
  append(event: AuditEvent): AuditRecord;
  /** `17:9f86d0…`; `''` before the first record. */
  head(): string;
}

export interface AuditLogOptions {
  readonly path: string;
  readonly who: AuditWho;
  /** Wall clock, milliseconds since the epoch. */
  readonly now: () => number;
  /** Keeps other processes out while `work` runs; they append to the same file. */
  readonly locked: <T>(work: () => T) => T;
}

/** Longest text of a field; what people and logs write has no other bound. */
const MAX_TEXT = 2_000;
const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

interface Made {
  readonly record: AuditRecord;
  readonly line: string;
  readonly hash: string;
}

/** The last record of a file, and what stands behind it. */
interface Tail {
  readonly sequence: number;
  readonly hash: string;
  /** All that a killed writer left behind it unfinished; empty when the file ends with a line's end. */
  readonly torn: Buffer;
}

/**
 * The log at `path`, made private. Each record is one write of one line with O_APPEND and carries the hash of the one before. A torn last line
 * is ended and followed by a record that names its hash.
 */
export function createAuditLog({ path, who, now, locked }: AuditLogOptions): AuditLog {
  const make = ({ sequence, hash }: Tail, event: AuditEvent & { readonly torn?: string }): Made => {
    const { action, what, result, why, torn } = event;
    const record: AuditRecord = {
      sequence: sequence + 1,
      time: new Date(now()).toISOString(),
      action,
      what: short(what),
      result: short(result),
      why: short(why),
      who,
      ...(torn === undefined ? {} : { torn }),
      previous: hash,
    };
    return { record, ...recordLine(record) };
  };
  /** In one write with the end of the torn line, so that this, too, is whole or torn. */
  const recover = (file: number, tail: Tail): Tail => {
    if (tail.torn.length === 0) return tail;
    const result = `a line of ${tail.torn.length} bytes was not written to its end: the program was killed meanwhile`;
    const { record, line, hash } = make(tail, { action: 'recovery', what: 'audit log', result, why: '', torn: sha256(tail.torn) });
    writeWhole(file, `\n${line}\n`);
    return { sequence: record.sequence, hash, torn: Buffer.alloc(0) };
  };
  const open = <T>(work: (file: number) => T): T => {
    const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      return work(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    append: (event) =>
      locked(() =>
        open((file) => {
          const { record, line } = make(recover(file, tailOf(file)), event);
          writeWhole(file, `${line}\n`);
          fsyncSync(file);
          return record;
        }),
      ),
    head: () =>
      locked(() =>
        open((file) => {
          const { sequence, hash } = tailOf(file);
          return sequence === 0 ? '' : headText(sequence, hash);
        }),
      ),
  };
}

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  const written = writeSync(file, bytes);
  if (written < bytes.length) throw new Error(`the audit log took ${written} of ${bytes.length} bytes: is the disk full?`);
}

/** Looks from the end backwards for the last whole record. */
function tailOf(file: number): Tail {
  const { size } = fstatSync(file);
  const endsWell = size === 0 || readAt(file, size - 1, 1)[0] === NEWLINE;
  let from = size;
  let held = Buffer.alloc(0);
  /** Where the lines not looked at yet end in `held`. */
  let end = 0;
  for (;;) {
    const at = end > 0 ? held.lastIndexOf(NEWLINE, end - 1) : -1;
    if (at < 0 && from > 0) {
      const bytes = Math.min(CHUNK_BYTES, from);
      from -= bytes;
      held = Buffer.concat([readAt(file, from, bytes), held]);
      end += bytes;
      continue;
    }
    const read = readLine(held.subarray(at + 1, end));
    // A record without its line's end counts as torn, too.
    if (end < held.length && 'record' in read) {
      const torn = endsWell ? Buffer.alloc(0) : Buffer.from(held.subarray(end + 1));
      return { sequence: read.record.sequence, hash: read.hash, torn };
    }
    if (at < 0) return { sequence: 0, hash: NO_RECORD, torn: endsWell ? Buffer.alloc(0) : held };
    end = at;
  }
}

function readAt(file: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const got = readSync(file, buffer, 0, bytes, from);
  return buffer.subarray(0, got);
}
