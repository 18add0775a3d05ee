import { gunzipSync } from 'node:zlib';
import { isMap, type Value, type ValueMap } from '../../net/msgpack/decode.ts';
import { objectEnd, readHead } from '../../net/msgpack/head.ts';
import { packMap, packText } from '../../net/msgpack/pack.ts';
import { decodeText } from './decode-text.ts';

/** One event: when, in seconds, and what. */
export interface Event {
  readonly seconds: number | undefined;
  readonly record: ValueMap<string>;
}

/** A message in any of the four modes of the forward protocol. */
export interface Forwarded {
  readonly tag: string;
  readonly events: Iterable<Event>;
  /** What to answer once the events are kept; undefined when the sender does not ask. */
  readonly acknowledgement: Buffer | undefined;
}

/** How long the events of a compressed message may be, unpacked. */
export const MAX_UNPACKED_BYTES = 67_108_864;
const MAX_TAG = 256;
const MAX_CHUNK_BYTES = 256;

/** Reads a message (Forward Protocol v1): `[tag, time, record]`, `[tag, [[time, record], …]]` or `[tag, packed]`, each with an option behind it. Undefined when it is none. */
export function readForward(message: Buffer): Forwarded | undefined {
  const array = readHead(message, 0, message.length);
  if (typeof array === 'string' || array.kind !== 'array' || array.items < 2) return undefined;
  const tag = decodeText(message, array.start);
  if (typeof tag.value !== 'string') return undefined;
  const second = readHead(message, tag.end, message.length);
  if (typeof second === 'string') return undefined;
  const afterSecond = objectEnd(message, tag.end, message.length);
  if (typeof afterSecond === 'string') return undefined;
  const packed = second.kind === 'string' || second.kind === 'bytes';
  const isMessage = second.kind !== 'array' && !packed;
  const record = isMessage ? decodeText(message, afterSecond) : undefined;
  const option = readOption(message, record?.end ?? afterSecond);
  const common = { tag: tag.value.slice(0, MAX_TAG), acknowledgement: option.acknowledgement };
  if (record !== undefined) {
    const { value } = decodeText(message, tag.end);
    return { ...common, events: isMap(record.value) ? [{ seconds: numberOf(value), record: record.value }] : [] };
  }
  if (!packed) return { ...common, events: eventsIn(message.subarray(second.start, afterSecond)) };
  const bytes = message.subarray(second.start, second.start + second.bytes);
  const events = option.compressed ? unpack(bytes) : bytes;
  return events === undefined ? undefined : { ...common, events: eventsIn(events) };
}

function unpack(bytes: Buffer): Buffer | undefined {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    return undefined;
  }
}

/** Events one behind the other: `[time, record]`, or Fluent Bit's `[[time, metadata], record]`. What is no event is stepped over. */
function* eventsIn(bytes: Buffer): Generator<Event> {
  let at = 0;
  while (at < bytes.length) {
    const end = objectEnd(bytes, at, bytes.length);
    if (typeof end === 'string') return;
    const event = decodeText(bytes, at).value;
    at = end;
    if (!Array.isArray(event)) continue;
    const [time, record] = event as readonly Value<string>[];
    if (isMap(record)) yield { seconds: numberOf(Array.isArray(time) ? (time as readonly Value<string>[])[0] : time), record };
  }
}

const numberOf = (value: Value<string> | undefined): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

interface Option {
  readonly acknowledgement: Buffer | undefined;
  readonly compressed: boolean;
}

function readOption(message: Buffer, at: number): Option {
  const head = at < message.length ? readHead(message, at, message.length) : 'short';
  let acknowledgement: Buffer | undefined;
  let compressed = false;
  if (typeof head === 'string' || head.kind !== 'map') return { acknowledgement, compressed };
  let next = head.start;
  for (let i = 0; i < head.items && next < message.length; i += 2) {
    const name = decodeText(message, next);
    const member = decodeText(message, name.end);
    if (name.value === 'compressed') compressed = member.value === 'gzip';
    if (name.value === 'chunk' && typeof member.value === 'string') acknowledgement = acknowledge(message, name.end);
    next = member.end;
  }
  return { acknowledgement, compressed };
}

/** `{"ack": chunk}`, the chunk's name byte by byte as it came. */
function acknowledge(message: Buffer, at: number): Buffer | undefined {
  const head = readHead(message, at, message.length);
  if (typeof head === 'string' || head.bytes > MAX_CHUNK_BYTES) return undefined;
  return packMap([['ack', packText(message.subarray(head.start, head.start + head.bytes))]]);
}
