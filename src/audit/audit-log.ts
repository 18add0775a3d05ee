import { closeSync, constants, fstatSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { t } from '../lang/lang.ts';
import { lastRotated, nextDropped, rotateFiles } from './files.ts';
import { type AuditEvent, type AuditRecord, type AuditWho, headText, recordLine, sha256 } from './record.ts';
import { type Tail, tailOf } from './tail.ts';

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
  /** When a file is full; 10 MiB. */
  readonly maxBytes?: number;
  /** How many full files are kept; 5. */
  readonly keep?: number;
}

/** Longest text of a field; what people and logs write has no other bound. */
const MAX_TEXT = 2_000;
/** Of one file, and how many full ones are kept beside it. */
const MAX_BYTES = 10 * 1024 * 1024;
const KEEP = 5;

interface Made {
  readonly record: AuditRecord;
  readonly line: string;
  readonly hash: string;
}

/**
 * The log at `path`, made private. Each record is one write of one line with O_APPEND and carries the hash of the one before. A torn last line
 * is ended and followed by a record that names its hash. A full file ends with a record that says so and which records are let go with the
 * oldest one; the first record of the new file carries its hash.
 */
export function createAuditLog({ path, who, now, locked, maxBytes = MAX_BYTES, keep = KEEP }: AuditLogOptions): AuditLog {
  const paper: Paper = { path, keep, make: recordMaker({ who, now }) };
  return {
    append: (event) =>
      locked(() =>
        withOpen(path, 0, (file) => {
          const tail = recover(paper, file, tailHere(paper, file));
          if (tail.sequence > 0 && fstatSync(file).size >= maxBytes) return rotate(paper, file, { tail, event });
          const { record, line } = paper.make(tail, event);
          writeWhole(file, `${line}\n`);
          fsyncSync(file);
          return record;
        }),
      ),
    head: () =>
      locked(() =>
        withOpen(path, 0, (file) => {
          const own = tailOf(file);
          const { sequence, hash } = own.sequence > 0 ? own : (lastRotated(path)?.tail ?? own);
          return sequence === 0 ? '' : headText(sequence, hash);
        }),
      ),
  };
}

/** What all that write need. */
interface Paper {
  readonly path: string;
  readonly keep: number;
  make(tail: Tail, event: AuditEvent & Pick<AuditRecord, 'torn' | 'dropped'>): Made;
}

/** Makes the record that comes after a tail. */
const recordMaker =
  ({ who, now }: Pick<AuditLogOptions, 'who' | 'now'>): Paper['make'] =>
  ({ sequence, hash }, { action, what, result, why, torn, dropped }) => {
    const record: AuditRecord = {
      sequence: sequence + 1,
      time: new Date(now()).toISOString(),
      action,
      what: short(what),
      result: short(result),
      why: short(why),
      who,
      ...(torn === undefined ? {} : { torn }),
      ...(dropped === undefined ? {} : { dropped }),
      previous: hash,
    };
    return { record, ...recordLine(record) };
  };

const tailAfter = ({ record, hash }: Made): Tail => ({ sequence: record.sequence, hash, torn: Buffer.alloc(0) });

/** A record about the log itself. */
const note = (action: 'recovery' | 'rotation', result: string): AuditEvent => ({ action, what: 'audit log', result, why: '' });

/** The end of the torn line and the record about it in one write, so that this, too, is whole or torn. */
function recover({ make }: Paper, file: number, tail: Tail): Tail {
  if (tail.torn.length === 0) return tail;
  const result = `a line of ${tail.torn.length} bytes was not written to its end: the program was killed meanwhile`;
  const made = make(tail, { ...note('recovery', result), torn: sha256(tail.torn) });
  writeWhole(file, `\n${made.line}\n`);
  return tailAfter(made);
}

/** Of the file; of the newest full one when somebody took the file away, which is written down. */
function tailHere({ path, make }: Paper, file: number): Tail {
  const tail = tailOf(file);
  const before = tail.sequence === 0 ? lastRotated(path) : undefined;
  if (before === undefined) return tail;
  if (tail.torn.length > 0) return { ...before.tail, torn: tail.torn };
  const result = `${basename(path)} was missing or empty: this goes on after record ${before.tail.sequence} of ${before.name}`;
  const made = make(before.tail, note('recovery', result));
  writeWhole(file, `${made.line}\n`);
  return tailAfter(made);
}

/** Ends the full file and begins the next one with the event. */
function rotate(
  { path, keep, make }: Paper,
  file: number,
  { tail, event }: { readonly tail: Tail; readonly event: AuditEvent },
): AuditRecord {
  // A rotation that was killed has said already what it lets go.
  const { sequence = 0, hash = '' } = nextDropped(path, keep) ?? tailOf(file).record?.dropped ?? {};
  const isDropped = sequence > 0;
  const result = `this file is full and becomes ${basename(path)}.1${isDropped ? `; records up to ${sequence} are let go` : ''}`;
  const closing = make(tail, { ...note('rotation', result), ...(isDropped ? { dropped: { sequence, hash } } : {}) });
  writeWhole(file, `${closing.line}\n`);
  fsyncSync(file);
  const { record, line } = make(tailAfter(closing), event);
  const next = `${path}.new`;
  rmSync(next, { force: true });
  withOpen(next, constants.O_EXCL, (fresh) => {
    writeWhole(fresh, `${line}\n`);
    fsyncSync(fresh);
  });
  rotateFiles(path, next, keep);
  return record;
}

/** Opens to read and append, made private when it is new. */
function withOpen<T>(path: string, flags: number, work: (file: number) => T): T {
  const file = openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | flags, 0o600);
  try {
    return work(file);
  } finally {
    closeSync(file);
  }
}

const short = (text: string): string => (text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text);

function writeWhole(file: number, text: string): void {
  const bytes = Buffer.from(text, 'utf8');
  const written = writeSync(file, bytes);
  if (written < bytes.length)
    throw new Error(t('the audit log took {written} of {bytes} bytes: is the disk full?', { written, bytes: bytes.length }));
}
