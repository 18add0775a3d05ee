import type { Detection, Family, Severity } from '../src/model/detection.ts';
import { EMPTY_ENTRY, type Entry } from '../src/model/entry.ts';

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
