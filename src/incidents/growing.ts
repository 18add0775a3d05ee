import type { Behaviour } from '../model/behaviour.ts';
import type { Detection, Family } from '../model/detection.ts';
import type { FamilyTally, IncidentNote, IncidentState, IncidentTarget } from '../model/incident.ts';
import { addBeat, beatOf, type GrowingBeat, worse } from './story.ts';

/** An incident as the tracker keeps it. */
export interface Growing {
  readonly id: string;
  /** What it is found by: the actor, or the target. */
  readonly key: string;
  readonly actor: string;
  readonly target: IncidentTarget | undefined;
  sources: readonly string[];
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
  beats: GrowingBeat[];
  behaviours: ReadonlyMap<string, Behaviour>;
  readonly notes: IncidentNote[];
  first: { readonly timeMs: number; readonly text: string } | undefined;
  state: IncidentState;
  reopened: number;
  /** Points for what checks have found open where it attacks. */
  exposure: number;
  /** How much would be lost with it; -1 until somebody asks. */
  worth: number;
}

const MAX_RULES = 50;
const MAX_SOURCES = 20;
const MAX_BEHAVIOURS = 40;
/** Most incidents are one request of one address: what they lack is the same for all. */
const NO_SOURCES: readonly string[] = [];
const NO_BEHAVIOURS: ReadonlyMap<string, Behaviour> = new Map();

/** Field by field: a spread object would have a hidden class of its own in each of ten thousand incidents. */
export const newGrowing = ({ id, key, actor, target }: Pick<Growing, 'id' | 'key' | 'actor' | 'target'>, timeMs: number): Growing => ({
  id,
  key,
  actor,
  target,
  sources: NO_SOURCES,
  startMs: timeMs,
  endMs: timeMs,
  activeMs: timeMs,
  hits: 0,
  hitSuccesses: 0,
  lines: 0,
  families: new Map(),
  rules: new Map(),
  beats: [],
  behaviours: NO_BEHAVIOURS,
  notes: [],
  first: undefined,
  state: 'new',
  reopened: 0,
  exposure: 0,
  worth: -1,
});

export const tally = (before: FamilyTally | undefined, added: FamilyTally): FamilyTally =>
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
  one.worth = -1;
  if (source !== '' && one.sources.length < MAX_SOURCES && !one.sources.includes(source)) one.sources = [...one.sources, source];
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
  // A list of just one: a push makes room for sixteen more.
  if (one.beats.length === 0) one.beats = [beatOf(detection, timeMs)];
  else addBeat(one.beats, detection, timeMs);
}

/** Takes in a behaviour; one with a key that is there already takes its place. Beyond the bound the least grave goes. */
export function growByBehaviour(one: Growing, behaviour: Behaviour, source: string): void {
  reach(one, { fromMs: behaviour.startMs, toMs: behaviour.endMs, source });
  if (behaviour.success && !one.behaviours.get(behaviour.key)?.success) worked(one);
  const behaviours = new Map(one.behaviours).set(behaviour.key, behaviour);
  one.behaviours = behaviours;
  if (behaviours.size <= MAX_BEHAVIOURS) return;
  const [least] = [...behaviours.values()].sort((a, b) => (worse(a.rule.severity, b.rule.severity) === a.rule.severity ? 1 : -1));
  if (least !== undefined) behaviours.delete(least.key);
}

/** The key of what an incident is about. */
export const keyOf = (actor: string, target: IncidentTarget | undefined): string =>
  target === undefined ? actor : `${target.kind}\u0000${target.value}`;
