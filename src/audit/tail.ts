import { fstatSync, readSync } from 'node:fs';
import { type AuditRecord, NO_RECORD, readLine } from './record.ts';

const CHUNK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/** The last record of a file, and what stands behind it. */
export interface Tail {
  /** 0: no record. */
  readonly sequence: number;
  readonly hash: string;
  /** All that a killed writer left behind it unfinished; empty when the file ends with a line's end. */
  readonly torn: Buffer;
}

/** Looks from the end backwards for the last whole record of an open file. */
export function tailOf(file: number): Tail & { readonly record: AuditRecord | undefined } {
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
      return { record: read.record, sequence: read.record.sequence, hash: read.hash, torn };
    }
    if (at < 0) return { record: undefined, sequence: 0, hash: NO_RECORD, torn: endsWell ? Buffer.alloc(0) : held };
    end = at;
  }
}

function readAt(file: number, from: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  const got = readSync(file, buffer, 0, bytes, from);
  return buffer.subarray(0, got);
}
