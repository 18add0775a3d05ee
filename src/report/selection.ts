import type { Incident } from '../model/incident.ts';
import { actorOf } from '../net/address.ts';
import type { ReportLine } from './report-data.ts';

/** What of the logs a report is about; what is undefined does not narrow. */
export interface Selection {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  /** An address of the wanted host or network. */
  readonly isWanted?: ((address: string) => boolean) | undefined;
  /** Lines of this incident: of its actor, or of what the many did to its target. */
  readonly incident?: Incident | undefined;
}

/** How long before and after an incident its lines are taken: the first look around, and what came of it. */
const BEFORE_MS = 10 * 60_000;
const AFTER_MS = 30 * 60_000;

const pathOf = (target: string): string => target.split('?', 1)[0] ?? '';

/** Whether a line is of the incident's actor or target, whatever its time. */
function isOf(incident: Incident, { entry, source }: ReportLine): boolean {
  const { actor, target, related } = incident;
  const own = entry.address === '' ? '' : actorOf(entry.address);
  if (actor !== '') return own === actor;
  switch (target?.kind) {
    case 'path':
      return pathOf(entry.target).startsWith(target.value);
    case 'account':
      return entry.user === target.value || (entry.user === '' && related.includes(own));
    case 'host':
      return entry.host === target.value;
    case 'source':
      return source === target.value;
    default:
      return related.includes(own);
  }
}

/** The test of lines that a selection stands for. Lines without a time pass a window: nobody can tell. */
export function lineTest({ fromMs, toMs, isWanted, incident }: Selection): (line: ReportLine) => boolean {
  const from = Math.max(fromMs ?? Number.NEGATIVE_INFINITY, incident ? incident.startMs - BEFORE_MS : Number.NEGATIVE_INFINITY);
  const to = Math.min(toMs ?? Number.POSITIVE_INFINITY, incident ? incident.endMs + AFTER_MS : Number.POSITIVE_INFINITY);
  return (line) => {
    const { timeMs, address } = line.entry;
    if (timeMs !== undefined && (timeMs < from || timeMs > to)) return false;
    if (isWanted && (address === '' || !isWanted(address))) return false;
    return incident === undefined || isOf(incident, line);
  };
}

const bare = (actor: string): string => actor.replace(/\/64$/, '');

/** The test of incidents that a selection stands for. */
export function incidentTest({ fromMs, toMs, isWanted, incident }: Selection): (one: Incident) => boolean {
  return (one) => {
    if (incident)
      return one.actor === incident.actor && one.target?.kind === incident.target?.kind && one.target?.value === incident.target?.value;
    if (one.endMs < (fromMs ?? Number.NEGATIVE_INFINITY) || one.startMs > (toMs ?? Number.POSITIVE_INFINITY)) return false;
    return !isWanted || (one.actor === '' ? one.related : [one.actor]).some((actor) => isWanted(bare(actor)));
  };
}
