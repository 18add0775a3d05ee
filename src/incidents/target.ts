import type { Behaviour } from '../model/behaviour.ts';
import type { IncidentTarget } from '../model/incident.ts';

/** What each Sigma field that a behaviour is grouped by names; the first that is there tells the target. */
const KINDS: readonly (readonly [field: string, kind: IncidentTarget['kind']])[] = [
  ['cs-username', 'account'],
  ['cs-uri-stem', 'path'],
  ['cs-host', 'host'],
  ['source', 'source'],
  ['check', 'check'],
];

/** What the many actors of a behaviour do it to; the site as a whole when its group names nothing. */
export function targetOf({ group }: Behaviour): IncidentTarget {
  for (const [field, kind] of KINDS) {
    const value = group[field];
    if (value !== undefined && value !== '') return { kind, value };
  }
  return { kind: 'site', value: '' };
}
