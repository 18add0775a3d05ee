import { type OutputRecord, RECORD_KINDS, type RecordKind } from '../record.ts';
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

/** Where a frame that was found whole has its text. */
interface Place {
  readonly kind: RecordKind;
  readonly from: number;
  readonly to: number;
  /** Of the whole frame. */
  readonly bytes: number;
}

/** No whole frame: it reaches beyond the buffer and needs so many bytes, or what stands there is none. */
type NoFrame = { readonly needs: number } | 'torn';

/**
 * The place of the frame at `offset`. `torn` when what stands there is none: the process was killed while it wrote, or the disk lost
 * something.
 */
export function placeAt(bytes: Buffer, offset: number): Place | NoFrame {
  if (bytes.length - offset < HEAD_BYTES) return { needs: HEAD_BYTES };
  const length = bytes.readUInt32LE(offset);
  if (length < 1 || length > MAX_FRAME_BYTES) return 'torn';
  const from = offset + HEAD_BYTES;
  const to = from + length;
  if (to > bytes.length) return { needs: HEAD_BYTES + length };
  const kind = RECORD_KINDS[bytes[from] ?? 255];
  if (kind === undefined || crc32(bytes.subarray(from, to)) !== bytes.readUInt32LE(offset + 4)) return 'torn';
  return { kind, from: from + 1, to, bytes: to - offset };
}

/** The frame at `offset`, read. */
export function frameAt(bytes: Buffer, offset: number): Frame | NoFrame {
  const place = placeAt(bytes, offset);
  if (place === 'torn' || 'needs' in place) return place;
  return { record: { kind: place.kind, text: bytes.toString('utf8', place.from, place.to) }, bytes: place.bytes };
}
