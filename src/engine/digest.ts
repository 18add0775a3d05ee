import { boundMessage } from '../alerts/bounded-message.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import { INCIDENT_GAP_MS } from '../incidents/tracker.ts';
import type { AlertMessage, AlertRecord } from '../model/alert.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';
import { incidentSubject } from '../text/incident-subject.ts';
import { count, duration } from '../text/units.ts';
import type { Statistics } from './statistics.ts';

export interface DigestParts {
  readonly incidents: IncidentTracker;
  readonly statistics: Statistics;
  /** Newest first. */
  readonly alerts: readonly AlertRecord[];
  readonly dropped: number;
  readonly host: string;
  readonly dateTime: (ms: number) => string;
  /** Hash of the newest record of the audit log; `''` when there is none. */
  readonly auditHead: string;
}

const MAX_LISTED = 5;

/** A summary of what happened from one time to another; undefined when nothing did, unless `empty` asks for it all the same. */
export function digestMessage(
  { fromMs, toMs }: { fromMs: number; toMs: number },
  parts: DigestParts,
  empty: boolean,
): Omit<AlertMessage, 'id' | 'createdMs'> | undefined {
  const held = parts.incidents.all();
  const fresh = held.filter(({ startMs }) => startMs >= fromMs);
  const open = held.filter(({ state }) => state !== 'closed');
  const closed = held.filter(({ state, endMs }) => state === 'closed' && endMs >= fromMs - INCIDENT_GAP_MS);
  const worked = held.filter(({ successes, endMs }) => successes > 0 && endMs >= fromMs);
  const tried = parts.alerts.filter(({ updatedMs }) => updatedMs >= fromMs);
  const of = (state: AlertRecord['state']): number => tried.filter((record) => record.state === state).length;
  if (!empty && fresh.length + worked.length + closed.length + tried.length === 0) return undefined;
  const top = parts.statistics.addresses({ window: '60m', sort: 'hits', reverse: false, limit: MAX_LISTED }).rows;
  const severity = SEVERITIES.findLast((one) => [...fresh, ...worked].some((incident) => incident.severity === one)) ?? 'low';
  const facts = [
    ['From', parts.dateTime(fromMs)],
    ['To', parts.dateTime(toMs)],
    ['Incidents', `${count(fresh.length)} new, ${count(open.length)} open, ${count(closed.length)} closed`],
    ['Successes', worked.length === 0 ? 'none' : listed(worked)],
    ['Top addresses', top.map(({ address, hits }) => `${address} (${count(hits)})`).join(', ')],
    ['Alerts', `${count(of('sent'))} sent, ${count(of('failed'))} failed, ${count(of('waiting'))} waiting`],
    ['Dropped', parts.dropped === 0 ? '' : `${count(parts.dropped)} for want of memory`],
    ['Audit log', parts.auditHead],
  ] as const;
  return boundMessage({
    id: '',
    createdMs: toMs,
    severity,
    title: `Digest of ${duration(toMs - fromMs)}: ${count(fresh.length)} new ${fresh.length === 1 ? 'incident' : 'incidents'}, ${count(worked.length)} that worked`,
    who: '',
    outcome: worked.length === 0 ? 'Nothing is known to have worked.' : 'Look at what worked first.',
    payload: '',
    facts: facts.filter(([, value]) => value !== ''),
    steps: worst(open).map((incident) => `${incidentSubject(incident)}: ${incident.title} (risk ${incident.risk})`),
    note: '',
    origin: parts.host,
    verdict: worked.length === 0 ? 'open' : 'worked',
    command: 'Run secmon',
  });
}

const worst = (incidents: readonly Incident[]): Incident[] => [...incidents].sort((a, b) => b.risk - a.risk).slice(0, MAX_LISTED);

const listed = (incidents: readonly Incident[]): string => {
  const more = incidents.length - MAX_LISTED;
  const named = worst(incidents).map((incident) => `${incidentSubject(incident)}: ${incident.title}`);
  return `${named.join('; ')}${more > 0 ? ` and ${more} more` : ''}`;
};
