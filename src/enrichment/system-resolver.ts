import { Resolver } from 'node:dns/promises';
import { parseAddress } from '../net/address.ts';
import type { DnsResolver } from './reverse-dns.ts';

/**
 * Asks the name servers that this machine is set up with, or `servers` (`192.0.2.53`, `127.0.0.1:5353`). Not with Node's `reverse`: that
 * reads /etc/hosts too, and calls a failing server "no such record".
 */
export function systemResolver(servers: readonly string[] = []): DnsResolver {
  const resolver = new Resolver({ timeout: 2_000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    reverse: (address) => resolver.resolvePtr(reverseName(address)),
    forward: (name, like) => (like === 4 ? resolver.resolve4(name) : resolver.resolve6(name)),
    cancel: () => resolver.cancel(),
  };
}

/** The name that an address's names stand under: RFC 1035, 3.5 (IPv4), RFC 3596, 2.5 (IPv6). */
export function reverseName(address: string): string {
  const { version, bytes } = parseAddress(address) ?? { version: 4, bytes: [] };
  if (version === 4) return `${[...bytes].reverse().join('.')}.in-addr.arpa`;
  const digits = bytes.flatMap((byte) => [(byte >> 4).toString(16), (byte & 15).toString(16)]);
  return `${digits.reverse().join('.')}.ip6.arpa`;
}
