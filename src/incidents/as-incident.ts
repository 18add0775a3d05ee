import { type Family, SEVERITIES, type Severity } from '../model/detection.ts';
import type { FamilyTally, Incident, IncidentRecord } from '../model/incident.ts';
import { type Growing, keyOf, newGrowing, tally } from './growing.ts';
import { riskOf } from './risk.ts';
import { copyBeat, stageOf, titleOf, worse } from './story.ts';
import { withoutVariants } from './variants.ts';

const MAX_RELATED = 100;

/** The next level up: what worked weighs more than the attempt. */
const raised = (severity: Severity): Severity => SEVERITIES[Math.min(SEVERITIES.length - 1, SEVERITIES.indexOf(severity) + 1)] ?? severity;

/** Families of rules and behaviours together: a behaviour adds the entries that no rule flags. */
function familiesOf(one: Growing): Map<Family, FamilyTally> {
  const silent = new Map<Family, FamilyTally>();
  for (const { rule, silent: count, success } of one.behaviours.values())
    for (const family of rule.families) {
      const before = silent.get(family);
      const joined = tally(before, { count: 0, severity: success ? raised(rule.severity) : rule.severity, success });
      silent.set(family, { ...joined, count: Math.max(before?.count ?? 0, count) });
    }
  const all = new Map(one.families);
  for (const [family, added] of silent) all.set(family, tally(all.get(family), added));
  for (const [family, { count }] of all) if (count === 0) all.set(family, { ...(all.get(family) as FamilyTally), count: 1 });
  return all;
}

const severityOf = (families: ReadonlyMap<Family, FamilyTally>): Severity =>
  [...families.values()].reduce<Severity>((worst, { severity }) => worse(worst, severity), 'low');

/** How much would be lost with it: 0 for a low one, most for what worked. */
export function worthOf(one: Growing): number {
  if (one.worth >= 0) return one.worth;
  const worked = one.hitSuccesses > 0 || [...one.behaviours.values()].some(({ success }) => success);
  one.worth = SEVERITIES.indexOf(severityOf(familiesOf(one))) + (worked ? SEVERITIES.length : 0);
  return one.worth;
}

/** Who took part in what was done to a target. */
function relatedOf(one: Growing): { readonly related: string[]; readonly relatedCount: number } {
  if (one.target === undefined) return { related: [], relatedCount: 0 };
  const behaviours = [...one.behaviours.values()];
  const related = [...new Set(behaviours.flatMap(({ actors }) => actors))].slice(0, MAX_RELATED);
  return { related, relatedCount: Math.max(related.length, ...behaviours.map(({ actorCount }) => actorCount)) };
}

/** As everybody else sees it, at `nowMs` of event time. */
export function toIncident(one: Growing, nowMs: number): Incident {
  const families = familiesOf(one);
  const behaviours = [...one.behaviours.values()];
  const severity = severityOf(families);
  const detections = one.hits + Math.max(0, ...behaviours.map(({ silent }) => silent));
  const successes = one.hitSuccesses + withoutVariants(behaviours).filter(({ success }) => success).length;
  const { related, relatedCount } = relatedOf(one);
  const spread = Math.max(one.sources.length, relatedCount);
  const seen = one.state === 'acknowledged' || one.state === 'closed';
  const silentMs = nowMs - one.endMs;
  const { exposure } = one;
  const { risk, parts } = riskOf({ severity, detections, successes, families: families.size, spread, silentMs, seen, exposure });
  const rules = new Map(one.rules);
  for (const { rule, events } of behaviours) rules.set(rule.id, (rules.get(rule.id) ?? 0) + events);
  return {
    id: one.id,
    actor: one.actor,
    target: one.target,
    related,
    relatedCount,
    sources: one.sources,
    startMs: one.startMs,
    endMs: one.endMs,
    severity,
    risk,
    riskParts: parts,
    detections: Math.max(1, detections),
    successes,
    entries: Math.max(one.lines, detections, 1),
    families: Object.fromEntries([...families].map(([family, { count }]) => [family, count])),
    rules: Object.fromEntries(rules),
    stage: stageOf(families),
    title: titleOf(families, behaviours),
    state: one.state,
    reopened: one.reopened,
    notes: [...one.notes],
  };
}

/** As the store keeps it: what is needed to go on with it later, too. */
export const toRecord = (one: Growing, nowMs: number): IncidentRecord =>
  Object.assign(toIncident(one, nowMs), {
    memory: {
      families: [...one.families],
      rules: [...one.rules],
      beats: one.beats.map(copyBeat),
      behaviours: [...one.behaviours.values()],
      hits: one.hits,
      hitSuccesses: one.hitSuccesses,
      lines: one.lines,
      activeMs: one.activeMs,
      first: one.first,
    },
  });

/** An incident of an earlier run, to go on with. */
export function fromRecord(record: IncidentRecord): Growing {
  const { memory } = record;
  const identity = { id: record.id, key: keyOf(record.actor, record.target), actor: record.actor, target: record.target };
  return Object.assign(newGrowing(identity, record.startMs), {
    sources: record.sources,
    endMs: record.endMs,
    activeMs: memory.activeMs,
    hits: memory.hits,
    hitSuccesses: memory.hitSuccesses,
    lines: memory.lines,
    families: new Map(memory.families),
    rules: new Map(memory.rules),
    beats: memory.beats.map(copyBeat),
    behaviours: new Map(memory.behaviours.map((behaviour) => [behaviour.key, behaviour])),
    notes: [...record.notes],
    first: memory.first,
    state: record.state,
    reopened: record.reopened,
    exposure: record.riskParts.exposure ?? 0,
  });
}
