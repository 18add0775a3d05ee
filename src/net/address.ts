import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An address read from a log. */
export interface Address {
  /** Canonical text: dotted IPv4, or IPv6 as RFC 5952 writes it; IPv4-mapped IPv6 (RFC 4291, 2.5.5.2) as IPv4. */
  readonly text: string;
  readonly version: 4 | 6;
  /** 4 or 16 bytes, the network's order. */
  readonly bytes: readonly number[];
}

/** The longest text worth looking at: an IPv6 address with brackets, a zone id and a port. */
const MAX_LENGTH = 128;
const PORT = /^:\d{1,5}$/;
const IPV4_WITH_PORT = /^([\d.]{7,15}):\d{1,5}$/;

/**
 * Reads an address as logs write it: `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[::1]`, `[::1]:80`, `fe80::1%eth0`. Undefined for anything
 * else (host names, `unix:`, octal or short IPv4 such as `010.1.1.1` or `127.1`).
 */
export function parseAddress(text: string): Address | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const bare = withoutPort(text.trim());
  const version = isIP(bare);
  if (version === 0) return undefined;
  if (version === 4) return { text: bare, version: 4, bytes: ipaddr.IPv4.parse(bare).toByteArray() };
  const zone = bare.indexOf('%');
  const parsed = ipaddr.IPv6.parse(zone < 0 ? bare : bare.slice(0, zone));
  if (parsed.isIPv4MappedAddress()) {
    const four = parsed.toIPv4Address();
    return { text: four.toString(), version: 4, bytes: four.toByteArray() };
  }
  return { text: parsed.toRFC5952String(), version: 6, bytes: parsed.toByteArray() };
}

function withoutPort(text: string): string {
  if (text.startsWith('[')) {
    const close = text.indexOf(']');
    if (close < 0) return text;
    const rest = text.slice(close + 1);
    return rest === '' || PORT.test(rest) ? text.slice(1, close) : text;
  }
  return IPV4_WITH_PORT.exec(text)?.[1] ?? text;
}

/** Canonical text of an address ({@link parseAddress}); anything else unchanged. */
export function normalizeAddress(text: string): string {
  if (isIP(text) === 4) return text;
  return parseAddress(text)?.text ?? text;
}

/** Who counts as one actor: IPv4 as is, IPv6 its /64 (`2001:db8:1:2::/64`, what one subscriber gets: RFC 6177), host names as they are. */
export function actorOf(address: string): string {
  if (isIP(address) === 4) return address;
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  if (parsed.version === 4) return parsed.text;
  const prefix = parsed.bytes.map((byte, i) => (i < 8 ? byte : 0));
  return `${new ipaddr.IPv6(prefix).toRFC5952String()}/64`;
}

/** The network around an actor, as its neighbours share it: IPv4 /24, IPv6 /48 (RFC 6177); `''` for host names. */
export function networkOf(actor: string): string {
  const slash = actor.indexOf('/');
  const parsed = parseAddress(slash < 0 ? actor : actor.slice(0, slash));
  if (parsed === undefined) return '';
  const kept = parsed.version === 4 ? 3 : 6;
  const bytes = parsed.bytes.map((byte, i) => (i < kept ? byte : 0));
  return parsed.version === 4 ? `${bytes.join('.')}/24` : `${new ipaddr.IPv6(bytes).toRFC5952String()}/48`;
}
