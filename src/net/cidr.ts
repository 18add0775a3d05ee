import { type Address, parseAddress } from './address.ts';

/** A network: its first address and how many leading bits count. */
export interface Cidr {
  readonly version: 4 | 6;
  readonly bytes: readonly number[];
  readonly prefixBits: number;
}

/** Reads `203.0.113.0/24`, `2001:db8::/32` or a single address (then /32 or /128). Host bits are ignored. Undefined when it is neither. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const address = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (address === undefined) return undefined;
  const widest = address.bytes.length * 8;
  if (slash < 0) return { version: address.version, bytes: address.bytes, prefixBits: widest };
  const digits = text.slice(slash + 1).trim();
  if (!/^\d{1,3}$/.test(digits)) return undefined;
  const mapped = address.version === 4 && text.includes(':') ? 96 : 0;
  const prefixBits = Number(digits) - mapped;
  if (prefixBits < 0 || prefixBits > widest) return undefined;
  return { version: address.version, bytes: address.bytes, prefixBits };
}

/** True when `address` lies in `cidr`; false for what is no address. */
export function cidrContains(cidr: Cidr, address: string | Address): boolean {
  const parsed = typeof address === 'string' ? parseAddress(address) : address;
  if (parsed === undefined || parsed.version !== cidr.version) return false;
  const whole = cidr.prefixBits >> 3;
  for (let i = 0; i < whole; i += 1) if (parsed.bytes[i] !== cidr.bytes[i]) return false;
  const rest = cidr.prefixBits & 7;
  if (rest === 0) return true;
  const mask = (0xff << (8 - rest)) & 0xff;
  return ((parsed.bytes[whole] ?? 0) & mask) === ((cidr.bytes[whole] ?? 0) & mask);
}

/** Networks that an address is looked up in at once. */
export interface CidrSet {
  readonly size: number;
  /** Texts of the list that are no address or network, for an error message. */
  readonly invalid: readonly string[];
  contains(address: string): boolean;
}

/** A set of networks and addresses. A lookup costs one hash per distinct prefix length, however long the list is. */
export function createCidrSet(list: readonly string[]): CidrSet {
  const keysByLength = { 4: new Map<number, Set<string>>(), 6: new Map<number, Set<string>>() };
  const invalid: string[] = [];
  let size = 0;
  for (const text of list) {
    const cidr = parseCidr(text);
    if (cidr === undefined) {
      invalid.push(text);
      continue;
    }
    size += 1;
    const keys = keysByLength[cidr.version].get(cidr.prefixBits) ?? new Set();
    keys.add(prefixKey(cidr.bytes, cidr.prefixBits));
    keysByLength[cidr.version].set(cidr.prefixBits, keys);
  }
  return {
    size,
    invalid,
    contains(address) {
      if (size === 0) return false;
      const parsed = parseAddress(address);
      if (parsed === undefined) return false;
      for (const [bits, keys] of keysByLength[parsed.version]) if (keys.has(prefixKey(parsed.bytes, bits))) return true;
      return false;
    },
  };
}

/** The first `bits` bits as text, one UTF-16 unit a byte. */
function prefixKey(bytes: readonly number[], bits: number): string {
  const whole = bits >> 3;
  const rest = bits & 7;
  const head = String.fromCharCode(...bytes.slice(0, whole));
  return rest === 0 ? head : head + String.fromCharCode((bytes[whole] ?? 0) & (0xff << (8 - rest)) & 0xff);
}
