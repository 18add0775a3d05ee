import type { Enricher } from '../enrichment/enrichment.ts';
import { parseAddress } from '../net/address.ts';
import { type Cidr, cidrContains } from '../net/cidr.ts';
import { visible } from '../text/sanitize.ts';
import type { Feed } from './feed.ts';

interface Seen {
  lines: number;
  clean: boolean;
}

/** Enough to tell "a few" from "a proxy". */
const MOST_CLIENTS = 2_000;
const SHOWN = 3;

/** What a ban would also hit, from the lines that are held: other clients (address and user agent) without a suspicious line, crawlers, users, tags. */
export function reachOf(
  ranges: readonly Cidr[],
  { feed, enricher }: { readonly feed: Feed; readonly enricher: Enricher },
): readonly string[] {
  const clients = new Map<string, Seen>();
  const [crawlers, users, tags] = [new Set<string>(), new Set<string>(), new Set<string>()];
  let lines = 0;
  const known = new Map<string, boolean>();
  const isInside = (text: string): boolean => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const address = parseAddress(text);
    const inside = address !== undefined && ranges.some((range) => cidrContains(range, address));
    if (known.size < 50_000) known.set(text, inside);
    return inside;
  };
  for (const { entry, severity } of feed.all()) {
    if (entry.kind === 'fail2ban' || entry.address === '' || !isInside(entry.address)) continue;
    lines += 1;
    const key = `${entry.address} ${entry.userAgent}`;
    const seen = clients.get(key);
    if (seen !== undefined) {
      seen.lines += 1;
      seen.clean &&= severity === undefined;
    } else if (clients.size < MOST_CLIENTS) {
      clients.set(key, { lines: 1, clean: severity === undefined });
      const { tag } = enricher.about(entry.address);
      if (tag !== '') tags.add(tag);
      const claim = entry.userAgent === '' ? undefined : enricher.crawlerOf(entry.address, entry.userAgent);
      if (claim?.state === 'verified') crawlers.add(claim.name);
    }
    if (severity === undefined && entry.kind === 'http' && entry.user !== '' && users.size < 100) users.add(entry.user);
  }
  const clean = [...clients.values()].filter((client) => client.clean).length;
  const most = clients.size >= MOST_CLIENTS ? 'at least ' : '';
  return [
    lines === 0
      ? 'No held line is from there.'
      : `Held lines from there: ${lines.toLocaleString('en-US')}, of ${most}${plural(clients.size, 'client')}.`,
    ...(clean > 0
      ? [`${most}${plural(clean, 'clean client')} (an address and browser without a suspicious line) would be shut out, too.`]
      : []),
    ...(crawlers.size > 0 ? [`Verified crawler: ${[...crawlers].slice(0, SHOWN).join(', ')}.`] : []),
    ...(users.size > 0
      ? [`Logged-in users: ${[...users].slice(0, SHOWN).map(visible).join(', ')}${users.size > SHOWN ? ', …' : ''}.`]
      : []),
    ...(tags.size > 0 ? [`Your name for it: ${[...tags].slice(0, SHOWN).map(visible).join(', ')}.`] : []),
  ];
}

const plural = (n: number, one: string): string => `${n.toLocaleString('en-US')} ${n === 1 ? one : `${one}s`}`;
