import type { Incident, IncidentTarget } from '../model/incident.ts';

const TARGET_WORDS: Readonly<Record<IncidentTarget['kind'], (value: string) => string>> = {
  path: (value) => value,
  account: (value) => `account ${value}`,
  host: (value) => `host ${value}`,
  source: (value) => `log ${value}`,
  site: () => 'the whole site',
};

/** Whom or what an incident is about: its actor, or the target that many share. Hostile text as logged. */
export const incidentSubject = ({ actor, target }: Pick<Incident, 'actor' | 'target'>): string =>
  target === undefined ? actor : TARGET_WORDS[target.kind](target.value);
