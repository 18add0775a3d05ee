import type { IncidentTracker } from '../incidents/tracker.ts';
import { actorOf } from '../net/address.ts';
import type { Feed } from './feed.ts';
import type { ActorDetail } from './protocol.ts';
import type { Statistics } from './statistics.ts';

const MINUTE_MS = 60_000;
const MAX_MINUTES = 60;
const MAX_PATHS = 12;
const MAX_AGENTS = 8;
const MAX_DISTINCT = 2_000;

/** Counts by key, at most {@link MAX_DISTINCT} keys. */
function counter(): { add(key: string): void; top(limit: number): [string, number][] } {
  const counts = new Map<string, number>();
  return {
    add(key) {
      const before = counts.get(key);
      if (before !== undefined || counts.size < MAX_DISTINCT) counts.set(key, (before ?? 0) + 1);
    },
    top: (limit) => [...counts].sort((a, b) => b[1] - a[1]).slice(0, limit),
  };
}

const pathOf = (target: string): string => (target.split('?', 1)[0] ?? '').slice(0, 200);

/** What is known of one actor: its incident, and what the held lines tell of it. */
export function actorDetail(
  address: string,
  { feed, incidents, statistics }: { feed: Feed; incidents: IncidentTracker; statistics: Statistics },
): ActorDetail {
  const actor = actorOf(address);
  const statuses: Record<string, number> = {};
  const agents = counter();
  const paths = counter();
  const minutes = new Map<number, number>();
  for (const { entry } of feed.all()) {
    if (entry.address === '' || (entry.address !== address && actorOf(entry.address) !== actor)) continue;
    if (entry.status > 0) statuses[String(entry.status)] = (statuses[String(entry.status)] ?? 0) + 1;
    if (entry.kind === 'http') {
      agents.add(entry.userAgent.slice(0, 200));
      paths.add(pathOf(entry.target));
    }
    if (entry.timeMs !== undefined) {
      const minute = Math.floor(entry.timeMs / MINUTE_MS);
      minutes.set(minute, (minutes.get(minute) ?? 0) + 1);
    }
  }
  const last = Math.max(...minutes.keys());
  const first = Math.max(Math.min(...minutes.keys()), last - MAX_MINUTES + 1);
  return {
    address,
    inWindow: statistics.address(actor),
    incident: incidents.of(actor),
    story: incidents.story(actor),
    statuses,
    userAgents: agents.top(MAX_AGENTS).map(([agent]) => agent),
    paths: paths.top(MAX_PATHS),
    perMinute: minutes.size === 0 ? [] : Array.from({ length: last - first + 1 }, (_, i) => minutes.get(first + i) ?? 0),
  };
}
