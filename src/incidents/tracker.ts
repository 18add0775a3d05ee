import type { Detection, Family, Severity } from '../model/detection.ts';
import type { Incident, IncidentState } from '../model/incident.ts';
import { riskOf } from './risk.ts';
import { addBeat, type Beat, beatRow, type FamilyTally, stageOf, titleOf, worse } from './story.ts';

/** Silence in event time that closes an incident. */
export const INCIDENT_GAP_MS = 30 * 60_000;
const MAX_RULES = 50;
const MAX_SOURCES = 20;

interface Open {
  readonly id: string;
  readonly actor: string;
  readonly sources: Set<string>;
  startMs: number;
  endMs: number;
  severity: Severity;
  detections: number;
  successes: number;
  entries: number;
  /** In the order in which they were first seen. */
  readonly families: Map<Family, FamilyTally>;
  readonly rules: Map<string, number>;
  readonly beats: Beat[];
  state: IncidentState;
  dirty: boolean;
}

/** Follows what each actor does: one open incident an actor, in bounded memory. Time is event time. */
export interface IncidentTracker {
  /** Counts a line of an actor that has an open incident. */
  entry(actor: string, timeMs: number): void;
  /** Opens or grows the actor's incident. */
  detection(actor: string, detection: Detection, options: { timeMs: number; source: string }): void;
  /** Closes what has been silent for {@link INCIDENT_GAP_MS} before `nowMs`. */
  advance(nowMs: number): void;
  of(actor: string): Incident | undefined;
  /** The family that worked for this actor, if any did; of several the most frequent. */
  succeeded(actor: string): Family | undefined;
  byId(id: string): Incident | undefined;
  /** Open incidents, highest risk first. */
  open(limit?: number): Incident[];
  readonly openCount: number;
  story(actor: string): ReturnType<typeof beatRow>[];
  mark(id: string, state: IncidentState): void;
  /** Incidents changed since the last call, closed ones included; clears the marks. */
  takeChanged(): Incident[];
  /** Open incidents closed early because the table was full. */
  readonly evicted: number;
}

const toIncident = (o: Open): Incident => ({
  id: o.id,
  actor: o.actor,
  sources: [...o.sources],
  startMs: o.startMs,
  endMs: o.endMs,
  severity: o.severity,
  risk: riskOf({ severity: o.severity, detections: o.detections, successes: o.successes, families: o.families.size }),
  detections: o.detections,
  successes: o.successes,
  entries: o.entries,
  families: Object.fromEntries([...o.families].map(([family, { count }]) => [family, count])),
  rules: Object.fromEntries(o.rules),
  stage: stageOf(o.families),
  title: titleOf(o.families),
  state: o.state,
});

/** Grows `o` by one detection; times may come out of order. */
function grow(o: Open, detection: Detection, { timeMs, source }: { timeMs: number; source: string }): void {
  o.startMs = Math.min(o.startMs, timeMs);
  o.endMs = Math.max(o.endMs, timeMs);
  o.severity = worse(o.severity, detection.severity);
  o.detections++;
  if (o.sources.size < MAX_SOURCES) o.sources.add(source);
  if (detection.success) o.successes++;
  for (const [i, family] of detection.families.entries()) {
    const before = o.families.get(family) ?? { count: 0, severity: 'low', success: false };
    // The detection's severity and success are those of its first family.
    const severity = i === 0 ? worse(before.severity, detection.severity) : before.severity;
    o.families.set(family, { count: before.count + 1, severity, success: before.success || (i === 0 && detection.success) });
  }
  for (const hit of detection.hits) {
    if (o.rules.has(hit.rule.id) || o.rules.size < MAX_RULES) o.rules.set(hit.rule.id, (o.rules.get(hit.rule.id) ?? 0) + 1);
  }
  addBeat(o.beats, detection, timeMs);
  o.dirty = true;
}

/**
 * @param options.newId makes unique incident ids
 * @param options.maxOpen open incidents held; beyond it the one silent longest is closed and counted as evicted
 */
export function createIncidentTracker({ newId, maxOpen = 5_000 }: { newId: () => string; maxOpen?: number }): IncidentTracker {
  // Insertion order is order of last detection: the first is the one silent longest.
  const byActor = new Map<string, Open>();
  const byIdentifier = new Map<string, Open>();
  let closed: Incident[] = [];
  let evicted = 0;

  const close = (o: Open): void => {
    byActor.delete(o.actor);
    byIdentifier.delete(o.id);
    closed.push({ ...toIncident(o), state: 'closed' });
  };

  return {
    entry(actor, timeMs) {
      const o = byActor.get(actor);
      if (!o || timeMs < o.startMs || timeMs - o.endMs > INCIDENT_GAP_MS) return;
      o.entries++;
      o.dirty = true;
    },
    detection(actor, detection, options) {
      let o = byActor.get(actor);
      if (o && options.timeMs - o.endMs > INCIDENT_GAP_MS) {
        close(o);
        o = undefined;
      }
      if (!o) {
        o = {
          id: newId(),
          actor,
          sources: new Set(),
          startMs: options.timeMs,
          endMs: options.timeMs,
          severity: 'low',
          detections: 0,
          successes: 0,
          entries: 1,
          families: new Map(),
          rules: new Map(),
          beats: [],
          state: 'new',
          dirty: true,
        };
        byIdentifier.set(o.id, o);
        if (byActor.size >= maxOpen) {
          const oldest = byActor.values().next().value;
          if (oldest) close(oldest);
          evicted++;
        }
      } else {
        // Last again: the first is always the one silent longest.
        byActor.delete(actor);
        o.entries++;
      }
      byActor.set(actor, o);
      grow(o, detection, options);
    },
    advance(nowMs) {
      for (const o of byActor.values()) if (nowMs - o.endMs > INCIDENT_GAP_MS) close(o);
    },
    of: (actor) => {
      const o = byActor.get(actor);
      return o && toIncident(o);
    },
    succeeded(actor) {
      const worked = [...(byActor.get(actor)?.families ?? [])].filter(([, { success }]) => success);
      return worked.sort((one, other) => other[1].count - one[1].count)[0]?.[0];
    },
    byId: (id) => {
      const o = byIdentifier.get(id);
      return o && toIncident(o);
    },
    open: (limit = Number.POSITIVE_INFINITY) =>
      [...byActor.values()]
        .map(toIncident)
        .sort((a, b) => b.risk - a.risk || b.endMs - a.endMs || (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    get openCount() {
      return byActor.size;
    },
    story: (actor) => byActor.get(actor)?.beats.map(beatRow) ?? [],
    mark(id, state) {
      const o = byIdentifier.get(id);
      if (!o) return;
      o.state = state;
      o.dirty = true;
    },
    takeChanged() {
      const changed = closed;
      closed = [];
      for (const o of byActor.values()) {
        if (!o.dirty) continue;
        o.dirty = false;
        changed.push(toIncident(o));
      }
      return changed;
    },
    get evicted() {
      return evicted;
    },
  };
}
