/** What JSON can say. */
export type Packable = string | number | boolean | null | undefined | readonly Packable[] | { readonly [name: string]: Packable };

/** A writer that grows. */
interface Writer {
  bytes: Buffer;
  size: number;
}

const FIRST_BYTES = 4_096;
const MOST_HEAD_BYTES = 5;

/** A value in MessagePack (github.com/msgpack/msgpack, spec.md); undefined members of objects are left out. */
export const pack = (value: Packable): Buffer => written(FIRST_BYTES, (writer) => put(writer, value));

const headOf = (write: (writer: Writer) => void): Buffer => written(MOST_HEAD_BYTES, write);

function written(firstBytes: number, write: (writer: Writer) => void): Buffer {
  const writer: Writer = { bytes: Buffer.allocUnsafe(firstBytes), size: 0 };
  write(writer);
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
    head(writer, value.length, LIST);
    for (const item of value) put(writer, item);
  } else putMap(writer, value);
}

const isList = (value: object): value is readonly Packable[] => Array.isArray(value);

function byte(writer: Writer, value: number): void {
  const at = room(writer, 1);
  writer.bytes.writeUInt8(value, at);
}

/** How a length is written: in the first byte up to `fixMost`, else behind the byte `two`, or the one after it for four bytes. */
interface HeadForm {
  readonly fix: number;
  readonly fixMost: number;
  readonly two: number;
}
const LIST: HeadForm = { fix: 0x90, fixMost: 15, two: 0xdc };
const MAP: HeadForm = { fix: 0x80, fixMost: 15, two: 0xde };
const TEXT: HeadForm = { fix: 0xa0, fixMost: 31, two: 0xda };

/** A length as one byte, or as two or four behind a byte that says so. */
function head(writer: Writer, length: number, { fix, fixMost, two }: HeadForm): void {
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

/** Texts know lengths of one byte, too. */
function textHead(writer: Writer, length: number): void {
  if (length > TEXT.fixMost && length <= 0xff) {
    const at = room(writer, 2);
    writer.bytes.writeUInt8(0xd9, at);
    writer.bytes.writeUInt8(length, at + 1);
  } else head(writer, length, TEXT);
}

function putText(writer: Writer, text: string): void {
  const length = Buffer.byteLength(text);
  textHead(writer, length);
  const at = room(writer, length);
  writer.bytes.write(text, at);
}

function putMap(writer: Writer, map: { readonly [name: string]: Packable }): void {
  const entries = Object.entries(map).filter(([, value]) => value !== undefined);
  head(writer, entries.length, MAP);
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

/** Bytes as a text, whatever they are. */
export const packText = (bytes: Buffer): Buffer => Buffer.concat([headOf((writer) => textHead(writer, bytes.length)), bytes]);

/** Values, packed already, as a list. */
export const packList = (values: readonly Buffer[]): Buffer =>
  Buffer.concat([headOf((writer) => head(writer, values.length, LIST)), ...values]);

/** Names and values, these packed already, as a map. */
export const packMap = (members: readonly (readonly [name: string, value: Buffer])[]): Buffer =>
  Buffer.concat([headOf((writer) => head(writer, members.length, MAP)), ...members.flatMap(([name, value]) => [pack(name), value])]);

/** Extension type 0 of the forward protocol: seconds and nanoseconds. */
export function packEventTime(ms: number): Buffer {
  const bytes = Buffer.allocUnsafe(10);
  bytes.writeUInt16BE(0xd700, 0);
  bytes.writeUInt32BE(Math.floor(ms / 1_000) >>> 0, 2);
  bytes.writeUInt32BE(Math.round((ms % 1_000) * 1_000_000) >>> 0, 6);
  return bytes;
}
