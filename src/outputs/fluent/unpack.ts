/** What a forward server says: text and binary as buffers, maps as `Map`. */
export type Unpacked = number | boolean | null | Buffer | readonly Unpacked[] | ReadonlyMap<string, Unpacked>;

export type UnpackResult = { readonly value: Unpacked; readonly bytes: number } | 'more' | 'nonsense';

/** A server's messages are small and flat. */
const MAX_BYTES = 64 * 1_024;
const MAX_DEPTH = 4;

interface Reader {
  readonly bytes: Buffer;
  at: number;
}

class Stop extends Error {
  readonly why: 'more' | 'nonsense';
  constructor(why: 'more' | 'nonsense') {
    super(why);
    this.why = why;
  }
}

/** The MessagePack value at the beginning of `bytes`; `more` when it is not all there yet, `nonsense` when it can never be one. Never throws. */
export function unpack(bytes: Buffer): UnpackResult {
  const reader: Reader = { bytes, at: 0 };
  try {
    return { value: read(reader, 0), bytes: reader.at };
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    return error.why === 'more' && bytes.length >= MAX_BYTES ? 'nonsense' : error.why;
  }
}

function take(reader: Reader, length: number): Buffer {
  if (length > MAX_BYTES) throw new Stop('nonsense');
  const end = reader.at + length;
  if (end > reader.bytes.length) throw new Stop('more');
  const taken = reader.bytes.subarray(reader.at, end);
  reader.at = end;
  return taken;
}

const uint = (reader: Reader, length: number): number => take(reader, length).readUIntBE(0, length);

function read(reader: Reader, depth: number): Unpacked {
  if (depth > MAX_DEPTH) throw new Stop('nonsense');
  const head = uint(reader, 1);
  if (head <= 0x7f) return head;
  if (head <= 0x8f) return readMap(reader, head & 0x0f, depth);
  if (head <= 0x9f) return readList(reader, head & 0x0f, depth);
  if (head <= 0xbf) return take(reader, head & 0x1f);
  if (head >= 0xe0) return head - 0x100;
  switch (head) {
    case 0xc0:
      return null;
    case 0xc2:
    case 0xc3:
      return head === 0xc3;
    case 0xc4:
    case 0xd9:
      return take(reader, uint(reader, 1));
    case 0xc5:
    case 0xda:
      return take(reader, uint(reader, 2));
    case 0xc6:
    case 0xdb:
      return take(reader, uint(reader, 4));
    case 0xcc:
      return uint(reader, 1);
    case 0xcd:
      return uint(reader, 2);
    case 0xce:
      return uint(reader, 4);
    case 0xcb:
      return take(reader, 8).readDoubleBE(0);
    case 0xcf:
      return Number(take(reader, 8).readBigUInt64BE(0));
    case 0xdc:
      return readList(reader, uint(reader, 2), depth);
    case 0xde:
      return readMap(reader, uint(reader, 2), depth);
    default:
      throw new Stop('nonsense');
  }
}

function readList(reader: Reader, length: number, depth: number): Unpacked[] {
  const list: Unpacked[] = [];
  for (let i = 0; i < length; i++) list.push(read(reader, depth + 1));
  return list;
}

function readMap(reader: Reader, length: number, depth: number): Map<string, Unpacked> {
  const map = new Map<string, Unpacked>();
  for (let i = 0; i < length; i++) {
    const name = read(reader, depth + 1);
    map.set(Buffer.isBuffer(name) ? name.toString('utf8') : String(name), read(reader, depth + 1));
  }
  return map;
}
