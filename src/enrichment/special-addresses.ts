import type { Address } from '../net/address.ts';
import { createPrefixTable } from './prefix-table.ts';

/**
 * Networks that never reach the Internet: this host, private use (RFC 1918), shared by a provider's customers (RFC 6598), link-local
 * (RFC 3927), loopback; and for IPv6 unspecified, loopback, unique local (RFC 4193), link-local (RFC 4291).
 */
const PRIVATE = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::/128',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
];

const table = createPrefixTable(PRIVATE.map((network) => [network, true]));

/** True for an address that only somebody near can have: the own machine, the own network, the provider's. */
export const isPrivateAddress = (address: Address): boolean => table.find(address) === true;

/** True for what logs write instead of the address of a peer on this machine. */
export const isLocalName = (text: string): boolean => text === 'localhost' || text.startsWith('unix:');
