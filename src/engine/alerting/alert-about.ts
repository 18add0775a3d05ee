import { type AlertFacts, actorNote } from '../../alerts/alert-facts.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import { familyPhrase } from '../../incidents/phrases.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t } from '../../lang/lang.ts';
import type { AlertTarget } from '../../model/alert.ts';
import type { Family } from '../../model/detection.ts';
import { SEVERITIES } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { actorOf } from '../../net/address.ts';
import { checksOf, incidentSubject, isOfChecks } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { successNote } from '../../text/success-note.ts';
import type { Feed } from '../feed/feed.ts';
import type { HeldLine } from '../feed/held-line.ts';
import type { Statistics } from '../statistics.ts';

/** Where the facts about a target come from. */
export interface Knowledge {
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly statistics: Statistics;
  readonly enricher: Enricher;
  readonly host: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const pathOf = (line: HeldLine | undefined): string => line?.entry.target.split('?', 1)[0] ?? '';

/** The detection that says most: a success first, then severity, then the latest. */
function strongest(lines: Iterable<HeldLine>): HeldLine | undefined {
  let best: HeldLine | undefined;
  const rank = (line: HeldLine): number => (line.success ? 10 : 0) + (line.severity ? SEVERITIES.indexOf(line.severity) : -1);
  for (const line of lines) if (line.severity && (!best || rank(line) >= rank(best))) best = line;
  return best;
}

/** Facts of one line that hold whatever the target is. */
const lineFacts = (line: HeldLine | undefined) =>
  ({
    outcome: line?.outcome ?? 'none',
    status: line?.entry.status ?? 0,
    successNote: successNote(line?.note ?? ''),
    payload: line?.hits?.[0]?.matches[0]?.text ?? '',
    path: pathOf(line),
    rules: [...new Set(line?.hits?.map((hit) => hit.rule.title) ?? [])],
  }) as const;

const title = (families: readonly Family[], line: HeldLine | undefined, actor: string): string => {
  const family = families[0];
  if (!family)
    return actor === '' ? t('A log line that an operator reports') : t('Requests of {actor} that an operator reports', { actor });
  const path = pathOf(line);
  const what = t(familyPhrase(family, line?.success ?? false));
  return capital(path === '' ? what : t('{what} on {path}', { what, path: path.slice(0, 120) }));
};

function noteOf(address: string, userAgent: string, enricher: Enricher): string {
  const { country, network, tag } = enricher.about(address);
  const claim = userAgent === '' ? undefined : enricher.crawlerOf(address, userAgent);
  const crawler =
    claim === undefined || claim.state === 'unverified'
      ? ''
      : claim.state === 'verified'
        ? claim.name
        : t('no {crawler}, though it says so', { crawler: claim.name });
  return actorNote({ country, network, tags: [crawler, tag].filter((part) => part !== '') });
}

function aboutEntry(rowId: number, note: string, { feed, enricher, host }: Knowledge): AlertFacts {
  const line = feed.get(rowId);
  const families = line?.families ?? [];
  return {
    severity: line?.severity ?? 'low',
    title: title(families, line, line?.entry.address ?? ''),
    actor: line?.entry.address ?? '',
    actorNote: line ? noteOf(line.entry.address, line.entry.userAgent, enricher) : '',
    success: line?.success ?? false,
    ...lineFacts(line),
    payload: lineFacts(line).payload || (line?.entry.raw ?? '').slice(0, 500),
    counts: { requests: 1, detections: line?.severity ? 1 : 0, successes: line?.success ? 1 : 0 },
    firstMs: line?.entry.timeMs,
    lastMs: line?.entry.timeMs,
    families,
    sourceNames: line ? [line.sourceName] : [],
    host,
    note,
  };
}

function aboutActor(
  { address, incident: known }: { address: string; incident?: Incident },
  note: string,
  { feed, incidents, statistics, enricher, host }: Knowledge,
): AlertFacts {
  const actor = actorOf(address);
  const incident = known ?? incidents.of(actor);
  const actors = new Set(known?.target === undefined ? [actor] : known.related);
  const lines = [...feed.all()].filter((line) => line.entry.address !== '' && actors.has(actorOf(line.entry.address)));
  const best = strongest(lines);
  const times = lines.flatMap((line) => line.entry.timeMs ?? []);
  if (known !== undefined && isOfChecks(known)) return aboutFindings(known, { note, host, story: incidents.story(known.id) });
  const families = incident ? familiesByCount(incident) : (best?.families ?? []);
  return {
    severity: incident?.severity ?? best?.severity ?? 'low',
    title: incident ? capital(incidentTitle(incident.title)) : title(families, best, actor),
    actor: incident === undefined ? actor : incidentSubject(incident),
    actorNote:
      incident?.target === undefined
        ? noteOf(actor, best?.entry.userAgent ?? '', enricher)
        : t('{n} addresses', { n: incident.relatedCount }),
    success: (incident?.successes ?? 0) > 0,
    ...lineFacts(best),
    counts: {
      requests: incident?.target === undefined ? (statistics.address(actor)?.hits ?? lines.length) : incident.entries,
      detections: incident?.detections ?? 0,
      successes: incident?.successes ?? 0,
    },
    firstMs: incident?.startMs ?? times[0],
    lastMs: incident?.endMs ?? times.at(-1),
    families,
    sourceNames: incident?.sources ?? [...new Set(lines.map((line) => line.sourceName))],
    host,
    note,
  };
}

interface FindingParts extends Pick<AlertFacts, 'note' | 'host'> {
  readonly story: readonly { readonly text: string }[];
}

/** What checks have found, where nobody has attacked. */
const aboutFindings = (incident: Incident, { note, host, story }: FindingParts): AlertFacts => ({
  severity: incident.severity,
  title: capital(incidentTitle(incident.title)),
  actor: incidentSubject(incident),
  actorNote: '',
  success: false,
  ...lineFacts(undefined),
  path: incident.target?.kind === 'path' ? incident.target.value : '',
  payload: story
    .map(({ text }) => text)
    .join('; ')
    .slice(0, 500),
  counts: { requests: 0, detections: 0, successes: 0 },
  firstMs: incident.startMs,
  lastMs: incident.endMs,
  families: [],
  sourceNames: [],
  host,
  note,
  checks: checksOf(incident),
});

const familiesByCount = (incident: Incident): Family[] =>
  (Object.entries(incident.families) as [Family, number][]).sort((a, b) => b[1] - a[1]).map(([family]) => family);

/** What is known of the thing that an operator wants to alert about. Undefined when it is not held any more. */
export function alertFacts(target: AlertTarget, note: string, knowledge: Knowledge): AlertFacts | undefined {
  switch (target.kind) {
    case 'entry':
      return knowledge.feed.get(target.rowId) && aboutEntry(target.rowId, note, knowledge);
    case 'address':
      return aboutActor({ address: target.address }, note, knowledge);
    case 'incident': {
      const incident = knowledge.incidents.byId(target.incidentId);
      return incident && aboutActor({ address: incident.actor.replace(/\/64$/, ''), incident }, note, knowledge);
    }
  }
}
