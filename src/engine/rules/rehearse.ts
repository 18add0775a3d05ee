import { randomBytes } from 'node:crypto';
import type { Findings } from '../../detection/detector.ts';
import { familiesOf } from '../../detection/outcome.ts';
import type { CorrelationRule } from '../../incidents/correlation/correlation-rule.ts';
import { createCorrelator } from '../../incidents/correlation/correlator.ts';
import { createIncidentTracker } from '../../incidents/tracker.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import { type Detection, type Hit, SEVERITY_NUMBER } from '../../model/detection.ts';
import type { Entry } from '../../model/entry.ts';
import type { Incident } from '../../model/incident.ts';
import type { Rehearsal, RehearsedIncident } from '../../model/rule-list.ts';
import { actorOf } from '../../net/address.ts';
import { incidentSubject } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import type { HeldLine } from '../feed/held-line.ts';
import type { Pace } from '../input/pace.ts';
import { severityOf } from '../pipeline.ts';

/** The rules as they are, or as they would be. */
export interface RehearsedRules {
  readonly correlations: readonly CorrelationRule[];
  /** Whether what a rule found is kept quiet. */
  hides(ruleId: string, entry: Entry, success: boolean): boolean;
  hidesBehaviour(behaviour: Behaviour): boolean;
}

export interface RehearsalParts {
  /** In the order in which they came. */
  readonly lines: readonly HeldLine[];
  readonly now: RehearsedRules;
  readonly would: RehearsedRules;
  readonly detect: (entry: Entry) => Findings | undefined;
  readonly isTrusted: (address: string, userAgent: string) => boolean;
  readonly isTrustedActor: (actor: string) => boolean;
  readonly pace: Pace;
  readonly isCancelled: () => boolean;
}

/** What is told beside the change itself. */
export type Rehearsed = Omit<Rehearsal, 'change' | 'yaml'>;

const HOUR_MS = 3_600_000;
const STEP_MS = 1_000;
const MAX_CHANGED = 50;
const MAX_RULES = 20;

/** A line of the past hour with what the rules find in it, looked at once for both runs. */
interface Looked {
  readonly line: HeldLine;
  readonly timeMs: number;
  readonly actor: string;
  readonly trusted: boolean;
  readonly hits: readonly Hit[];
  readonly observed: readonly string[];
}

/** One run over the lines: the same parts as the live ones, new and empty. */
interface Run {
  take(looked: Looked): void;
  advance(nowMs: number): void;
  settle(): void;
  readonly detections: number;
  readonly perRule: ReadonlyMap<string, number>;
  incidents(): ReadonlyMap<string, Incident>;
}

function createRun(rules: RehearsedRules, isTrustedActor: (actor: string) => boolean): Run {
  let id = 0;
  const tracker = createIncidentTracker({ newId: () => String(++id) });
  const seed = randomBytes(8);
  const correlator = createCorrelator({ rules: rules.correlations, seed: [seed.readInt32LE(0), seed.readInt32LE(4)] });
  const perRule = new Map<string, number>();
  const runs = new Set<string>();
  let detections = 0;
  const count = (name: string): void => void perRule.set(name, (perRule.get(name) ?? 0) + 1);
  const tell = (found: readonly Behaviour[], source: string): void => {
    for (const behaviour of found) {
      if (rules.hidesBehaviour(behaviour)) continue;
      if (!runs.has(behaviour.key)) count(behaviour.rule.name);
      runs.add(behaviour.key);
      const isTrusted = isTrustedActor(behaviour.group['c-ip'] ?? '');
      const told: Behaviour = isTrusted ? { ...behaviour, success: false, rule: { ...behaviour.rule, severity: 'low' } } : behaviour;
      tracker.behaviour(told, behaviour.group['source'] ?? source);
    }
  };
  return {
    take({ line, timeMs, actor, trusted, hits, observed }) {
      const { entry, success, outcome = 'none', note, sourceName: source } = line;
      const heard = (ruleId: string): boolean => !rules.hides(ruleId, entry, success);
      const left = hits.filter(({ rule }) => heard(rule.id));
      if (actor !== '') tracker.entry(actor, timeMs, entry.target || entry.message);
      if (left.length > 0) {
        const severity = severityOf(left, { success, trusted });
        const detection: Detection = { entry, hits: left, families: familiesOf(left), severity, outcome, success, note };
        detections++;
        for (const { rule } of left) count(rule.name);
        if (actor !== '') tracker.detection(actor, detection, { timeMs, source });
      }
      const seen = observed.filter(heard);
      if (seen.length > 0) tell(correlator.observe({ entry, timeMs, observed: seen, loud: left.length > 0, actor, source }), source);
    },
    advance(nowMs) {
      tell(correlator.advance(nowMs), '');
      tracker.advance(nowMs);
    },
    settle: () => tell(correlator.settle(), ''),
    get detections() {
      return detections;
    },
    perRule,
    incidents: () => new Map(tracker.all().map((incident) => [incidentSubject(incident), incident])),
  };
}

