import { networkInterfaces } from 'node:os';
import type { GuardFacts, NamedRange } from '../../actions/guard.ts';
import { readSshFacts, sshPeers } from '../../actions/ssh-peers.ts';
import { CRAWLERS } from '../../enrichment/crawlers.ts';
import { RELAYS } from '../../enrichment/operator-networks.ts';
import type { EnrichmentSettings } from '../../enrichment/settings.ts';
import { isPrivateAddress } from '../../enrichment/special-addresses.ts';
import { parseAddress } from '../../net/address.ts';
import { parseCidr } from '../../net/cidr.ts';

const ranges = (name: string, networks: readonly string[]): NamedRange[] =>
  networks.flatMap((network) => {
    const cidr = parseCidr(network);
    return cidr === undefined ? [] : [{ name, cidr }];
  });

type GuardSettings = Pick<EnrichmentSettings, 'networks' | 'allow'> & { readonly trusted_proxies?: readonly string[] };

/** What the guard must know, as of now. */
export function guardFacts(
  { networks, allow, trusted_proxies: proxies = [] }: GuardSettings,
  peers: () => readonly string[] = () => sshPeers(readSshFacts()),
): GuardFacts {
  return {
    sshPeers: peers(),
    ownAddresses: Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    allowed: [...allow.flatMap((name) => ranges(name, networks[name] ?? [name])), ...ranges('a trusted proxy', proxies)],
    shared: [...CRAWLERS.flatMap(({ name, ranges: own }) => ranges(name, own)), ...ranges('Cloudflare or Fastly', RELAYS)],
    isPrivate(text) {
      const address = parseAddress(text);
      return address !== undefined && isPrivateAddress(address);
    },
  };
}
