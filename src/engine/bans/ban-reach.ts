import type { Enricher } from '../../enrichment/enrichment.ts';
import { formatNumber, t, tn } from '../../lang/lang.ts';
import { parseAddress } from '../../net/address.ts';
import { type Cidr, cidrContains } from '../../net/cidr.ts';
import { visible } from '../../text/sanitize.ts';
import type { Feed } from '../feed/feed.ts';

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
  const countOf = (n: number): string => (clients.size >= MOST_CLIENTS ? t('at least {n}', { n: formatNumber(n) }) : formatNumber(n));
  return [
    lines === 0
      ? t('No held line is from there.')
      : tn(clients.size, 'Held lines from there: {lines}, of {clients} client.', 'Held lines from there: {lines}, of {clients} clients.', {
          lines: formatNumber(lines),
          clients: countOf(clients.size),
        }),
    ...(clean > 0
      ? [
          tn(
            clean,
            '{clients} clean client (an address and browser without a suspicious line) would be shut out, too.',
            '{clients} clean clients (an address and browser without a suspicious line) would be shut out, too.',
            { clients: countOf(clean) },
          ),
        ]
      : []),
    ...(crawlers.size > 0 ? [t('Verified crawler: {names}.', { names: [...crawlers].slice(0, SHOWN).join(', ') })] : []),
    ...(users.size > 0
      ? [
          t('Logged-in users: {names}.', {
            names: `${[...users].slice(0, SHOWN).map(visible).join(', ')}${users.size > SHOWN ? ', …' : ''}`,
          }),
        ]
      : []),
    ...(tags.size > 0 ? [t('Your name for it: {names}.', { names: [...tags].slice(0, SHOWN).map(visible).join(', ') })] : []),
  ];
}
