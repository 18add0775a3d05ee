import { REOPEN_MS } from '../../incidents/held-incidents.ts';
import type { IncidentTracker } from '../../incidents/tracker.ts';
import { t } from '../../lang/lang.ts';
import type { IncidentRecord } from '../../model/incident.ts';

/** The part of the store that this reads. */
export interface KeptIncidents {
  open(limit?: number): readonly IncidentRecord[];
  recent(limit?: number): readonly IncidentRecord[];
}

const MAX_RECENT = 500;

/** Goes on with the incidents of earlier runs; what the operator should know of them, `''` when nothing is open. */
export function restoreIncidents(kept: KeptIncidents, tracker: IncidentTracker): string {
  const open = kept.open();
  const newestMs = Math.max(...open.map(({ endMs }) => endMs));
  const closed = kept.recent(MAX_RECENT).filter(({ state, endMs }) => state === 'closed' && newestMs - endMs <= REOPEN_MS);
  // The one silent longest first: so the tracker keeps them.
  for (const record of [...open, ...closed].sort((a, b) => a.endMs - b.endMs)) tracker.restore(record);
  return sinceYouLeft(open);
}

function sinceYouLeft(open: readonly IncidentRecord[]): string {
  const fresh = open.filter(({ state, reopened }) => state === 'new' && reopened === 0).length;
  const reopened = open.filter(({ state, reopened: times }) => state === 'new' && times > 0).length;
  const acknowledged = open.length - fresh - reopened;
  const words = [
    fresh > 0 ? t('{count} new', { count: fresh }) : '',
    reopened > 0 ? t('{count} reopened', { count: reopened }) : '',
    acknowledged > 0 ? t('{count} acknowledged', { count: acknowledged }) : '',
  ].filter((word) => word !== '');
  return words.length === 0 ? '' : t('incidents kept from before: {words}', { words: words.join(', ') });
}
