import { createHash } from 'node:crypto';
import { msg } from '../lang/lang.ts';

/** Who did something: the user who logged in, the user in force, and where they came from. */
export interface AuditWho {
  /** From /proc/self/loginuid (audit), unchanged by su and sudo; `''` where nobody logged in (a service). */
  readonly login: string;
  /** The user in force. */
  readonly user: string;
  /** Address of the SSH client; `''` when there is none. */
  readonly ssh: string;
}

export const AUDIT_ACTIONS = [
  'start',
  'alert',
  'ban',
  'unban',
  'mute',
  'unmute',
  'mark',
  'rule',
  'refused',
  'update',
  'check',
  'evidence',
  'rotation',
  'recovery',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** What is put into the log. */
export interface AuditEvent {
  readonly action: AuditAction;
  /** What it was done to: an address, an incident, a rule. */
  readonly what: string;
  /** What came of it, one sentence. */
  readonly result: string;
  /** Why: the person's note; `''` when none. */
  readonly why: string;
}

/** One line of the file. */
export interface AuditRecord extends AuditEvent {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** ISO 8601, UTC. */
  readonly time: string;
  readonly who: AuditWho;
  /** Of a recovery: SHA-256 of the torn line before it. */
  readonly torn?: string;
  /** Of a rotation: the last record of the oldest file, which is let go with it. */
  readonly dropped?: { readonly sequence: number; readonly hash: string };
  /** Hash of the record before; of the first one {@link NO_RECORD}. */
  readonly previous: string;
}

export const NO_RECORD = '0'.repeat(64);

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const HASH_FIELD = ',"hash":"';
/** `,"hash":"` + 64 digits + `"}` */
const TAIL = HASH_FIELD.length + 64 + 2;

/** The line of a record, without its end: JSON whose last field is the SHA-256 of all bytes before that field. */
export function recordLine(record: AuditRecord): { readonly line: string; readonly hash: string } {
  const body = JSON.stringify(record).slice(0, -1);
  const hash = sha256(body);
  return { line: `${body}${HASH_FIELD}${hash}"}`, hash };
}

const NOT_WHOLE = msg('record {n} is no whole record');
const CHANGED = msg('record {n} was changed: it does not fit its own hash');
const NO_RECORD_OF_OURS = msg('record {n} is no record of secmon');

/** A record and its hash, or what is wrong with the line: a text of the catalogue with a place for the record's number. */
export type ReadLine = { readonly record: AuditRecord; readonly hash: string } | { readonly problem: string };

/** Reads one line, bytes without the line's end; every changed byte is found. */
export function readLine(line: Buffer): ReadLine {
  const tail = line.subarray(Math.max(0, line.length - TAIL)).toString('latin1');
  if (line.length <= TAIL || !/^,"hash":"[0-9a-f]{64}"\}$/.test(tail)) return { problem: NOT_WHOLE };
  const body = line.subarray(0, line.length - TAIL);
  const hash = tail.slice(HASH_FIELD.length, HASH_FIELD.length + 64);
  if (sha256(body) !== hash) return { problem: CHANGED };
  const record = parse(`${body.toString('utf8')}}`);
  return record === undefined ? { problem: NO_RECORD_OF_OURS } : { record, hash };
}

function parse(text: string): AuditRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return undefined;
    const { sequence, previous, time, action } = value as Record<string, unknown>;
    const isRecord =
      Number.isSafeInteger(sequence) && typeof previous === 'string' && typeof time === 'string' && typeof action === 'string';
    return isRecord ? (value as AuditRecord) : undefined;
  } catch {
    return undefined;
  }
}

/** The head of a log as people pass it on: `17:9f86d0…`, the last record's number and hash. */
export const headText = (sequence: number, hash: string): string => `${sequence}:${hash}`;
