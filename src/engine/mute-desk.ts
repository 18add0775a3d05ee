import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock/clock.ts';
import { type Mute, readMutes } from '../detection/mutes/mute.ts';
import { muteLine } from '../detection/mutes/mute-line.ts';
import { addressPlace, type MutePlace, pathPlace, placesOfGroup, placesOfHit } from '../detection/mutes/mute-places.ts';
import { createMuteSet, type MuteSet, type MuteSetOptions } from '../detection/mutes/mute-set.ts';
import { refusalText } from '../detection/rule-files.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import { type Hit, type RuleInfo, SEVERITIES } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';
import { actorOf } from '../net/address.ts';
import type { Feed, HeldLine } from './feed.ts';
import type { Mutes } from './mutes.ts';
import type { Pace } from './pace.ts';
import type { MuteChoice, MuteOption, MutePreview, MuteSpan, MuteSubject } from './protocol.ts';
import type { RuleTally } from './rule-list.ts';

/** Says what can be muted about something, what a mute would have done, and writes it. */
export interface MuteDesk {
  options(subject: MuteSubject): readonly MuteOption[];
  /** Rejects with what is wrong with the choice. */
  preview(choice: MuteChoice): Promise<MutePreview>;
  write(draftId: string): Promise<{ readonly id: string; readonly title: string; readonly file: string }>;
}

export interface MuteDeskParts extends Pick<MuteSetOptions, 'rules' | 'detect'> {
  readonly mutes: Mutes;
  readonly feed: Feed;
  readonly incidents: IncidentTracker;
  readonly tally: RuleTally;
  readonly clock: Clock;
  readonly pace: () => Pace;
  /** Where mutes are written; undefined: for this session only. */
  readonly path: string | undefined;
  /** Who sits at the screen. */
  readonly operator: string;
}

const SPAN_MS: Readonly<Record<MuteSpan, number | undefined>> = {
  '1 h': 3_600_000,
  '1 day': 86_400_000,
  '7 days': 7 * 86_400_000,
  forever: undefined,
};
const MAX_OPTIONS = 20;
const MAX_DRAFTS = 20;
const MAX_NOTE = 300;

interface Draft {
  readonly mute: Mute;
  readonly line: string;
}

/** Places in the order given, each once. */
const distinct = (places: readonly MutePlace[]): readonly MutePlace[] =>
  places.filter((place, at) => places.findIndex(({ words }) => words === place.words) === at);

export function createMuteDesk(parts: MuteDeskParts): MuteDesk {
  const { mutes, feed, incidents, tally, clock, path, operator, rules, detect } = parts;
  const drafts = new Map<string, Draft>();
  const infoOf = new Map(rules.map((info) => [info.id, info]));
  const everywhere = placesOfGroup({});

  const option = (info: RuleInfo, places: readonly MutePlace[]): MuteOption => ({
    ruleIds: [info.id],
    name: info.name,
    title: info.title,
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
      name: `all ${each.length} rules`,
      title: 'all that flag it',
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
  const lastHits = (actor: string): ReadonlyMap<string, { line: HeldLine; hit: Hit }> => {
    const found = new Map<string, { line: HeldLine; hit: Hit }>();
    for (const line of feed.all())
      if (line.severity !== undefined && (actor === '' || actorOf(line.entry.address) === actor))
        for (const hit of line.hits ?? []) found.set(hit.rule.id, { line, hit });
    return found;
  };
  const ofIncident = (incident: Incident): readonly MuteOption[] => {
    const { actor, target } = incident;
    const hits = actor === '' ? new Map<string, { line: HeldLine; hit: Hit }>() : lastHits(actor);
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

  async function draftOf({ ruleIds, place, span, note, successes }: MuteChoice): Promise<Draft> {
    const names = ruleIds.slice(0, MAX_OPTIONS).map((ruleId) => infoOf.get(ruleId)?.name ?? ruleId);
    const nowMs = clock.now();
    const spanMs = SPAN_MS[span];
    const line = muteLine({
      id: randomUUID(),
      rules: names,
      place,
      untilMs: spanMs === undefined ? undefined : nowMs + spanMs,
      nowMs,
      author: operator,
      note: note.slice(0, MAX_NOTE),
      successes,
    });
    const { mutes: read, refused } = await readMutes(line, 'mute');
    const [mute] = read;
    if (mute === undefined) throw new Error(`this cannot be muted: ${refused.map(refusalText).join('; ')}`);
    return { mute, line };
  }
  const keep = (draft: Draft): void => {
    drafts.set(draft.mute.id, draft);
    const oldest = drafts.keys().next().value;
    if (drafts.size > MAX_DRAFTS && oldest !== undefined) drafts.delete(oldest);
  };
  type Effect = Pick<MutePreview, 'muted' | 'elsewhere' | 'successes' | 'of'>;
  const overLines = async (set: MuteSet, successesToo: boolean): Promise<Effect> => {
    const effect = { muted: 0, elsewhere: 0, successes: 0, of: 0 };
    const pace = parts.pace();
    for (const { entry, severity, success, hits = [] } of [...feed.all()]) {
      const resting = pace.rest();
      if (resting !== undefined) await resting;
      if (severity === undefined) continue;
      effect.of++;
      const hidden = hits.filter(({ rule }) => set.of(rule.id, entry, successesToo && success) !== undefined).length;
      if (hidden === 0) continue;
      if (success) effect.successes++;
      if (success && !successesToo) continue;
      if (hidden < hits.length) effect.elsewhere++;
      else effect.muted++;
    }
    return effect;
  };
  const overRuns = (set: MuteSet, ruleIds: readonly string[], successesToo: boolean): Effect => {
    const runs = ruleIds.flatMap((ruleId) => tally.runs(ruleId)).filter(({ muted }) => !muted);
    const hidden = runs.filter(({ behaviour }) => set.ofBehaviour({ ...behaviour, success: successesToo && behaviour.success }));
    const successes = hidden.filter(({ behaviour }) => behaviour.success).length;
    return { muted: successesToo ? hidden.length : hidden.length - successes, elsewhere: 0, successes, of: runs.length };
  };

  return {
    options(subject) {
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
          return ofRule(subject.ruleId).map((one) => ({ ...one, places: distinct([...one.places, ...everywhere]) }));
      }
    },
    async preview(choice) {
      const draft = await draftOf(choice);
      keep(draft);
      const { mute, line } = draft;
      const set = createMuteSet({ mutes: [mute], rules, detect });
      const { ruleIds, successes } = choice;
      const lines = await overLines(set, successes);
      const runs = overRuns(set, ruleIds, successes);
      const effect = {
        muted: lines.muted + runs.muted,
        elsewhere: lines.elsewhere,
        successes: lines.successes + runs.successes,
        of: lines.of + runs.of,
      };
      return { draftId: mute.id, title: mute.title, line, file: path ?? 'this session', ...effect };
    },
    async write(draftId) {
      const draft = drafts.get(draftId);
      if (draft === undefined) throw new Error('this mute was prepared too long ago: open the dialog again');
      await mutes.add(draft.mute, draft.line);
      drafts.delete(draftId);
      return { id: draft.mute.id, title: draft.mute.title, file: path ?? 'this session' };
    },
  };
}
