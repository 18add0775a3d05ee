import { isIP } from 'node:net';
import type { Detection, Outcome } from '../model/detection.ts';
import { SEVERITY_NUMBER } from '../model/detection.ts';
import type { EntryKind } from '../model/entry.ts';
import type { Incident } from '../model/incident.ts';
import { OBSERVER } from './observer.ts';

export const ECS_VERSION = '8.17.0';
const iso = (timeMs: number): string => new Date(timeMs).toISOString();

/** ECS `event.outcome`: did the attack succeed? Only a claimed success or a clear refusal is more than unknown. */
function ecsOutcome(outcome: Outcome, success: boolean): 'success' | 'failure' | 'unknown' {
  if (success) return 'success';
  return outcome === 'blocked' || outcome === 'refused' ? 'failure' : 'unknown';
}

const peer = (address: string) => (isIP(address) ? { ip: address, address } : { address });
const orAbsent = (text: string): string | undefined => (text === '' ? undefined : text);

/** ECS `event.category` by what the line is about. */
const CATEGORIES: Readonly<Record<EntryKind, readonly string[]>> = {
  http: ['intrusion_detection', 'web'],
  'web-error': ['intrusion_detection', 'web'],
  sshd: ['intrusion_detection', 'authentication'],
  fail2ban: ['intrusion_detection', 'authentication'],
  application: ['intrusion_detection'],
  plain: ['intrusion_detection'],
};

export interface DetectionPlace {
  /** Of the detection, the same whenever the line is read; absent where nobody made one. */
  readonly id?: string | undefined;
  /** The line's number in its source, from 1. */
  readonly sequence: number;
  readonly source: string;
  /** Stands in for a line without a time of its own. */
  readonly fallbackMs: number;
}

/** A detection as one ECS document (`secmon.detection`; design: "What leaves the program"). Absent values are undefined and vanish in JSON. */
export function ecsDetection(detection: Detection, { id, sequence, source, fallbackMs }: DetectionPlace): object {
  const { entry, hits } = detection;
  const techniques = [...new Set(hits.flatMap((h) => h.rule.techniques))];
  return {
    '@timestamp': iso(entry.timeMs ?? fallbackMs),
    ecs: { version: ECS_VERSION },
    event: {
      // First, as outputs look for it there.
      id,
      kind: 'alert',
      type: ['info'],
      dataset: 'secmon.detection',
      category: CATEGORIES[entry.kind],
      severity: SEVERITY_NUMBER[detection.severity],
      outcome: ecsOutcome(detection.outcome, detection.success),
      sequence,
      original: entry.raw,
    },
    source: entry.address === '' ? undefined : peer(entry.address),
    user: entry.user === '' ? undefined : { name: entry.user },
    http:
      entry.status === 0 && entry.method === ''
        ? undefined
        : {
            request: { method: orAbsent(entry.method), referrer: orAbsent(entry.referer) },
            response: { status_code: entry.status || undefined, body: entry.bytes < 0 ? undefined : { bytes: entry.bytes } },
          },
    url: entry.target === '' ? undefined : { original: entry.target, domain: orAbsent(entry.host) },
    user_agent: entry.userAgent === '' ? undefined : { original: entry.userAgent },
    message: orAbsent(entry.message),
    rule: { id: hits.map((h) => h.rule.id), name: hits.map((h) => h.rule.name), category: [...detection.families] },
    threat: techniques.length > 0 ? { technique: { id: techniques } } : undefined,
    log: { file: { path: source } },
    observer: OBSERVER,
    secmon: {
      outcome: detection.outcome,
      success: detection.success || undefined,
      note: orAbsent(detection.note),
      matches: hits.flatMap((h) => h.matches.map((m) => ({ rule: h.rule.id, field: m.sigmaField, view: m.view, text: m.text }))),
    },
  };
}

/** An incident as one ECS document (`secmon.incident`). */
export function ecsIncident(incident: Incident): object {
  return {
    '@timestamp': iso(incident.endMs),
    ecs: { version: ECS_VERSION },
    event: {
      kind: 'alert',
      type: ['info'],
      dataset: 'secmon.incident',
      category: ['intrusion_detection'],
      id: incident.id,
      severity: SEVERITY_NUMBER[incident.severity],
      outcome: incident.successes > 0 ? 'success' : 'unknown',
      start: iso(incident.startMs),
      end: iso(incident.endMs),
      risk_score: incident.risk,
    },
    message: incident.title,
    source: incident.actor === '' ? undefined : peer(incident.actor.replace(/\/64$/, '')),
    related: incident.target === undefined ? undefined : { ip: incident.related.map((actor) => actor.replace(/\/64$/, '')) },
    rule: { id: Object.keys(incident.rules), category: Object.keys(incident.families) },
    log: { file: { path: incident.sources[0] } },
    observer: OBSERVER,
    secmon: {
      risk: incident.risk,
      risk_parts: incident.riskParts,
      target: incident.target,
      actors: incident.target === undefined ? undefined : incident.relatedCount,
      entries: incident.entries,
      detections: incident.detections,
      successes: incident.successes,
      stage: incident.stage,
      families: incident.families,
      state: incident.state,
      reopened: incident.reopened || undefined,
    },
  };
}