const toldOf = (incident: Incident | undefined): RehearsedIncident | undefined =>
  incident && { severity: incident.severity, risk: incident.risk, title: incidentTitle(incident.title) };

/** Incidents that are new, gone, or of another severity or risk; worst first. */
function changedIncidents(now: ReadonlyMap<string, Incident>, would: ReadonlyMap<string, Incident>): Rehearsed['changed'] {
  const weight = (incident: Incident | undefined): number => (incident ? SEVERITY_NUMBER[incident.severity] * 1000 + incident.risk : 0);
  return [...new Set([...now.keys(), ...would.keys()])]
    .map((subject) => ({ subject, now: now.get(subject), would: would.get(subject) }))
    .filter((each) => each.now?.severity !== each.would?.severity || each.now?.risk !== each.would?.risk)
    .sort((a, b) => Math.max(weight(b.now), weight(b.would)) - Math.max(weight(a.now), weight(a.would)))
    .slice(0, MAX_CHANGED)
    .map((each) => ({ subject: each.subject, now: toldOf(each.now), would: toldOf(each.would) }));
}

function changedRules(now: ReadonlyMap<string, number>, would: ReadonlyMap<string, number>): Rehearsed['rules'] {
  return [...new Set([...now.keys(), ...would.keys()])]
    .map((name) => ({ name, now: now.get(name) ?? 0, would: would.get(name) ?? 0 }))
    .filter((rule) => rule.now !== rule.would)
    .sort((a, b) => Math.abs(b.now - b.would) - Math.abs(a.now - a.would) || (a.name < b.name ? -1 : 1))
    .slice(0, MAX_RULES);
}

/** The lines of the last hour of event time, and from when on none of them is missing. */
function lastHour(lines: readonly HeldLine[]): { readonly lines: readonly HeldLine[]; readonly completeFromMs: number | undefined } {
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { entry } of lines) if (entry.timeMs !== undefined && entry.timeMs > newestMs) newestMs = entry.timeMs;
  const gap = lines.findLastIndex(({ id }, i) => i > 0 && (lines[i - 1]?.id ?? id - 1) !== id - 1);
  const complete = lines.slice(Math.max(0, gap)).find(({ entry }) => (entry.timeMs ?? 0) >= newestMs - HOUR_MS);
  return { lines: lines.filter(({ entry }) => (entry.timeMs ?? newestMs) >= newestMs - HOUR_MS), completeFromMs: complete?.entry.timeMs };
}

/**
 * What the held lines of the last hour raise with the rules as they are and as they would be: both runs begin with nothing, so that only the change
 * makes a difference. Works in slices; undefined when it was cancelled.
 */
export async function rehearse(parts: RehearsalParts): Promise<Rehearsed | undefined> {
  const { detect, isTrusted, isTrustedActor, pace, isCancelled } = parts;
  const { lines, completeFromMs } = lastHour(parts.lines);
  const runs = [createRun(parts.now, isTrustedActor), createRun(parts.would, isTrustedActor)] as const;
  let fromMs: number | undefined;
  let toMs: number | undefined;
  let advancedMs = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const resting = pace.rest();
    if (resting !== undefined) await resting;
    if (isCancelled()) return undefined;
    const { entry } = line;
    const timeMs = entry.timeMs ?? toMs ?? 0;
    const findings = detect(entry);
    const actor = entry.address === '' ? '' : actorOf(entry.address);
    const trusted = isTrusted(entry.address, entry.userAgent);
    for (const run of runs) run.take({ line, timeMs, actor, trusted, hits: findings?.hits ?? [], observed: findings?.observed ?? [] });
    fromMs = Math.min(fromMs ?? timeMs, timeMs);
    toMs = Math.max(toMs ?? timeMs, timeMs);
    if (toMs - advancedMs < STEP_MS) continue;
    advancedMs = toMs;
    for (const run of runs) run.advance(toMs);
  }
  for (const run of runs) run.settle();
  const [now, would] = runs;
  const [before, after] = [now.incidents(), would.incidents()];
  return {
    lines: lines.length,
    fromMs,
    toMs,
    completeFromMs,
    detections: { now: now.detections, would: would.detections },
    incidents: { now: before.size, would: after.size },
    changed: changedIncidents(before, after),
    rules: changedRules(now.perRule, would.perRule),
  };
}
