import type { CrawlerClaim } from '../../enrichment/crawler-verdicts.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { msg, t } from '../../lang/lang.ts';
import type { Entry } from '../../model/entry.ts';
import type { Incident } from '../../model/incident.ts';
import { actorOf } from '../../net/address.ts';
import type { Exposures } from '../checks/exposures.ts';
import type { Feed } from '../feed/feed.ts';
import { alikeTo } from '../incidents/alike.ts';
import { shownIncident } from '../incidents/shown-incident.ts';
import type { ActorDetail } from '../protocol.ts';
import type { Statistics } from '../statistics.ts';

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

/** Whether a held line is one of the actor, or of what is done to the target. */
function lineTest(actor: string, incident: Incident | undefined): (entry: Entry) => boolean {
  const target = incident?.target;
  if (target === undefined) return ({ address }) => address !== '' && (address === actor || actorOf(address) === actor);
  switch (target.kind) {
    case 'path':
      return (entry) => pathOf(entry.target) === target.value;
    case 'account':
      return (entry) => entry.user === target.value;
    case 'host':
      return (entry) => entry.host === target.value;
    case 'check':
      return () => false;
    default:
      return () => true;
  }
}

/** What the held lines tell. */
function trafficOf(feed: Feed, isOwn: (entry: Entry) => boolean) {
  const statuses: Record<string, number> = {};
  const agents = counter();
  const paths = counter();
  const minutes = new Map<number, number>();
  for (const { entry } of feed.all()) {
    if (!isOwn(entry)) continue;
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
    statuses,
    userAgents: agents.top(MAX_AGENTS).map(([agent]) => agent),
    paths: paths.top(MAX_PATHS),
    perMinute: minutes.size === 0 ? [] : Array.from({ length: last - first + 1 }, (_, i) => minutes.get(first + i) ?? 0),
  };
}

export interface ActorKnowledge {
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly statistics: Statistics;
  readonly enricher: Enricher;
  readonly exposures: Exposures;
}

const CLAIM_WORDS: Readonly<Record<CrawlerClaim['state'], string>> = {
  verified: msg('verified {crawler}'),
  pretended: msg('pretends to be {crawler}'),
  unverified: msg('says it is {crawler}'),
};

function aboutAddress(address: string, userAgents: readonly string[], enricher: Enricher): ActorDetail['about'] {
  const { country, network, tag, allowed, isPrivate } = enricher.about(address);
  const claims = userAgents.flatMap((userAgent) => enricher.crawlerOf(address, userAgent) ?? []);
  const claim = claims.find(({ state }) => state === 'pretended') ?? claims[0];
  return {
    country,
    network,
    tag,
    allowed,
    isPrivate,
    crawler: claim === undefined ? '' : t(CLAIM_WORDS[claim.state], { crawler: claim.name }),
  };
}

/** What is known of one actor, or of the target of an incident: its incident, its story, and what the held lines tell of it. */
export function actorDetail(
  { address, incidentId }: { address: string; incidentId: string },
  { feed, incidents, statistics, enricher, exposures }: ActorKnowledge,
): ActorDetail {
  const actor = address === '' ? '' : actorOf(address);
  const incident = (incidentId === '' ? undefined : incidents.byId(incidentId)) ?? (actor === '' ? undefined : incidents.of(actor));
  const traffic = trafficOf(feed, lineTest(actor, incident));
  return {
    address,
    about: aboutAddress(address, traffic.userAgents, enricher),
    inWindow: actor === '' ? undefined : statistics.address(actor),
    incident: shownIncident(incident),
    story: incident === undefined ? [] : incidents.story(incident.id),
    exposures: incident?.target?.kind === 'path' ? exposures.ofPath(incident.target.value) : exposures.ofActor(actor),
    alike: incident === undefined ? [] : alikeTo(incident, incidents.open()),
    ...traffic,
  };
}
