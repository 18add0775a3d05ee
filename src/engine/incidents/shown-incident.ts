import type { Incident } from '../../model/incident.ts';
import { incidentTitle } from '../../text/incident-title.ts';

/** An incident as a screen is given it: its title, kept in English, in the language of the work. */
export function shownIncident<T extends Incident | undefined>(incident: T): T {
  return incident === undefined ? incident : { ...incident, title: incidentTitle(incident.title) };
}
