import { parseCidr } from '../../src/net/cidr.ts';

/** Only the types that address databases use. */
export type MmdbValue = string | number | { readonly [key: string]: MmdbValue };

type Node = [left: Node | Buffer | undefined, right: Node | Buffer | undefined];

const RECORD_BYTES = 3;
const SEPARATOR = 16;
const MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/**
 * A MaxMind DB of version 2.0 with records of 24 bits, small networks before large ones (https://maxmind.github.io/MaxMind-DB/). Enough
 * for tests: no pointers, no arrays.
 */
export function writeMmdb(
  networks: Readonly<Record<string, MmdbValue>>,
  { type = 'Test-ASN', builtMs = Date.UTC(2026, 1, 20) } = {},
): Buffer {
  const root: Node = [undefined, undefined];
  for (const [network, value] of Object.entries(networks)) insert(root, network, encode(value));
  const nodes: Node[] = [];
  const collect = (node: Node): void => {
    nodes.push(node);
    for (const child of node) if (Array.isArray(child)) collect(child);
  };
  collect(root);
  const { tree, data } = layOut(nodes);
  const metadata = encode({
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: Math.floor(builtMs / 1000),
    database_type: type,
    description: {},
    ip_version: 6,
    languages: {},
    node_count: nodes.length,
    record_size: RECORD_BYTES * 8,
  });
  return Buffer.concat([tree, Buffer.alloc(SEPARATOR), data, MARKER, metadata]);
}

function insert(root: Node, network: string, value: Buffer): void {
  const cidr = parseCidr(network);
  if (cidr === undefined) throw new Error(network);
  const bytes = cidr.version === 4 ? [...Array<number>(12).fill(0), ...cidr.bytes] : cidr.bytes;
  const bits = cidr.prefixBits + (cidr.version === 4 ? 96 : 0);
  let node = root;
  for (let i = 0; i < bits; i += 1) {
    const side = ((bytes[i >> 3] ?? 0) >> (7 - (i & 7))) & 1;
    if (i === bits - 1) node[side] = value;
    else {
      const below = node[side];
      const next: Node = Array.isArray(below) ? below : [below, below];
      node[side] = next;
      node = next;
    }
  }
}

function layOut(nodes: readonly Node[]): { readonly tree: Buffer; readonly data: Buffer } {
  const tree = Buffer.alloc(nodes.length * RECORD_BYTES * 2);
  const places = new Map<Buffer, number>();
  const data: Buffer[] = [];
  let size = 0;
  nodes.forEach((node, i) => {
    node.forEach((child, side) => {
      let record = nodes.length;
      if (Array.isArray(child)) record = nodes.indexOf(child);
      else if (child !== undefined) {
        const place = places.get(child) ?? size;
        if (!places.has(child)) {
          places.set(child, place);
          data.push(child);
          size += child.length;
        }
        record = nodes.length + SEPARATOR + place;
      }
      tree.writeUIntBE(record, (2 * i + side) * RECORD_BYTES, RECORD_BYTES);
    });
  });
  return { tree, data: Buffer.concat(data) };
}

function encode(value: MmdbValue): Buffer {
  if (typeof value === 'string') return Buffer.concat([control(2, Buffer.byteLength(value)), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), bytes]);
  }
  const entries = Object.entries(value);
  return Buffer.concat([control(7, entries.length), ...entries.flatMap(([key, item]) => [encode(key), encode(item)])]);
}

/** Type in the upper three bits, size in the lower five, with one more byte above 28. */
const control = (type: number, size: number): Buffer =>
  size < 29 ? Buffer.from([(type << 5) | size]) : Buffer.from([(type << 5) | 29, size - 29]);
