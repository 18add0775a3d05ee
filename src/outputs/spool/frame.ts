import { type OutputRecord, RECORD_KINDS } from '../record.ts';
import { crc32 } from './crc32.ts';

/** Length of the rest (4 bytes), CRC-32 of the rest (4), kind (1), text. Numbers are little-endian. */
const HEAD_BYTES = 8;
/** A line is cut at 64 KiB; escaped and with its matches it stays far below. */
export const MAX_FRAME_BYTES = 4 * 1_024 * 1_024;

/** A frame read back. */
export interface Frame {
  readonly record: OutputRecord;
  /** Of the whole frame. */
  readonly bytes: number;
}

export const frameBytes = (record: OutputRecord): number => HEAD_BYTES + 1 + Buffer.byteLength(record.text);

export function encodeFrame(record: OutputRecord): Buffer {
  const bytes = Buffer.allocUnsafe(frameBytes(record));
  bytes.writeUInt8(RECORD_KINDS.indexOf(record.kind), HEAD_BYTES);
  bytes.write(record.text, HEAD_BYTES + 1);
  bytes.writeUInt32LE(bytes.length - HEAD_BYTES, 0);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEAD_BYTES)), 4);
  return bytes;
}

/**
 * The frame at `offset`; `needs` bytes from there on when it reaches beyond the buffer, and `torn` when what stands there is none: the
 * process was killed while it wrote, or the disk lost something.
 */
export function frameAt(bytes: Buffer, offset: number): Frame | { readonly needs: number } | 'torn' {
  if (bytes.length - offset < HEAD_BYTES) return { needs: HEAD_BYTES };
  const length = bytes.readUInt32LE(offset);
  if (length < 1 || length > MAX_FRAME_BYTES) return 'torn';
  const end = offset + HEAD_BYTES + length;
  if (end > bytes.length) return { needs: HEAD_BYTES + length };
  const rest = bytes.subarray(offset + HEAD_BYTES, end);
  const kind = RECORD_KINDS[rest[0] ?? 255];
  if (kind === undefined || crc32(rest) !== bytes.readUInt32LE(offset + 4)) return 'torn';
  return { record: { kind, text: rest.toString('utf8', 1) }, bytes: end - offset };
}
