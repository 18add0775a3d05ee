import { createRecentCache } from '../collections/recent-cache.ts';
import type { Address } from '../net/address.ts';
import { copyText } from '../text/copy-text.ts';
import { CRAWLERS, type Crawler } from './crawlers.ts';
import { RELAYS } from './operator-networks.ts';
import { createPrefixTable, type PrefixTable } from './prefix-table.ts';
import { isPrivateAddress } from './special-addresses.ts';

/** Whether a visitor is the crawler that it says it is; `unverified` when that cannot be told. */
export type ClaimState = 'verified' | 'pretended' | 'unverified';

/** Who claims to be whom, from user agents and published address ranges. */
export interface CrawlerClaims {
  /** The crawler that a user agent claims to be; undefined for everybody else. */
  claimOf(userAgent: string): Crawler | undefined;
  stateOf(crawler: Crawler, address: Address): ClaimState;
  /** True for an address that may be a proxy's or content network's instead of the visitor's. */
  isRelayed(address: Address): boolean;
}

/** A claim stands near the front; what comes later was put there by somebody else. */
export const LONGEST_USER_AGENT = 300;
const REMEMBERED = 4_000;
/** How tools compare themselves with a crawler. */
const COMPARED = 'like ';

/** See {@link CrawlerClaims}. The last {@link REMEMBERED} user agents are remembered. */
export function createCrawlerClaims(): CrawlerClaims {
  const known = createRecentCache<Crawler | null>(REMEMBERED);
  const relays = createPrefixTable(RELAYS.map((network) => [network, true]));
  const tables = new Map<Crawler, PrefixTable<'own' | 'near'>>(CRAWLERS.map((crawler) => [crawler, tableOf(crawler)]));
  const isRelayed = (address: Address): boolean => isPrivateAddress(address) || relays.find(address) === true;
  return {
    isRelayed,
    claimOf(userAgent) {
      const text = userAgent.length > LONGEST_USER_AGENT ? userAgent.slice(0, LONGEST_USER_AGENT) : userAgent;
      const remembered = known.get(text);
      if (remembered !== undefined) return remembered ?? undefined;
      const found = read(text);
      known.set(copyText(text), found ?? null);
      return found;
    },
    stateOf(crawler, address) {
      const place = tables.get(crawler)?.find(address);
      if (place === 'own') return 'verified';
      return place === 'near' || !crawler.isListComplete || isRelayed(address) ? 'unverified' : 'pretended';
    },
  };
}

function read(userAgent: string): Crawler | undefined {
  const text = userAgent.toLowerCase();
  return CRAWLERS.find(({ claims }) => claims.some((claim) => isClaimed(text, claim)));
}

function isClaimed(text: string, claim: string): boolean {
  const at = text.indexOf(claim);
  return at >= 0 && !text.slice(0, at).endsWith(COMPARED);
}

/** What is published counts before what is wide, as the smaller network does anyway. */
function tableOf({ ranges, near }: Crawler): PrefixTable<'own' | 'near'> {
  return createPrefixTable([...ranges.map((network) => [network, 'own'] as const), ...near.map((network) => [network, 'near'] as const)]);
}
