import type { Family } from '../model/detection.ts';
import type { IncidentRecord } from '../model/incident.ts';

/** A record as an earlier version wrote it: newer fields are missing. */
type Written = Partial<IncidentRecord> & Pick<IncidentRecord, 'id' | 'actor' | 'startMs' | 'endMs' | 'severity'>;

const isWritten = (record: object): record is Written => 'id' in record && 'actor' in record && 'startMs' in record && 'endMs' in record;

/** The record with what its version did not know yet; undefined for what is no incident. */
export function completeIncident(record: object): IncidentRecord | undefined {
  if (!isWritten(record)) return undefined;
  const families = Object.entries(record.families ?? {}) as [Family, number][];
  const { detections = 1, successes = 0, entries = 1, severity } = record;
  return {
    target: undefined,
    related: [],
    relatedCount: 0,
    sources: [],
    risk: 0,
    riskParts: { severity: record.risk ?? 0, success: 0, variety: 0, persistence: 0, spread: 0, fading: 0 },
    detections,
    successes,
    entries,
    families: {},
    rules: {},
    stage: 'attempt',
    title: '',
    state: 'closed',
    reopened: 0,
    notes: [],
    memory: {
      families: families.map(([family, count], i) => [
        family,
        { count, severity: i === 0 ? severity : 'low', success: i === 0 && successes > 0 },
      ]),
      rules: Object.entries(record.rules ?? {}),
      beats: [],
      behaviours: [],
      hits: detections,
      hitSuccesses: successes,
      lines: entries,
      activeMs: record.startMs,
      first: undefined,
    },
    ...record,
  };
}
