import { createRecentCache } from '../collections/recent-cache.ts';
import { parseAddress } from '../net/address.ts';
import { copyText } from '../text/copy-text.ts';
import { type ClaimState, createCrawlerClaims } from './crawler-claims.ts';
import type { Crawler } from './crawlers.ts';
import type { DnsQuestion, DnsVerdict } from './reverse-dns.ts';

/** Who a visitor says it is, if it names a known crawler, and whether that is so. */
export interface CrawlerClaim {
  readonly name: string;
  readonly state: ClaimState;
}

/** A claim as published ranges see it, and what DNS could be asked about it. */
interface Judgement {
  readonly claim: CrawlerClaim;
  readonly question: DnsQuestion | undefined;
}

export interface CrawlerVerdictsOptions {
  /** Addresses remembered. */
  readonly capacity: number;
  /** What DNS says, if it was asked before; undefined where it is not to be asked. */
  readonly ask: (question: DnsQuestion) => DnsVerdict | undefined;
}

/** Judges claims in user agents by published ranges, and by DNS where these leave it open or contradict. */
export function createCrawlerVerdicts({
  capacity,
  ask,
}: CrawlerVerdictsOptions): (address: string, userAgent: string) => CrawlerClaim | undefined {
  const claims = createCrawlerClaims();
  const judged = createRecentCache<Judgement>(capacity);

  function judge(crawler: Crawler, text: string): Judgement {
    const address = parseAddress(text);
    if (address === undefined) return { claim: { name: crawler.name, state: 'unverified' }, question: undefined };
    const key = `${crawler.name} ${text}`;
    const found = judged.get(key);
    if (found !== undefined) return found;
    const state = claims.stateOf(crawler, address);
    const canAsk = state !== 'verified' && crawler.hosts.length > 0 && !claims.isRelayed(address);
    const question = canAsk ? { address: copyText(address.text), crawler: crawler.name, hosts: crawler.hosts } : undefined;
    const judgement: Judgement = { claim: { name: crawler.name, state }, question };
    judged.set(copyText(key), judgement);
    return judgement;
  }

  return (address, userAgent) => {
    const crawler = claims.claimOf(userAgent);
    if (crawler === undefined) return undefined;
    const { claim, question } = judge(crawler, address);
    return claimAfterDns(claim, question === undefined ? undefined : ask(question));
  };
}

/** DNS counts more than published ranges, which age; no answer changes nothing. */
export function claimAfterDns(claim: CrawlerClaim, verdict: DnsVerdict | undefined): CrawlerClaim {
  if (verdict === 'confirmed') return { name: claim.name, state: 'verified' };
  return verdict === 'denied' ? { name: claim.name, state: 'pretended' } : claim;
}
