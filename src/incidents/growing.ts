import type { Behaviour } from '../model/behaviour.ts';
import { type Detection, type Family, SEVERITIES, type Severity } from '../model/detection.ts';
import type { FamilyTally, Incident, IncidentNote, IncidentRecord, IncidentState, IncidentTarget } from '../model/incident.ts';
import { riskOf } from './risk.ts';
import { addBeat, type GrowingBeat, stageOf, titleOf, worse } from './story.ts';
import { withoutVariants } from './variants.ts';

/** An incident as the tracker keeps it. */
export interface Growing {
  readonly id: string;
  /** What it is found by: the actor, or the target. */
  readonly key: string;
  readonly actor: string;
  readonly target: IncidentTarget | undefined;
  readonly sources: Set<string>;
  startMs: number;
  endMs: number;
  /** Beginning of the time it is active now. */
  activeMs: number;
  /** Detections by rules, those that worked, and lines of the actor. */
  hits: number;
  hitSuccesses: number;
  lines: number;
  /** In the order in which they were first seen, by rules alone. */
  readonly families: Map<Family, FamilyTally>;
  readonly rules: Map<string, number>;
  readonly beats: GrowingBeat[];
  readonly behaviours: Map<string, Behaviour>;
  readonly notes: IncidentNote[];
  first: { readonly timeMs: number; readonly text: string } | undefined;
  state: IncidentState;
  reopened: number;
  dirty: boolean;
}

const MAX_RULES = 50;
const MAX_SOURCES = 20;
const MAX_BEHAVIOURS = 40;
const MAX_RELATED = 100;

export const newGrowing = (identity: Pick<Growing, 'id' | 'key' | 'actor' | 'target'>, timeMs: number): Growing => ({
  ...identity,
  sources: new Set(),
  startMs: timeMs,
  endMs: timeMs,
  activeMs: timeMs,
  hits: 0,
  hitSuccesses: 0,
  lines: 0,
  families: new Map(),
  rules: new Map(),
  beats: [],
  behaviours: new Map(),
  notes: [],
  first: undefined,
  state: 'new',
  reopened: 0,
  dirty: true,
});

const tally = (before: FamilyTally | undefined, added: FamilyTally): FamilyTally =>
  before === undefined
    ? added
    : {
        count: before.count + added.count,
        severity: worse(before.severity, added.severity),
        success: before.success || added.success,
      };

function reach(one: Growing, { fromMs, toMs, source }: { fromMs: number; toMs: number; source: string }): void {
  one.startMs = Math.min(one.startMs, fromMs);
  one.activeMs = Math.min(one.activeMs, Math.max(one.startMs, fromMs));
  one.endMs = Math.max(one.endMs, toMs);
  if (source !== '' && one.sources.size < MAX_SOURCES) one.sources.add(source);
  one.dirty = true;
}

/** What worked anew brings an incident back before those who had acknowledged it. */
function worked(one: Growing): void {
  if (one.state === 'acknowledged') one.state = 'new';
}

/** Grows by one detection; times may come out of order. */
export function growByDetection(one: Growing, detection: Detection, { timeMs, source }: { timeMs: number; source: string }): void {
  reach(one, { fromMs: timeMs, toMs: timeMs, source });
  one.hits++;
  if (detection.success) {
    one.hitSuccesses++;
    worked(one);
  }
  for (const [i, family] of detection.families.entries()) {
    // The detection's severity and success are those of its first family.
    const severity = i === 0 ? detection.severity : 'low';
    one.families.set(family, tally(one.families.get(family), { count: 1, severity, success: i === 0 && detection.success }));
  }
  for (const { rule } of detection.hits)
    if (one.rules.has(rule.id) || one.rules.size < MAX_RULES) one.rules.set(rule.id, (one.rules.get(rule.id) ?? 0) + 1);
  addBeat(one.beats, detection, timeMs);
}

/** Takes in a behaviour; one with a key that is there already takes its place. Beyond the bound the least grave goes. */
export function growByBehaviour(one: Growing, behaviour: Behaviour, source: string): void {
  reach(one, { fromMs: behaviour.startMs, toMs: behaviour.endMs, source });
  if (behaviour.success && !one.behaviours.get(behaviour.key)?.success) worked(one);
  one.behaviours.set(behaviour.key, behaviour);
  if (one.behaviours.size <= MAX_BEHAVIOURS) return;
  const [least] = [...one.behaviours.values()].sort((a, b) => (worse(a.rule.severity, b.rule.severity) === a.rule.severity ? 1 : -1));
  if (least !== undefined) one.behaviours.delete(least.key);
}

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
  const worked = one.hitSuccesses > 0 || [...one.behaviours.values()].some(({ success }) => success);
  return SEVERITIES.indexOf(severityOf(familiesOf(one))) + (worked ? SEVERITIES.length : 0);
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
  const spread = Math.max(one.sources.size, relatedCount);
  const seen = one.state === 'acknowledged' || one.state === 'closed';
  const { risk, parts } = riskOf({ severity, detections, successes, families: families.size, spread, silentMs: nowMs - one.endMs, seen });
  const rules = new Map(one.rules);
  for (const { rule, events } of behaviours) rules.set(rule.id, (rules.get(rule.id) ?? 0) + events);
  return {
    id: one.id,
    actor: one.actor,
    target: one.target,
    related,
    relatedCount,
    sources: [...one.sources],
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

export const toRecord = (one: Growing, nowMs: number): IncidentRecord => ({
  ...toIncident(one, nowMs),
  memory: {
    families: [...one.families],
    rules: [...one.rules],
    beats: one.beats.map((beat) => ({ ...beat, outcomes: { ...beat.outcomes } })),
    behaviours: [...one.behaviours.values()],
    hits: one.hits,
    hitSuccesses: one.hitSuccesses,
    lines: one.lines,
    activeMs: one.activeMs,
    first: one.first,
  },
});

/** The key of what an incident is about. */
export const keyOf = (actor: string, target: IncidentTarget | undefined): string =>
  target === undefined ? actor : `${target.kind}\u0000${target.value}`;

/** An incident of an earlier run, to go on with. */
export function fromRecord(record: IncidentRecord): Growing {
  const { memory } = record;
  return {
    ...newGrowing({ id: record.id, key: keyOf(record.actor, record.target), actor: record.actor, target: record.target }, record.startMs),
    sources: new Set(record.sources),
    endMs: record.endMs,
    activeMs: memory.activeMs,
    hits: memory.hits,
    hitSuccesses: memory.hitSuccesses,
    lines: memory.lines,
    families: new Map(memory.families),
    rules: new Map(memory.rules),
    beats: memory.beats.map((beat) => ({ ...beat, outcomes: { ...beat.outcomes } })),
    behaviours: new Map(memory.behaviours.map((behaviour) => [behaviour.key, behaviour])),
    notes: [...record.notes],
    first: memory.first,
    state: record.state,
    reopened: record.reopened,
    dirty: false,
  };
}
