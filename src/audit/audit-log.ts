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

/** The last record of a file, and what stands behind it. */
interface Tail {
  readonly sequence: number;
  readonly hash: string;
  /** A line that a killed writer left unfinished; empty when there is none. */
  readonly torn: Buffer;
}

/**
 * The log at `path`, made private. Each record is one write of one line with O_APPEND and carries the hash of the one before. A torn last line
 * is ended and followed by a record that names its hash.
 */
export function createAuditLog({ path, who, now, locked }: AuditLogOptions): AuditLog {
  const write = (
    file: number,
    { sequence, hash }: Tail,
    event: AuditEvent & { readonly torn?: string },
  ): { record: AuditRecord; hash: string } => {
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
    const made = recordLine(record);
    writeWhole(file, `${made.line}\n`);
    return { record, hash: made.hash };
  };
  const recover = (file: number, tail: Tail): Tail => {
    if (tail.torn.length === 0) return tail;
    writeWhole(file, '\n');
    const result = `a line of ${tail.torn.length} bytes was not written to its end: the program was killed meanwhile`;
    const made = write(file, tail, { action: 'recovery', what: 'audit log', result, why: '', torn: sha256(tail.torn) });
    return { sequence: made.record.sequence, hash: made.hash, torn: Buffer.alloc(0) };
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
          const { record } = write(file, recover(file, tailOf(file)), event);
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

/** Looks from the end backwards for the last whole record. Lines that are none are passed over: verifying names them. */
function tailOf(file: number): Tail {
  let from = fstatSync(file).size;
  let held = Buffer.alloc(0);
  let torn: Buffer | undefined;
  while (from > 0 || held.length > 0) {
    const at = held.lastIndexOf(NEWLINE);
    if (at < 0 && from > 0) {
      const bytes = Math.min(CHUNK_BYTES, from);
      from -= bytes;
      held = Buffer.concat([readAt(file, from, bytes), held]);
      continue;
    }
    const line = held.subarray(at + 1);
    held = held.subarray(0, Math.max(0, at));
    if (torn === undefined) {
      torn = line;
      continue;
    }
    const read = readLine(line);
    if ('record' in read) return { sequence: read.record.sequence, hash: read.hash, torn };
    if (at < 0) break;
  }
  return { sequence: 0, hash: NO_RECORD, torn: torn ?? Buffer.alloc(0) };
}

function readAt(file: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const got = readSync(file, buffer, 0, bytes, from);
  return buffer.subarray(0, got);
}
