import { isIP } from 'node:net';
import { parseAddress } from '../net/address.ts';
import { type Cidr, cidrContains, parseCidr } from '../net/cidr.ts';

/** What is banned: one address, or one network. Built only by {@link banSubject}, so its text can stand in any command. */
export interface BanSubject {
  /** Canonical: `203.0.113.9`, `2001:db8:1:2::/64`. Digits, letters, dots, colons and a slash alone. */
  readonly text: string;
  readonly version: 4 | 6;
  readonly isNetwork: boolean;
  readonly cidr: Cidr;
}

/** Something that cannot be banned, or a ban that did not work; the message says why and what a person can do. */
export class BanError extends Error {
  override readonly name = 'BanError';
}

const MOST_SHOWN = 60;

/** Reads an address or network; throws {@link BanError} for everything else. IPv4-mapped IPv6 becomes IPv4, host bits of a network zero. */
export function banSubject(text: string): BanSubject {
  const bare = text.trim();
  const [head = '', bits, ...more] = bare.split('/');
  const address = isIP(head) === 0 || head.includes('%') ? undefined : parseAddress(head);
  const cidr = address === undefined || more.length > 0 ? undefined : parseCidr(bare);
  if (address === undefined || cidr === undefined || (bits !== undefined && !/^\d{1,3}$/.test(bits))) {
    throw new BanError(`${shown(bare)} is no address: expected one such as 203.0.113.9, 2001:db8::1 or 2001:db8:1:2::/64`);
  }
  const widest = cidr.bytes.length * 8;
  if (cidr.prefixBits === widest) return { text: address.text, version: cidr.version, isNetwork: false, cidr };
  const bytes = cidr.bytes.map((byte, i) => byte & maskByte(cidr.prefixBits - i * 8));
  const first = parseAddress(addressText(bytes))?.text ?? address.text;
  return { text: `${first}/${cidr.prefixBits}`, version: cidr.version, isNetwork: true, cidr: { ...cidr, bytes } };
}

/** True when both have an address in common. */
export function overlaps(a: Cidr, b: Cidr): boolean {
  const [wide, narrow] = a.prefixBits <= b.prefixBits ? [a, b] : [b, a];
  return cidrContains(wide, { text: '', version: narrow.version, bytes: narrow.bytes });
}

const maskByte = (bits: number): number => (bits >= 8 ? 0xff : bits <= 0 ? 0 : (0xff << (8 - bits)) & 0xff);

function addressText(bytes: readonly number[]): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, i) => (((bytes[i * 2] ?? 0) << 8) | (bytes[i * 2 + 1] ?? 0)).toString(16));
  return groups.join(':');
}

function shown(text: string): string {
  if (text === '') return 'an empty text';
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text);
}
