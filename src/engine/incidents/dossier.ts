import { hostname } from 'node:os';
import type { AlertFacts } from '../../alerts/alert-facts.ts';
import { nextSteps } from '../../alerts/next-steps.ts';
import type { Enricher } from '../../enrichment/enrichment.ts';
import { timelineOf } from '../../incidents/timeline.ts';
import type { Family } from '../../model/detection.ts';
import type { Incident, IncidentRecord } from '../../model/incident.ts';
import type { Dossier, Payload, StoryRow, Who } from '../../report/report-data.ts';

/** What is known of an actor offline. */
export type Whois = (actor: string) => Who;

/** What this machine knows by itself. */
export const createWhois =
  (enricher: Enricher): Whois =>
  (actor) => {
    const { country, network, tag } = enricher.about(actor);
    return { country, network, tags: tag === '' ? [] : [tag] };
  };

export interface DossierParts {
  readonly story: readonly StoryRow[];
  /** Strongest first. */
  readonly payloads: readonly Payload[];
  readonly who: Who;
}

/** The story of an incident as the store keeps it. */
export const storyOf = ({ memory: { first, beats, behaviours }, notes }: IncidentRecord): StoryRow[] =>
  timelineOf({ first, beats, behaviours, notes });

function factsOf(incident: Incident, payloads: readonly Payload[]): AlertFacts {
  const [strongest] = payloads;
  const places = placesOf(payloads);
  const often = (Object.entries(incident.families) as [Family, number][]).sort((a, b) => b[1] - a[1]).map(([family]) => family);
  const families = [...new Set([...(Object.keys(places) as Family[]), ...often])];
  return {
    severity: incident.severity,
    title: incident.title,
    actor: incident.actor,
    actorNote: '',
    outcome: strongest?.outcome ?? 'none',
    status: strongest?.status ?? 0,
    success: incident.successes > 0,
    successNote: strongest?.note ?? '',
    payload: strongest?.text ?? '',
    path: strongest?.path ?? (incident.target?.kind === 'path' ? incident.target.value : ''),
    places,
    counts: { requests: incident.entries, detections: incident.detections, successes: incident.successes },
    firstMs: incident.startMs,
    lastMs: incident.endMs,
    families,
    rules: [],
    sourceNames: incident.sources,
    host: hostname(),
    note: '',
  };
}

/** The path of each family's strongest payload, the strongest of all first. */
function placesOf(payloads: readonly Payload[]): Partial<Record<Family, string>> {
  const places: Partial<Record<Family, string>> = {};
  for (const { family, path } of payloads) if (family !== undefined) places[family] ??= path;
  return places;
}

/** All that a report tells of an incident, with what to do next. */
export function dossierOf(incident: Incident, { story, payloads, who }: DossierParts): Dossier {
  return { incident, who, story, payloads, steps: nextSteps(factsOf(incident, payloads)) };
}
