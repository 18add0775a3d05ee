import { createBoundedMap } from '../collections/bounded-map.ts';
import type { Incident } from '../model/incident.ts';

/** Tells which changes of an incident are worth a document of their own. */
export interface IncidentNews {
  /** @param nowMs monotonic */
  isNews(incident: Incident, nowMs: number): boolean;
}

const MAX_HELD = 10_000;
/** An incident that only grows is told so often. */
const GROWTH_MS = 60_000;

/** What a reader would act on: how bad it is, how far it came, what worked, and what became of it. */
const gist = ({ severity, stage, successes, state, reopened, families }: Incident): string =>
  [severity, stage, successes > 0, state, reopened, ...Object.keys(families).sort()].join(' ');

/** Opened, changed in {@link gist}, closed; or grown since a minute ago. */
export function createIncidentNews(): IncidentNews {
  const told = createBoundedMap<string, { readonly gist: string; readonly atMs: number }>(MAX_HELD);
  return {
    isNews(incident, nowMs) {
      const now = gist(incident);
      const before = told.get(incident.id);
      if (before !== undefined && before.gist === now && nowMs - before.atMs < GROWTH_MS) return false;
      told.set(incident.id, { gist: now, atMs: nowMs });
      return true;
    },
  };
}
