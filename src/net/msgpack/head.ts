/** What an object of MessagePack is. */
type Kind = 'nil' | 'boolean' | 'integer' | 'float' | 'string' | 'bytes' | 'array' | 'map' | 'extension';

/** The beginning of an object: where its payload starts, how many bytes it has, and how many objects it holds (a map: keys and values). */
export interface Head {
  readonly kind: Kind;
  readonly start: number;
  readonly bytes: number;
  readonly items: number;
}

/** What {@link readHead} answers when the bytes end too early, and for the byte 0xc1, which begins nothing. */
type NoHead = 'short' | 'invalid';

/** By first byte from 0xc0: kind, bytes of the length that follows, fixed payload. https://github.com/msgpack/msgpack/blob/master/spec.md */
const FORMATS: readonly (readonly [kind: Kind, lengthBytes: number, fixed: number] | undefined)[] = [
  ['nil', 0, 0],
  undefined,
  ['boolean', 0, 0],
  ['boolean', 0, 0],
  ['bytes', 1, 0],
  ['bytes', 2, 0],
  ['bytes', 4, 0],
  ['extension', 1, 1],
  ['extension', 2, 1],
  ['extension', 4, 1],
  ['float', 0, 4],
  ['float', 0, 8],
  ['integer', 0, 1],
  ['integer', 0, 2],
  ['integer', 0, 4],
  ['integer', 0, 8],
  ['integer', 0, 1],
  ['integer', 0, 2],
  ['integer', 0, 4],
  ['integer', 0, 8],
  ['extension', 0, 2],
  ['extension', 0, 3],
  ['extension', 0, 5],
  ['extension', 0, 9],
  ['extension', 0, 17],
  ['string', 1, 0],
  ['string', 2, 0],
  ['string', 4, 0],
  ['array', 2, 0],
  ['array', 4, 0],
  ['map', 2, 0],
  ['map', 4, 0],
];

/** Reads the head of the object at `at`; `end`: how far the bytes may be read. */
export function readHead(bytes: Buffer, at: number, end: number): Head | NoHead {
  if (at >= end) return 'short';
  const first = bytes[at] ?? 0;
  if (first < 0x80 || first >= 0xe0) return { kind: 'integer', start: at + 1, bytes: 0, items: 0 };
  if (first < 0x90) return { kind: 'map', start: at + 1, bytes: 0, items: (first & 15) * 2 };
  if (first < 0xa0) return { kind: 'array', start: at + 1, bytes: 0, items: first & 15 };
  if (first < 0xc0) return { kind: 'string', start: at + 1, bytes: first & 31, items: 0 };
  const format = FORMATS[first - 0xc0];
  if (format === undefined) return 'invalid';
  const [kind, lengthBytes, fixed] = format;
  if (at + 1 + lengthBytes > end) return 'short';
  const length = lengthBytes === 0 ? 0 : bytes.readUIntBE(at + 1, lengthBytes);
  const start = at + 1 + lengthBytes;
  if (kind === 'array') return { kind, start, bytes: 0, items: length };
  if (kind === 'map') return { kind, start, bytes: 0, items: length * 2 };
  return { kind, start, bytes: length + fixed, items: 0 };
}

/** Where the object at `at` ends; `short` when that lies behind `end`. No recursion: nesting costs nothing. */
export function objectEnd(bytes: Buffer, at: number, end: number): number | NoHead {
  let next = at;
  for (let open = 1; open > 0; open -= 1) {
    const head = readHead(bytes, next, end);
    if (typeof head === 'string') return head;
    next = head.start + head.bytes;
    open += head.items;
  }
  return next > end ? 'short' : next;
}
