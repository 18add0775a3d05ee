import type { Banner } from '../../actions/banner.ts';
import { BanError, type BanSubject, banSubject } from '../../actions/subject.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t } from '../../lang/lang.ts';
import type { AlertTarget } from '../../model/alert.ts';
import { actorOf, parseAddress } from '../../net/address.ts';
import { cidrContains } from '../../net/cidr.ts';
import type { Feed } from '../feed/feed.ts';

/** Of a target that many share; more than that is a matter for a rule, not for bans. */
export const MOST_SUBJECTS = 100;

interface Known {
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
}

/** Who an entry, address or incident is about, as this way to ban can take them. Throws {@link BanError}. */
export async function subjectsOf(
  target: AlertTarget,
  { feed, incidents, banner }: Known & { readonly banner: Banner },
): Promise<readonly BanSubject[]> {
  const actors = actorsOf(target, { feed, incidents }).slice(0, MOST_SUBJECTS);
  if (actors.length === 0) throw new BanError(t('there is no address in this to ban'));
  const hasSix = actors.some((actor) => actor.includes(':'));
  const networks = hasSix && (await banner.takesNetworks());
  const texts = actors.flatMap((actor) => {
    if (!actor.endsWith('/64')) return networks && actor.includes(':') && !actor.includes('/') ? [actorOf(actor)] : [actor];
    return networks ? [actor] : seenIn(actor, feed);
  });
  if (texts.length === 0)
    throw new BanError(t('{banner} takes single addresses only, and no line of this network is held any more', { banner: banner.name }));
  // Of many, those that are host names are left out; one alone is said.
  const subjects = texts.length === 1 ? texts.map(banSubject) : texts.flatMap((text) => subjectOrNone(text) ?? []);
  return [...new Map(subjects.map((subject) => [subject.text, subject])).values()].slice(0, MOST_SUBJECTS);
}

function actorsOf(target: AlertTarget, { feed, incidents }: Known): readonly string[] {
  if (target.kind === 'address') return [target.address];
  if (target.kind === 'entry') {
    const address = feed.get(target.rowId)?.entry.address ?? '';
    return address === '' ? [] : [address];
  }
  const incident = incidents.byId(target.incidentId);
  if (incident === undefined) return [];
  return incident.actor === '' ? incident.related : [incident.actor];
}

function subjectOrNone(text: string): BanSubject | undefined {
  try {
    return banSubject(text);
  } catch {
    return undefined;
  }
}

/** Addresses of a network in the held lines. */
function seenIn(network: string, feed: Feed): readonly string[] {
  const { cidr } = banSubject(network);
  const seen = new Set<string>();
  for (const { entry } of feed.all()) {
    const address = entry.address.includes(':') ? parseAddress(entry.address) : undefined;
    if (address !== undefined && seen.size < MOST_SUBJECTS && cidrContains(cidr, address)) seen.add(address.text);
  }
  return [...seen];
}
