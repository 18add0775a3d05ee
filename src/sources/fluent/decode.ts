import { MAX_LINE_BYTES } from '../split-rules.ts';
import { type Head, readHead } from './msgpack.ts';

/** A decoded object. Maps have no prototype; extensions other than EventTime are null. */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [name: string]: Value | undefined;
}

export interface Decoded {
  readonly value: Value;
  /** Where the next object begins. */
  readonly end: number;
}

const MAX_DEPTH = 16;
/** Members of a map or an array that are kept. */
const MAX_ITEMS = 1024;
const MAX_NAME = 256;
/** A line of the longest kind, and enough more to see that it was longer. */
const MAX_TEXT_BYTES = MAX_LINE_BYTES + 4;
const EVENT_TIME = 0;

export const isMap = (value: Value | undefined): value is ValueMap => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The object at `at` of bytes that hold it whole. Bounded: what lies deeper than 16 levels becomes null, of long strings the first 64 KiB are kept, of
 * a map or array the first 1,024 members. EventTime becomes seconds with a fraction (Forward Protocol v1, "EventTime Ext Format").
 */
export function decodeObject(bytes: Buffer, at: number, depth = 0): Decoded {
  const head = readHead(bytes, at, bytes.length);
  if (typeof head === 'string') return { value: null, end: bytes.length };
  if (head.kind === 'array') return decodeArray(bytes, head, depth);
  if (head.kind === 'map') return decodeMap(bytes, head, depth);
  return { value: decodeScalar(bytes, at, head), end: Math.min(bytes.length, head.start + head.bytes) };
}

function decodeArray(bytes: Buffer, { start, items }: Head, depth: number): Decoded {
  const value: Value[] = [];
  let at = start;
  for (let i = 0; i < items && at < bytes.length; i += 1) {
    if (depth >= MAX_DEPTH || i >= MAX_ITEMS) at = skip(bytes, at);
    else {
      const item = decodeObject(bytes, at, depth + 1);
      value.push(item.value);
      at = item.end;
    }
  }
  return { value: depth >= MAX_DEPTH ? null : value, end: at };
}

function decodeMap(bytes: Buffer, { start, items }: Head, depth: number): Decoded {
  const value: { [name: string]: Value } = Object.create(null);
  let at = start;
  for (let i = 0; i < items && at < bytes.length; i += 2) {
    if (depth >= MAX_DEPTH || i >= MAX_ITEMS * 2) at = skip(bytes, skip(bytes, at));
    else {
      const name = decodeObject(bytes, at, depth + 1);
      const member = decodeObject(bytes, name.end, depth + 1);
      if (typeof name.value === 'string' || typeof name.value === 'number') value[String(name.value).slice(0, MAX_NAME)] = member.value;
      at = member.end;
    }
  }
  return { value: depth >= MAX_DEPTH ? null : value, end: at };
}

/** Steps over one object, however deep it is. */
function skip(bytes: Buffer, at: number): number {
  let next = at;
  for (let open = 1; open > 0; open -= 1) {
    const head = readHead(bytes, next, bytes.length);
    if (typeof head === 'string') return bytes.length;
    next = head.start + head.bytes;
    open += head.items;
  }
  return Math.min(next, bytes.length);
}

function decodeScalar(bytes: Buffer, at: number, { kind, start, bytes: length }: Head): Value {
  if (start + length > bytes.length) return null;
  if (kind === 'string' || kind === 'bytes') return bytes.toString('utf8', start, start + Math.min(length, MAX_TEXT_BYTES));
  if (kind === 'boolean') return bytes[at] === 0xc3;
  if (kind === 'float') return length === 4 ? bytes.readFloatBE(start) : bytes.readDoubleBE(start);
  if (kind === 'integer') return decodeInteger(bytes, at, start, length);
  if (kind === 'extension') return decodeEventTime(bytes, start, length);
  return null;
}

function decodeInteger(bytes: Buffer, at: number, start: number, length: number): number {
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
