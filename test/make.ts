import type { Detection, Family, Severity } from '../src/model/detection.ts';
import { EMPTY_ENTRY, type Entry } from '../src/model/entry.ts';
import type { Incident, IncidentRecord } from '../src/model/incident.ts';

/** An HTTP entry for tests; fields that matter are named by the test. */
export const entry = (fields: Partial<Entry> = {}): Entry => ({
  ...EMPTY_ENTRY,
  kind: 'http',
  raw: 'raw line',
  timeMs: Date.UTC(2026, 2, 2),
  address: '198.51.100.7',
  method: 'GET',
  target: '/',
  protocol: 'HTTP/1.1',
  status: 200,
  bytes: 512,
  ...fields,
});

/** A detection of one rule for tests. */
export const detection = (family: Family, severity: Severity, fields: Partial<Detection> = {}): Detection => ({
  entry: entry(),
  hits: [
    {
      rule: {
        id: `${family}-id`,
        name: `${family}-rule`,
        title: family,
        description: `${family} is bad.`,
        severity,
        families: [family],
        techniques: ['T1190'],
      },
      matches: [{ sigmaField: 'cs-uri-query', field: 'target', view: ['percent'], text: 'payload', span: { start: 1, end: 8 } }],
    },
  ],
  severity,
  families: [family],
  outcome: 'refused',
  success: false,
  note: '',
  ...fields,
});

const INCIDENT_START_MS = Date.UTC(2026, 2, 2);

/** An incident of one address for tests. */
export const incident = (fields: Partial<Incident> = {}): Incident => ({
  id: 'a',
  actor: '203.0.113.66',
  target: undefined,
  related: [],
  relatedCount: 0,
  sources: ['access.log'],
  startMs: INCIDENT_START_MS,
  endMs: INCIDENT_START_MS + 90_000,
  severity: 'high',
  risk: 70,
  riskParts: { severity: 50, success: 0, variety: 10, persistence: 10, spread: 0, fading: 0 },
  detections: 3,
  successes: 0,
  entries: 9,
  families: { sqli: 3 },
  rules: { 'sqli-union-select': 3 },
  stage: 'attempt',
  title: 'SQL injection',
  state: 'new',
  reopened: 0,
  notes: [],
  ...fields,
});

/** The same as the store keeps it. */
export const incidentRecord = (fields: Partial<IncidentRecord> = {}): IncidentRecord => ({
  ...incident(fields),
  memory: {
    families: [['sqli', { count: 3, severity: 'high', success: false }]],
    rules: [['sqli-union-select', 3]],
    beats: [],
    behaviours: [],
    hits: 3,
    hitSuccesses: 0,
    lines: 9,
    activeMs: INCIDENT_START_MS,
    first: undefined,
  },
  ...fields,
});
