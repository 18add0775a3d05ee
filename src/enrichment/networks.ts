import type { Address } from '../net/address.ts';
import { createPrefixTable } from './prefix-table.ts';
import type { EnrichmentSettings } from './settings.ts';

/** What a person's configuration says about an address. */
export interface NamedNetworks {
  /** Name of the smallest of `networks` that holds the address, or `''`. */
  tagOf(address: Address): string;
  /** True when `allow` names the address, a network that holds it, or its tag. */
  isAllowed(address: Address, tag: string): boolean;
}

/** Looks addresses up in `networks` and `allow`. What is neither a network nor a known name has no effect; the schema refuses it. */
export function createNamedNetworks({ networks, allow }: Pick<EnrichmentSettings, 'networks' | 'allow'>): NamedNetworks {
  const tags = createPrefixTable(Object.entries(networks).flatMap(([name, list]) => list.map((network) => [network, name] as const)));
  const allowedTags = new Set(allow.filter((entry) => Object.hasOwn(networks, entry)));
  const allowed = createPrefixTable(allow.map((entry) => [entry, true]));
  return {
    tagOf: (address) => tags.find(address) ?? '',
    isAllowed: (address, tag) => allowedTags.has(tag) || allowed.find(address) === true,
  };
}
