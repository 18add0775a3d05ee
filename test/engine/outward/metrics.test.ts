import { expect, test } from 'vitest';
import { createMetrics, type MetricsParts } from '../../../src/engine/outward/metrics.ts';
import type { Processed } from '../../../src/engine/pipeline.ts';
import { writeExposition } from '../../../src/metrics/exposition.ts';
import type { OutputInfo } from '../../../src/model/output.ts';
import type { SourceStatus } from '../../../src/model/snapshot.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { detection, entry, incident } from '../../make.ts';

const source = (id: number, fields: Partial<SourceStatus> = {}): SourceStatus => ({
  id,
  name: `access${id}.log`,
  state: 'live',
  detail: '',
  format: 'nginx combined',
  lines: 10,
  unparsed: 1,
  cut: 0,
  lastLineMs: 1_772_409_600_000,
  ...fields,
});

const output = (fields: Partial<OutputInfo> = {}): OutputInfo => ({
  name: 'elk',
  type: 'elasticsearch',
  destination: 'elasticsearch+https://es:9200',
  state: 'idle',
  waitingRecords: 0,
  waitingBytes: 0,
  bufferBytes: 1_000,
  sent: 5,
  dropped: 0,
  refused: 0,
  lastError: '',
  lastErrorMs: undefined,
  lastSentMs: undefined,
  nextTryMs: undefined,
  failingSinceMs: undefined,
  memoryOnly: '',
  ...fields,
});

const metricsOf = (parts: Partial<MetricsParts> = {}) =>
  createMetrics({
    clock: fakeClock(),
    version: '1.2.3',
    sources: { statuses: () => [source(1)], ended: () => false },
    incidents: { all: () => [] },
    outputs: { list: () => [] },
    lagMs: () => undefined,
    alerts: () => ({ waiting: 0, totals: [] }),
    work: () => ({ entries: 0, views: 0, candidates: 7, evaluations: 6, bytes: 5, units: 4, exhausted: 3 }),
    dropped: () => 0,
    memoryOnly: () => '',
    ...parts,
  });

const textOf = (metrics: ReturnType<typeof metricsOf>): string => writeExposition(metrics.families(), 'prometheus');
const line = (fields: Parameters<typeof entry>[0], found?: Parameters<typeof detection>): Processed =>
  ({ line: { entry: entry(fields) }, detection: found && detection(...found) }) as unknown as Processed;

test('requests count by the class of their answer, detections by first family and level', () => {
  const metrics = metricsOf();
  for (const status of [200, 204, 404, 0, 777]) metrics.counted(() => line({ status }));
  metrics.counted(() => line({ kind: 'sshd', status: 0 }, ['auth', 'low']));
  metrics.counted(() => line({ status: 200 }, ['sqli', 'critical', { success: true }]));
  const text = textOf(metrics);
  expect(text).toContain('secmon_requests_total{class="2xx"} 3\n');
  expect(text).toContain('secmon_requests_total{class="4xx"} 1\n');
  expect(text).toContain('secmon_requests_total{class="none"} 2\n');
  expect(text).toContain('secmon_detections_total{family="auth",level="low"} 1\n');
  expect(text).toContain('secmon_detections_total{family="sqli",level="critical"} 1\n');
  expect(text).toContain('secmon_successes_total{family="sqli"} 1\n');
});

test('every kind is there at 0 from the start, so that its first is an increase', () => {
  const text = textOf(metricsOf());
  expect(text).toContain('secmon_detections_total{family="webshell",level="critical"} 0\n');
  expect(text).toContain('secmon_incidents{severity="high",state="acknowledged"} 0\n');
});

test('incidents, alerts, outputs, rules and lag are as the engine tells', () => {
  const text = textOf(
    metricsOf({
      incidents: { all: () => [incident(), incident({ state: 'closed' }), incident({ state: 'closed' })] },
      alerts: () => ({ waiting: 2, totals: [{ channel: 'ops', sent: 4, failed: 1 }] }),
      outputs: { list: () => [output({ state: 'retrying', waitingRecords: 9, waitingBytes: 900, dropped: 3 })] },
      lagMs: () => 1_500,
      dropped: () => 8,
    }),
  );
  for (const sample of [
    'secmon_incidents{severity="high",state="closed"} 2',
    'secmon_alerts_total{channel="ops",result="failed"} 1',
    'secmon_alerts_waiting 2',
    'secmon_output_up{output="elk"} 0',
    'secmon_output_queue_records{output="elk"} 9',
    'secmon_output_dropped_total{output="elk"} 3',
    'secmon_lag_seconds 1.5',
    'secmon_rule_exhausted_lines_total 3',
    'secmon_dropped_total 8',
    'secmon_build_info{version="1.2.3"} 1',
  ])
    expect(text).toContain(`${sample}\n`);
});

test('the number of series is bounded, however many sources there are', () => {
  const statuses = Array.from({ length: 300 }, (_, i) => source(i + 1));
  const text = textOf(metricsOf({ sources: { statuses: () => statuses, ended: () => false } }));
  expect(text).toContain('secmon_source_lines_total{source="others"} 2500\n');
  expect(text.split('\n').length).toBeLessThan(700);
});

test('health names what is wrong', () => {
  expect(metricsOf().troubles()).toEqual([]);
  const troubles = metricsOf({
    sources: { statuses: () => [source(1, { state: 'failed', detail: 'permission denied' })], ended: () => true },
    outputs: { list: () => [output({ dropped: 1, waitingBytes: 950 })] },
    memoryOnly: () => 'no libsql',
  }).troubles();
  expect(troubles).toEqual([
    'every source has ended',
    'access1.log: permission denied',
    'the state is in memory only: no libsql',
    'the buffer for elasticsearch+https://es:9200 is full: what is found now is dropped for it',
  ]);
});
