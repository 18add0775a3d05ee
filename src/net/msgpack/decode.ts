import { type Head, objectEnd, readHead } from './head.ts';

/** An object of MessagePack; texts and bytes are what the reader makes of them. Integers beyond 2^53 lose their last digits. */
export type Value<T> = null | boolean | number | T | readonly Value<T>[] | ValueMap<T>;
export interface ValueMap<T> {
  readonly [name: string]: Value<T> | undefined;
}

export interface Decoded<T> {
  readonly value: Value<T>;
  /** Where the next object begins. */
  readonly end: number;
}

/** Makes a value of the bytes of a text or of binary data; the bytes are valid only while it is called. */
export type ReadText<T> = (bytes: Buffer) => T;

const MAX_DEPTH = 16;
/** Members of a map or an array that are kept. */
const MAX_ITEMS = 1024;
const MAX_NAME = 256;
const EVENT_TIME = 0;

export const isMap = <T>(value: Value<T> | undefined): value is ValueMap<T> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === null;

interface Reading<T> {
  readonly bytes: Buffer;
  readonly readText: ReadText<T>;
}

/**
 * The object at `at` of bytes that hold it whole. Bounded: what lies deeper than 16 levels becomes null, of a map or array the first 1,024 members are
 * kept. EventTime becomes seconds with a fraction (Forward Protocol v1, "EventTime Ext Format"). Never throws.
 */
export const decodeObject = <T>(bytes: Buffer, at: number, readText: ReadText<T>): Decoded<T> => decode({ bytes, readText }, at, 0);

function decode<T>(reading: Reading<T>, at: number, depth: number): Decoded<T> {
  const { bytes } = reading;
  const head = readHead(bytes, at, bytes.length);
  if (typeof head === 'string') return { value: null, end: bytes.length };
  if (head.kind === 'array') return decodeArray(reading, head, depth);
  if (head.kind === 'map') return decodeMap(reading, head, depth);
  return { value: decodeScalar(reading, at, head), end: Math.min(bytes.length, head.start + head.bytes) };
}

function decodeArray<T>(reading: Reading<T>, { start, items }: Head, depth: number): Decoded<T> {
  const { bytes } = reading;
  const value: Value<T>[] = [];
  let at = start;
  for (let i = 0; i < items && at < bytes.length; i += 1) {
    if (depth >= MAX_DEPTH || i >= MAX_ITEMS) at = skip(bytes, at);
    else {
      const item = decode(reading, at, depth + 1);
      value.push(item.value);
      at = item.end;
    }
  }
  return { value: depth >= MAX_DEPTH ? null : value, end: at };
}

function decodeMap<T>(reading: Reading<T>, { start, items }: Head, depth: number): Decoded<T> {
  const { bytes } = reading;
  const value: { [name: string]: Value<T> } = Object.create(null);
  let at = start;
  for (let i = 0; i < items && at < bytes.length; i += 2) {
    if (depth >= MAX_DEPTH || i >= MAX_ITEMS * 2) at = skip(bytes, skip(bytes, at));
    else {
      const name = decode({ bytes, readText: nameOf }, at, depth + 1);
      const member = decode(reading, name.end, depth + 1);
      if (typeof name.value === 'string' || typeof name.value === 'number') value[String(name.value)] = member.value;
      at = member.end;
    }
  }
  return { value: depth >= MAX_DEPTH ? null : value, end: at };
}

const nameOf: ReadText<string> = (bytes) => bytes.toString('utf8', 0, MAX_NAME * 4).slice(0, MAX_NAME);

/** Steps over one object, however deep it is. */
function skip(bytes: Buffer, at: number): number {
  const end = objectEnd(bytes, at, bytes.length);
  return typeof end === 'string' ? bytes.length : end;
}

function decodeScalar<T>({ bytes, readText }: Reading<T>, at: number, { kind, start, bytes: length }: Head): Value<T> {
  if (start + length > bytes.length) return null;
  if (kind === 'string' || kind === 'bytes') return readText(bytes.subarray(start, start + length));
  if (kind === 'boolean') return bytes[at] === 0xc3;
  if (kind === 'float') return length === 4 ? bytes.readFloatBE(start) : bytes.readDoubleBE(start);
  if (kind === 'integer') return decodeInteger(bytes, at, { start, length });
  if (kind === 'extension') return decodeEventTime(bytes, start, length);
  return null;
}

function decodeInteger(bytes: Buffer, at: number, { start, length }: { readonly start: number; readonly length: number }): number {
  const first = bytes[at] ?? 0;
  if (length === 0) return first < 0x80 ? first : first - 256;
  const signed = first >= 0xd0;
  if (length === 8) return Number(signed ? bytes.readBigInt64BE(start) : bytes.readBigUInt64BE(start));
  return signed ? bytes.readIntBE(start, length) : bytes.readUIntBE(start, length);
}

/** The payload of an extension begins with its type. */
function decodeEventTime(bytes: Buffer, start: number, length: number): number | null {
  if (length !== 9 || bytes[start] !== EVENT_TIME) return null;
  return bytes.readUInt32BE(start + 1) + bytes.readUInt32BE(start + 5) / 1e9;
}
