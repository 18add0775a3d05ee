import { boundMessage } from '../../alerts/bounded-message.ts';
import { INCIDENT_GAP_MS } from '../../incidents/held-incidents.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t, tn } from '../../lang/lang.ts';
import type { AlertMessage, AlertRecord } from '../../model/alert.ts';
import { SEVERITIES } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { incidentSubject } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { spanWords } from '../../text/span-words.ts';
import { count } from '../../text/units.ts';
import type { Statistics } from '../statistics.ts';

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
    [t('From'), parts.dateTime(fromMs)],
    [t('To'), parts.dateTime(toMs)],
    [
      t('Incidents'),
      t('{fresh} new, {open} open, {closed} closed', {
        fresh: count(fresh.length),
        open: count(open.length),
        closed: count(closed.length),
      }),
    ],
    [t('Successes'), worked.length === 0 ? t('none') : listed(worked)],
    [t('Top addresses'), top.map(({ address, hits }) => `${address} (${count(hits)})`).join(', ')],
    [
      t('Alerts'),
      t('{sent} sent, {failed} failed, {waiting} waiting', {
        sent: count(of('sent')),
        failed: count(of('failed')),
        waiting: count(of('waiting')),
      }),
    ],
    [t('Dropped'), parts.dropped === 0 ? '' : t('{count} for want of memory', { count: count(parts.dropped) })],
    [t('Audit log'), parts.auditHead],
  ] as const;
  return boundMessage({
    id: '',
    createdMs: toMs,
    severity,
    title: digestTitle(toMs - fromMs, fresh.length, worked.length),
    who: '',
    outcome: worked.length === 0 ? t('Nothing is known to have worked.') : t('Look at what worked first.'),
    payload: '',
    facts: facts.filter(([, value]) => value !== ''),
    steps: worst(open).map((incident) =>
      t('{who}: {title} (risk {risk})', { who: incidentSubject(incident), title: incidentTitle(incident.title), risk: incident.risk }),
    ),
    note: '',
    origin: parts.host,
    verdict: worked.length === 0 ? 'open' : 'worked',
    command: t('Run secmon'),
  });
}

const digestTitle = (spanMs: number, fresh: number, worked: number): string =>
  tn(
    fresh,
    'Digest of {span}: {fresh} new incident, {worked} that worked',
    'Digest of {span}: {fresh} new incidents, {worked} that worked',
    {
      span: spanWords(spanMs),
      fresh: count(fresh),
      worked: count(worked),
    },
  );

const worst = (incidents: readonly Incident[]): Incident[] => [...incidents].sort((a, b) => b.risk - a.risk).slice(0, MAX_LISTED);

const listed = (incidents: readonly Incident[]): string => {
  const more = incidents.length - MAX_LISTED;
  const named = worst(incidents)
    .map((incident) => `${incidentSubject(incident)}: ${incidentTitle(incident.title)}`)
    .join('; ');
  return more > 0 ? t('{names} and {more} more', { names: named, more }) : named;
};
