import { describe, expect, test } from 'vitest';
import { reportText, type ScanSummary } from '../../src/headless/report.ts';
import type { Incident } from '../../src/model/incident.ts';
import { createTimeFormat } from '../../src/text/time-format.ts';
import { incident as anyIncident } from '../make.ts';

const START = Date.UTC(2026, 2, 2);
const source = (fields: Partial<ScanSummary['sources'][number]> = {}): ScanSummary['sources'][number] => ({
  id: 1,
  name: 'access.log',
  state: 'ended',
  detail: '',
  format: 'nginx combined',
  lines: 1000,
  unparsed: 0,
  cut: 0,
  lastLineMs: undefined,
  ...fields,
});
const incident = (fields: Partial<Incident> = {}): Incident => anyIncident({ state: 'closed', ...fields });
const summary = (fields: Partial<ScanSummary> = {}): ScanSummary => ({
  sources: [source()],
  lines: 1000,
  bytes: 200_000,
  firstMs: START,
  lastMs: START + 3_600_000,
  detections: 0,
  bySeverity: { low: 0, medium: 0, high: 0, critical: 0 },
  families: [],
  incidents: [],
  addresses: [],
  addressCount: 0,
  rejected: [],
  dropped: 0,
  ...fields,
});
const report = (fields: Partial<ScanSummary> = {}, zone = 'UTC'): string => reportText(summary(fields), createTimeFormat(zone));

describe('the report begins with the verdict', () => {
  test.each([
    [{}, 'Nothing suspicious was found.'],
    [{ incidents: [incident()] }, '1 incident, of lines that are not suspicious one by one.'],
    [
      { detections: 1, bySeverity: { low: 0, medium: 0, high: 0, critical: 1 }, incidents: [incident({ successes: 1 })] },
      '1 attacker probably got through. 1 suspicious line (1 critical, 0 high, 0 medium, 0 low) from 1 address.',
    ],
    [
      { detections: 1, bySeverity: { low: 0, medium: 0, high: 1, critical: 0 }, incidents: [incident()] },
      '1 suspicious line (0 critical, 1 high, 0 medium, 0 low) from 1 address.',
    ],
    [
      {
        detections: 12,
        bySeverity: { low: 1, medium: 1, high: 9, critical: 1 },
        incidents: [incident(), incident({ actor: '203.0.113.9' }), incident({ id: 'b' })],
      },
      '12 suspicious lines (1 critical, 9 high, 1 medium, 1 low) from 2 addresses.',
    ],
    // Lines without an address belong to no incident, and are suspicious all the same.
    [
      { detections: 2, bySeverity: { low: 2, medium: 0, high: 0, critical: 0 } },
      '2 suspicious lines (0 critical, 0 high, 0 medium, 2 low).',
    ],
  ])('%#', (fields, verdict) => {
    expect(report(fields).split('\n')[0]).toBe(verdict);
  });
});

test('the second line tells how much was read, and from when to when in the zone asked for', () => {
  expect(report().split('\n')[1]).toBe('1,000 lines, 200 kB, 2026-03-02 00:00:00 to 2026-03-02 01:00:00 (1 h 00)');
  expect(report({}, 'Asia/Seoul').split('\n')[1]).toContain('2026-03-02 09:00:00');
  expect(report({ firstMs: undefined, lastMs: undefined }).split('\n')[1]).toContain('no line has a time');
});

test('every source tells its format, what was not parsed and what was cut, never rounding up to 100 %', () => {
  const text = report({
    sources: [
      source({ lines: 100_000, unparsed: 1, cut: 2 }),
      source({ name: 'empty.log', lines: 0, format: '' }),
      source({ name: 'gone.log', lines: 0, detail: 'not there' }),
    ],
  });
  expect(text).toMatch(/access\.log +nginx combined 99\.9 % · 100k lines · 1 unparsed · 2 cut at 64 KiB/);
  expect(text).toMatch(/empty\.log +empty/);
  expect(text).toMatch(/gone\.log .*not there/);
});

test('at most 20 incidents are listed, and how many more there are', () => {
  const many = Array.from({ length: 25 }, (_, i) => incident({ id: String(i), actor: `203.0.113.${i}`, successes: i === 0 ? 2 : 0 }));
  const text = report({ incidents: many, detections: 75 });
  expect(text.match(/SQL injection/g)).toHaveLength(20);
  expect(text).toMatch(/H +70 +203\.0\.113\.0 .*✔ 2 worked/);
  expect(text).toMatch(/203\.0\.113\.1 .*nothing known to have worked/);
  expect(text).toContain('and 5 more');
});

test('families, addresses, rejected lines and drops appear only where there are any', () => {
  for (const title of ['Incidents', 'Families', 'Top addresses', 'fit no format', 'dropped']) expect(report()).not.toContain(title);
  const text = report({
    detections: 3,
    incidents: [incident()],
    families: [{ family: 'sqli', count: 3, severity: 'high' }],
    addresses: [{ address: '203.0.113.66', hits: 9, errors: 1, bytes: 4096, severity: 'high' }],
    addressCount: 61,
    rejected: [{ source: 'access.log', sequence: 7, reason: 'no request line', text: 'garbage' }],
    dropped: 5,
  });
  expect(text).toMatch(/H sqli +3/);
  expect(text).toMatch(/Top addresses of 61/);
  expect(text).toMatch(/H 203\.0\.113\.66 +9 hits +1 errors? +4\.0 kB/);
  expect(text).toContain('access.log:7: no request line: garbage');
  expect(text).toContain('5 items were dropped at the bounds of memory.');
});

test('text from the log is harmless in it', () => {
  const hostile = '\u001b]0;owned\u0007\u202e';
  const text = report({
    sources: [source({ name: hostile, detail: hostile, format: hostile })],
    detections: 1,
    incidents: [incident({ actor: hostile })],
    addresses: [{ address: hostile, hits: 1, errors: 0, bytes: 1, severity: undefined }],
    rejected: [{ source: hostile, sequence: 1, reason: hostile, text: hostile }],
  });
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
});
