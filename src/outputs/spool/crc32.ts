import * as zlib from 'node:zlib';

const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32 as in gzip (RFC 1952, 8), for Node before 20.15, whose zlib does not hand it out. */
export function slowCrc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const native: unknown = Reflect.get(zlib, 'crc32');

/** CRC-32 as in gzip (RFC 1952, 8). */
export const crc32 = typeof native === 'function' ? (native as (bytes: Uint8Array) => number) : slowCrc32;
