import type { Address } from '../net/address.ts';
import { parseCidr } from '../net/cidr.ts';

/** Values by network; of several networks that hold an address the smallest counts. */
export interface PrefixTable<V> {
  find(address: Address): V | undefined;
}

/** One prefix length: networks by their leading bits, a number for IPv4 and a text for IPv6. */
interface Level<K, V> {
  readonly bits: number;
  readonly values: Map<K, V>;
}

/**
 * A table of networks and addresses, each with a value; of the same network twice the first counts, and what is no network is left out. A
 * look-up costs one hash a distinct prefix length.
 */
export function createPrefixTable<V extends NonNullable<unknown>>(entries: Iterable<readonly [network: string, value: V]>): PrefixTable<V> {
  const v4: Level<number, V>[] = [];
  const v6: Level<string, V>[] = [];
  for (const [network, value] of entries) {
    const cidr = parseCidr(network);
    if (cidr === undefined) continue;
    if (cidr.version === 4) add(v4, cidr.prefixBits, [leadingNumber(numberOf(cidr.bytes), cidr.prefixBits), value]);
    else add(v6, cidr.prefixBits, [leadingText(cidr.bytes, cidr.prefixBits), value]);
  }
  return { find: ({ version, bytes }) => (version === 4 ? findV4(v4, numberOf(bytes)) : findV6(v6, bytes)) };
}

/** Keeps the levels in falling order of their prefix length. */
function add<K, V>(levels: Level<K, V>[], bits: number, [key, value]: readonly [key: K, value: V]): void {
  let level = levels.find((one) => one.bits === bits);
  if (level === undefined) {
    level = { bits, values: new Map() };
    levels.push(level);
    levels.sort((a, b) => b.bits - a.bits);
  }
  if (!level.values.has(key)) level.values.set(key, value);
}

function findV4<V>(levels: readonly Level<number, V>[], number: number): V | undefined {
  for (const { bits, values } of levels) {
    const value = values.get(leadingNumber(number, bits));
    if (value !== undefined) return value;
  }
  return undefined;
}

function findV6<V>(levels: readonly Level<string, V>[], bytes: readonly number[]): V | undefined {
  for (const { bits, values } of levels) {
    const value = values.get(leadingText(bytes, bits));
    if (value !== undefined) return value;
  }
  return undefined;
}

const numberOf = ([a = 0, b = 0, c = 0, d = 0]: readonly number[]): number => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;

/** A shift by 32 would be one by 0. */
const leadingNumber = (number: number, bits: number): number => (bits === 0 ? 0 : number >>> (32 - bits));

/** One UTF-16 unit for two bytes. */
function leadingText(bytes: readonly number[], bits: number): string {
  let key = '';
  for (let i = 0; i * 16 < bits; i += 1) {
    const unit = ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0);
    const spare = Math.max(0, (i + 1) * 16 - bits);
    key += String.fromCharCode((unit >> spare) << spare);
  }
  return key;
}
