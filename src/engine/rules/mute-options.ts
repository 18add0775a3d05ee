import { addressPlace, findingPlace, pathPlace, placesOfGroup, placesOfHit } from '../../detection/mutes/mute-places.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t } from '../../lang/lang.ts';
import type { CheckName, KeptFinding } from '../../model/check.ts';
import { type Hit, type RuleInfo, SEVERITIES } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import type { MuteOption, MutePlace, MuteSubject } from '../../model/mute.ts';
import { actorOf } from '../../net/address.ts';
import { words } from '../../text/said.ts';
import { checkRuleId } from '../checks/finding-mutes.ts';
import type { Feed } from '../feed/feed.ts';
import type { HeldLine } from '../feed/held-line.ts';
import type { RuleTally } from './rule-list.ts';

export interface MuteOptionParts {
  /** Every rule and correlation. */
  readonly rules: readonly RuleInfo[];
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly tally: RuleTally;
  readonly findingOf: (check: CheckName, key: string) => KeptFinding | undefined;
}

/** Rules that are offered at once. */
export const MAX_OPTIONS = 20;

/** Places in the order given, each once. */
const distinct = (places: readonly MutePlace[]): readonly MutePlace[] =>
  places.filter((place, at) => places.findIndex(({ words }) => words === place.words) === at);

interface LastHit {
  readonly line: HeldLine;
  readonly hit: Hit;
}

/** Says which rules can be muted about something, and where. */
export function createMuteOptions({
  rules,
  feed,
  incidents,
  tally,
  findingOf,
}: MuteOptionParts): (subject: MuteSubject) => readonly MuteOption[] {
  const infoOf = new Map(rules.map((info) => [info.id, info]));

  const option = (info: RuleInfo, places: readonly MutePlace[]): MuteOption => ({
    ruleIds: [info.id],
    name: info.name,
    title: t(info.title),
    severity: info.severity,
    places: distinct(places),
  });
  /** Worst first; what is flagged by several rules can be muted for all of them at once. */
  const worstFirst = (options: readonly MuteOption[]): readonly MuteOption[] => {
    const each = options.toSorted((a, b) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity)).slice(0, MAX_OPTIONS);
    const [first, ...others] = each;
    if (first === undefined || others.length === 0) return each;
    const places = first.places.filter(({ words }) => others.every((other) => other.places.some((place) => place.words === words)));
    const all = {
      ...first,
      ruleIds: each.flatMap(({ ruleIds }) => ruleIds),
      name: t('all {n} rules', { n: each.length }),
      title: t('all that flag it'),
      places,
    };
    return [...each, all];
  };
  const ofLine = ({ entry, hits = [], muted = [] }: HeldLine): readonly MuteOption[] =>
    worstFirst(
      [...hits, ...muted].flatMap((hit) => {
        const info = infoOf.get(hit.rule.id);
        return info === undefined ? [] : [option(info, placesOfHit(entry, hit))];
      }),
    );
  /** The newest held line of an actor that a rule flagged, if any is held. */
  const lastHits = (actor: string): ReadonlyMap<string, LastHit> => {
    const found = new Map<string, LastHit>();
    for (const line of feed.all())
      if (line.severity !== undefined && (actor === '' || actorOf(line.entry.address) === actor))
        for (const hit of line.hits ?? []) found.set(hit.rule.id, { line, hit });
    return found;
  };
  const ofIncident = (incident: Incident): readonly MuteOption[] => {
    const { actor, target } = incident;
    const hits = actor === '' ? new Map<string, LastHit>() : lastHits(actor);
    const own = [actor === '' ? undefined : addressPlace(actor), target?.kind === 'path' ? pathPlace(target.value) : undefined];
    return worstFirst(
      Object.keys(incident.rules).flatMap((ruleId) => {
        const info = infoOf.get(ruleId);
        const last = hits.get(ruleId);
        const group = tally.runs(ruleId).findLast(({ behaviour }) => actor === '' || behaviour.group['c-ip'] === actor)?.behaviour.group;
        const found = last === undefined ? placesOfGroup(group ?? {}) : placesOfHit(last.line.entry, last.hit);
        return info === undefined ? [] : [option(info, [...own.filter((place) => place !== undefined), ...found])];
      }),
    );
  };
  const ofRule = (ruleId: string): readonly MuteOption[] => {
    const info = infoOf.get(ruleId);
    const last = lastHits('').get(ruleId);
    const group = tally.runs(ruleId).at(-1)?.behaviour.group ?? {};
    return info === undefined ? [] : [option(info, last === undefined ? placesOfGroup(group) : placesOfHit(last.line.entry, last.hit))];
  };

  const ofFinding = (check: CheckName, key: string): readonly MuteOption[] => {
    const finding = findingOf(check, key)?.finding;
    const place = finding && findingPlace(check, finding);
    if (finding === undefined || place === undefined) return [];
    const { title, severity, subject, paths } = finding;
    // The same weakness at the whole path, whatever its parameter.
    const path = paths[0] === undefined ? undefined : pathPlace(paths[0]);
    const places = [place, ...(path === undefined ? [] : [path])];
    return [{ ruleIds: [checkRuleId(check)], name: `check-${check}`, title: `${words(title)}: ${subject}`, severity, places }];
  };

  return (subject) => {
    switch (subject.kind) {
      case 'entry': {
        const line = feed.get(subject.rowId);
        return line === undefined ? [] : ofLine(line);
      }
      case 'address': {
        const incident = incidents.of(actorOf(subject.address));
        return incident === undefined ? [] : ofIncident(incident);
      }
      case 'incident': {
        const incident = incidents.byId(subject.incidentId);
        return incident === undefined ? [] : ofIncident(incident);
      }
      case 'rule':
        return ofRule(subject.ruleId);
      case 'finding':
        return ofFinding(subject.check, subject.key);
    }
  };
}
