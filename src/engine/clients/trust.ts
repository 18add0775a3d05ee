import { createRecentCache } from '../../collections/recent-cache.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import { actorOf } from '../../net/address.ts';

/** Who is known to be harmless: addresses on the person's allow list, and crawlers whose address proves who they are. */
export interface Trust {
  ofClient(address: string, userAgent: string): boolean;
  /** By address alone, as incidents know it: a crawler that was verified lately, or the allow list. */
  ofActor(actor: string): boolean;
  /** Whether a client claims to be a crawler that its address is not. */
  isPretended(address: string, userAgent: string): boolean;
}

/** An actor that was verified stays so for its newest user agents only; few crawlers visit at a time. */
const MAX_VERIFIED = 5_000;

export function createTrust(enricher: Enricher): Trust {
  const verified = createRecentCache<true>(MAX_VERIFIED);
  return {
    ofClient(address, userAgent) {
      if (address === '') return false;
      if (enricher.about(address).allowed) return true;
      if (enricher.crawlerOf(address, userAgent)?.state !== 'verified') return false;
      verified.set(actorOf(address), true);
      return true;
    },
    isPretended: (address, userAgent) => enricher.crawlerOf(address, userAgent)?.state === 'pretended',
    ofActor: (actor) => verified.get(actor) === true || enricher.about(actor).allowed,
  };
}
