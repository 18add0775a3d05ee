import { brotliDecompressSync } from 'node:zlib';

/** Which country an address is used in, as the bundled database says. */
export interface CountryTable {
  /** Packages and versions that it was made from. */
  readonly origin: string;
  /** When the data was gathered, `2026-06-17`. */
  readonly date: string;
  /** ISO 3166-1 alpha-2 of an address of 4 or 16 bytes; `''` when it is not known. */
  countryOf(bytes: readonly number[]): string;
}

/** The first line of the file. */
interface Header {
  readonly format: number;
  readonly origin: string;
  readonly date: string;
  /** All codes in a row, two letters each. */
  readonly countries: string;
  /** Number of ranges. */
  readonly ipv4: number;
  readonly ipv6: number;
}

const NEWLINE = 10;
const FORMAT = 1;

/**
 * Reads the file that `scripts/country-database.mjs` writes: one line of JSON, then brotli. Packed are, for IPv4 (in addresses) and for IPv6
 * (in networks of /48), the starts of all ranges as differences in LEB128 and one byte of country each; a range ends where the next begins.
 * Throws when the file is of another format or cut off.
 */
export function countryTable(file: Buffer): CountryTable {
  const end = file.indexOf(NEWLINE);
  const header = JSON.parse(file.toString('latin1', 0, end)) as Header;
  if (header.format !== FORMAT) throw new Error(`expected a country database of format ${FORMAT}, got ${header.format}`);
  const payload = brotliDecompressSync(file.subarray(end + 1));
  const v4 = new Uint32Array(header.ipv4);
  const v6 = new Float64Array(header.ipv6);
  const v4End = readStarts(payload, 0, v4);
  const v6End = readStarts(payload, v4End + v4.length, v6);
  if (v6End + v6.length !== payload.length) throw new Error('expected a whole country database, got one that is cut off');
  const v4Codes = Uint8Array.from(payload.subarray(v4End, v4End + v4.length));
  const v6Codes = Uint8Array.from(payload.subarray(v6End));
  const codes = ['', ...(header.countries.match(/../g) ?? [])];
  return {
    origin: header.origin,
    date: header.date,
    countryOf(bytes) {
      const place = bytes.length === 4 ? v4Codes[lastAtOrBelow(v4, numberOf(bytes, 4))] : v6Codes[lastAtOrBelow(v6, numberOf(bytes, 6))];
      return codes[place ?? 0] ?? '';
    },
  };
}

/** Fills `starts`; returns the place behind them. */
function readStarts(payload: Buffer, from: number, starts: Uint32Array | Float64Array): number {
  let at = from;
  let start = 0;
  for (let i = 0; i < starts.length; i += 1) {
    let scale = 1;
    let byte = payload[at++] ?? 0;
    while (byte >= 128) {
      start += (byte - 128) * scale;
      scale *= 128;
      byte = payload[at++] ?? 0;
    }
    start += byte * scale;
    starts[i] = start;
  }
  return at;
}

function numberOf(bytes: readonly number[], count: number): number {
  let value = 0;
  for (let i = 0; i < count; i += 1) value = value * 256 + (bytes[i] ?? 0);
  return value;
}

/** Index of the last start that is not above `value`; -1 when there is none. */
function lastAtOrBelow(starts: Uint32Array | Float64Array, value: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
