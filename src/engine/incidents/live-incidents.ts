import type { Policy } from '../../alerts/policy/policy.ts';
import type { Subject } from '../../alerts/policy/subject.ts';
import { keyOf } from '../../incidents/growing.ts';
import { REOPEN_MS } from '../../incidents/held-incidents.ts';
import { targetOf } from '../../incidents/target.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import { type Detection, type Family, type Outcome, SEVERITIES, type Severity } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { keptSubject } from '../../text/incident-subject.ts';
import type { HeldLine } from '../feed/held-line.ts';
import { toFilterRow } from '../screens/line-filter.ts';

/** What is live of each incident: neither history nor what was read too late. Bounded: what was touched longest ago is forgotten. */
export interface LiveIncidents {
  detection(actor: string, detection: Detection, line: HeldLine & { readonly timeMs: number }): void;
  behaviour(behaviour: Behaviour): void;
  /** The incident as policy sees it, with what is new since it was asked for before; undefined when nothing of it is live. */
  take(incident: Incident, tags: readonly string[]): Subject | undefined;
}

interface Live {
  severity: Severity;
  success: boolean;
  readonly families: Map<Family, number>;
  readonly outcomes: Set<Outcome>;
  readonly sources: Set<string>;
  readonly passed: Set<number>;
  /** Events of each behaviour that were counted. */
  readonly behaviours: Map<string, number>;
  detections: number;
  successes: number;
  fresh: boolean;
  lastMs: number;
}

const MAX_LIVE = 20_000;
const MAX_SOURCES = 20;
const MAX_BEHAVIOURS = 40;

const newLive = (timeMs: number): Live => ({
  severity: 'low',
  success: false,
  families: new Map(),
  outcomes: new Set(),
  sources: new Set(),
  passed: new Set(),
  behaviours: new Map(),
  detections: 0,
  successes: 0,
  fresh: false,
  lastMs: timeMs,
});

const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b);

export function createLiveIncidents({ rules }: Policy): LiveIncidents {
  const lives = new Map<string, Live>();
  const filters = rules.flatMap(({ number, filter }) => (filter === undefined ? [] : [{ number, filter }]));

  const at = (key: string, timeMs: number): Live => {
    const known = lives.get(key);
    lives.delete(key);
    // After so long it is another incident.
    const live = known !== undefined && timeMs - known.lastMs <= REOPEN_MS ? known : newLive(timeMs);
    lives.set(key, live);
    if (lives.size > MAX_LIVE) for (const oldest of lives.keys()) if (lives.delete(oldest)) break;
    live.lastMs = Math.max(live.lastMs, timeMs);
    live.fresh = true;
    return live;
  };

  return {
    detection(actor, detection, line) {
      const live = at(keyOf(actor, undefined), line.timeMs);
      live.severity = worse(live.severity, detection.severity);
      live.detections++;
      if (detection.success) {
        live.success = true;
        live.successes++;
      }
      const [family] = detection.families;
      if (family !== undefined) live.families.set(family, (live.families.get(family) ?? 0) + 1);
      live.outcomes.add(detection.outcome);
      if (live.sources.size < MAX_SOURCES) live.sources.add(line.sourceName);
      for (const { number, filter } of filters) if (!live.passed.has(number) && filter.test(toFilterRow(line))) live.passed.add(number);
    },
    behaviour(behaviour) {
      const { key, rule, success, group, endMs, silent, events } = behaviour;
      const actor = group['c-ip'] ?? '';
      const live = at(keyOf(actor, actor === '' ? targetOf(behaviour) : undefined), endMs);
      live.severity = worse(live.severity, rule.severity);
      // Events of one actor that a rule flags were counted line by line.
      const counted = actor === '' ? events : silent;
      const before = live.behaviours.get(key);
      if (before !== undefined || live.behaviours.size < MAX_BEHAVIOURS) live.behaviours.set(key, counted);
      live.detections += Math.max(0, counted - (before ?? 0));
      if (success && (before === undefined || !live.success)) live.successes++;
      live.success ||= success;
      const [family] = rule.families;
      if (family !== undefined && !live.families.has(family)) live.families.set(family, 1);
      if (group['source'] !== undefined) live.sources.add(group['source']);
    },
    take(incident, tags) {
      const live = lives.get(keyOf(incident.actor, incident.target));
      if (live === undefined) return undefined;
      const { detections, successes, fresh } = live;
      live.detections = 0;
      live.successes = 0;
      live.fresh = false;
      return {
        id: incident.id,
        who: keptSubject(incident),
        actor: incident.actor,
        title: incident.title,
        severity: live.severity,
        success: live.success,
        risk: incident.risk,
        families: [...live.families].sort((a, b) => b[1] - a[1]).map(([family]) => family),
        outcomes: [...live.outcomes],
        tags,
        sources: [...live.sources],
        passed: [...live.passed],
        state: incident.state,
        live: fresh,
        added: { detections, successes },
      };
    },
  };
}
