/** What JSON can say. */
export type Packable = string | number | boolean | null | undefined | readonly Packable[] | { readonly [name: string]: Packable };

/** A writer that grows. */
interface Writer {
  bytes: Buffer;
  size: number;
}

const FIRST_BYTES = 4_096;

/** A value in MessagePack (github.com/msgpack/msgpack, spec.md); undefined members of objects are left out. */
export function pack(value: Packable): Buffer {
  const writer: Writer = { bytes: Buffer.allocUnsafe(FIRST_BYTES), size: 0 };
  put(writer, value);
  return writer.bytes.subarray(0, writer.size);
}

/** Room for `length` more bytes; returns where they begin. */
function room(writer: Writer, length: number): number {
  const at = writer.size;
  writer.size += length;
  if (writer.size > writer.bytes.length) {
    const larger = Buffer.allocUnsafe(Math.max(writer.size, writer.bytes.length * 2));
    writer.bytes.copy(larger, 0, 0, at);
    writer.bytes = larger;
  }
  return at;
}

function put(writer: Writer, value: Packable): void {
  if (value === null || value === undefined) byte(writer, 0xc0);
  else if (typeof value === 'boolean') byte(writer, value ? 0xc3 : 0xc2);
  else if (typeof value === 'number') putNumber(writer, value);
  else if (typeof value === 'string') putText(writer, value);
  else if (isList(value)) {
    head(writer, value.length, { fix: 0x90, fixMost: 15, two: 0xdc });
    for (const item of value) put(writer, item);
  } else putMap(writer, value);
}

const isList = (value: object): value is readonly Packable[] => Array.isArray(value);

function byte(writer: Writer, value: number): void {
  const at = room(writer, 1);
  writer.bytes.writeUInt8(value, at);
}

/** A length as one byte, or as two or four behind a byte that says so. */
function head(writer: Writer, length: number, { fix, fixMost, two }: { fix: number; fixMost: number; two: number }): void {
  if (length <= fixMost) {
    byte(writer, fix | length);
    return;
  }
  const isShort = length <= 0xffff;
  const at = room(writer, isShort ? 3 : 5);
  writer.bytes.writeUInt8(isShort ? two : two + 1, at);
  if (isShort) writer.bytes.writeUInt16BE(length, at + 1);
  else writer.bytes.writeUInt32BE(length, at + 1);
}

function putNumber(writer: Writer, value: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= 0x7f) {
    byte(writer, value);
    return;
  }
  const isInt32 = Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff;
  const at = room(writer, isInt32 ? 5 : 9);
  writer.bytes.writeUInt8(isInt32 ? (value >= 0 ? 0xce : 0xd2) : 0xcb, at);
  if (!isInt32) writer.bytes.writeDoubleBE(value, at + 1);
  else if (value >= 0) writer.bytes.writeUInt32BE(value, at + 1);
  else writer.bytes.writeInt32BE(value, at + 1);
}

function putText(writer: Writer, text: string): void {
  const length = Buffer.byteLength(text);
  if (length > 31 && length <= 0xff) {
    const at = room(writer, 2);
    writer.bytes.writeUInt8(0xd9, at);
    writer.bytes.writeUInt8(length, at + 1);
  } else head(writer, length, { fix: 0xa0, fixMost: 31, two: 0xda });
  const at = room(writer, length);
  writer.bytes.write(text, at);
}

function putMap(writer: Writer, map: { readonly [name: string]: Packable }): void {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  head(writer, entries.length, { fix: 0x80, fixMost: 15, two: 0xde });
  for (const [name, value] of entries) {
    putText(writer, name);
    put(writer, value);
  }
}

/** Bytes as a binary value. */
export function packBinary(bytes: Buffer): Buffer {
  const head = Buffer.allocUnsafe(5);
  head.writeUInt8(0xc6, 0);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** Values side by side as a list; at most 15. */
export const packList = (...values: readonly Buffer[]): Buffer => Buffer.concat([Buffer.of(0x90 | values.length), ...values]);

/** Extension type 0 of the forward protocol: seconds and nanoseconds. */
export function packEventTime(ms: number): Buffer {
  const bytes = Buffer.allocUnsafe(10);
  bytes.writeUInt16BE(0xd700, 0);
  bytes.writeUInt32BE(Math.floor(ms / 1_000) >>> 0, 2);
  bytes.writeUInt32BE(Math.round((ms % 1_000) * 1_000_000) >>> 0, 6);
  return bytes;
}
