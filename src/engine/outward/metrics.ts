import type { Clock } from '../../clock/clock.ts';
import type { DetectorWork } from '../../detection/detector.ts';
import { t } from '../../lang/lang.ts';
import type { MetricFamily, Sample } from '../../metrics/family.ts';
import type { MetricsSubject } from '../../metrics/server.ts';
import { FAMILIES, SEVERITIES } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import type { OutputInfo } from '../../model/output.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import type { ChannelTotals } from '../alerting/alert-totals.ts';
import type { Processed } from '../pipeline.ts';

/** Counts what metrics tell of and nothing else keeps. */
export interface MetricsCounters extends MetricsSubject {
  /** Runs `work`, which processes a line, and counts what came of it; of one line in {@link SAMPLED} it takes the time. */
  counted(work: () => Processed): Processed;
}

export interface MetricsParts {
  readonly clock: Clock;
  readonly version: string;
  readonly sources: { statuses(): readonly SourceStatus[]; ended(): boolean };
  readonly incidents: { all(): readonly Incident[] };
  readonly outputs: { list(): readonly OutputInfo[] };
  readonly lagMs: () => number | undefined;
  readonly alerts: () => { readonly waiting: number; readonly totals: readonly ChannelTotals[] };
  readonly work: () => DetectorWork;
  /** Lines and items lost to bounds. */
  readonly dropped: () => number;
  readonly memoryOnly: () => string;
}

/** Reading the clock costs as much as a tenth of a line. */
const SAMPLED = 64;
const MOST_SOURCES = 50;
const OTHERS = 'others';
const CLASSES = ['none', '1xx', '2xx', '3xx', '4xx', '5xx'] as const;
const STATES = ['new', 'alerted', 'acknowledged', 'closed'] as const;

const key = (...parts: readonly string[]): string => parts.join(' ');

/** Counters from names; every combination is there from the start, so that the first of a kind is an increase, too. */
function createTally(keys: readonly string[]) {
  const counts = new Map(keys.map((name) => [name, 0]));
  return {
    add: (name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1),
    of: (name: string): number => counts.get(name) ?? 0,
  };
}

export function createMetrics(parts: MetricsParts): MetricsCounters {
  const { clock } = parts;
  const requests = createTally(CLASSES);
  const detections = createTally(FAMILIES.flatMap((family) => SEVERITIES.map((level) => key(family, level))));
  const successes = createTally(FAMILIES);
  const startSeconds = (clock.now() - clock.monotonic()) / 1_000;
  let lines = 0;
  let sampledMs = 0;

  const count = ({ line, detection }: Processed): void => {
    const { kind, status } = line.entry;
    if (kind === 'http') requests.add(CLASSES[Math.floor(status / 100)] ?? 'none');
    const family = detection?.families[0];
    if (detection === undefined || family === undefined) return;
    detections.add(key(family, detection.severity));
    if (detection.success) successes.add(family);
  };
  const families = (): MetricFamily[] => [
    gauge('secmon_build_info', 'The version of secmon.', [{ labels: { version: parts.version }, value: 1 }]),
    counter(
      'secmon_requests',
      'HTTP requests read, by the class of the answer.',
      CLASSES.map((one) => ({ labels: { class: one }, value: requests.of(one) })),
    ),
    counter(
      'secmon_detections',
      'Suspicious lines, by their first family and by level.',
      FAMILIES.flatMap((family) => SEVERITIES.map((level) => ({ labels: { family, level }, value: detections.of(key(family, level)) }))),
    ),
    counter(
      'secmon_successes',
      'Suspicious lines that probably worked, by their first family.',
      FAMILIES.map((family) => ({ labels: { family }, value: successes.of(family) })),
    ),
    gauge('secmon_incidents', 'Incidents held, by severity and state.', incidentSamples(parts.incidents.all())),
    ...alertFamilies(parts.alerts()),
    ...sourceFamilies(parts.sources.statuses(), parts.lagMs()),
    ...outputFamilies(parts.outputs.list()),
    ...workFamilies(parts.work(), (sampledMs * SAMPLED) / 1_000),
    counter('secmon_dropped', 'Lines and items lost to bounds of memory.', [{ value: parts.dropped() }]),
    gauge('secmon_state_kept', '1 when the state is in its file, 0 when it is in memory alone.', [
      { value: parts.memoryOnly() === '' ? 1 : 0 },
    ]),
    ...processFamilies(startSeconds),
  ];
  return {
    counted(work) {
      lines++;
      const isSampled = lines % SAMPLED === 0;
      const fromMs = isSampled ? clock.monotonic() : 0;
      const processed = work();
      if (isSampled) sampledMs += clock.monotonic() - fromMs;
      count(processed);
      return processed;
    },
    families,
    troubles: () => troublesOf(parts),
  };
}

/** Why `/healthz` is not well. */
function troublesOf({ sources, outputs, memoryOnly }: MetricsParts): string[] {
  const failed = sources.statuses().filter(({ state }) => state === 'failed');
  const full = outputs.list().filter(({ waitingBytes, bufferBytes, dropped }) => dropped > 0 && waitingBytes > bufferBytes * 0.9);
  return [
    ...(sources.ended() ? [t('every source has ended')] : []),
    ...failed.map(({ name, detail }) => `${name}: ${detail}`),
    ...(memoryOnly() === '' ? [] : [t('the state is in memory only: {reason}', { reason: memoryOnly() })]),
    ...full.map(({ destination }) => t('the buffer for {destination} is full: what is found now is dropped for it', { destination })),
  ];
}

const gauge = (name: string, help: string, samples: readonly Sample[], unit?: 'seconds' | 'bytes'): MetricFamily => ({
  name,
  type: 'gauge',
  help,
  samples,
  ...(unit === undefined ? {} : { unit }),
});
const counter = (name: string, help: string, samples: readonly Sample[], unit?: 'seconds' | 'bytes'): MetricFamily => ({
  ...gauge(name, help, samples, unit),
  type: 'counter',
});

function incidentSamples(incidents: readonly Incident[]): Sample[] {
  const held = createTally([]);
  for (const { severity, state } of incidents) held.add(key(severity, state));
  return SEVERITIES.flatMap((severity) => STATES.map((state) => ({ labels: { severity, state }, value: held.of(key(severity, state)) })));
}

function alertFamilies({ waiting, totals }: ReturnType<MetricsParts['alerts']>): MetricFamily[] {
  const samples = totals.flatMap(({ channel, sent, failed }) => [
    { labels: { channel, result: 'sent' }, value: sent },
    { labels: { channel, result: 'failed' }, value: failed },
  ]);
  return [
    counter('secmon_alerts', 'Alerts sent, and given up, by channel.', samples),
    gauge('secmon_alerts_waiting', 'Alerts that wait to be sent.', [{ value: waiting }]),
  ];
}

/** Series of at most {@link MOST_SOURCES} sources; the others are added up. */
function bySource(statuses: readonly SourceStatus[], amount: (status: SourceStatus) => number): Sample[] {
  const shown = statuses.slice(0, MOST_SOURCES);
  const rest = statuses.slice(MOST_SOURCES);
  const isShared = (name: string): boolean => shown.filter((status) => status.name === name).length > 1;
  const samples = shown.map((status) => ({
    labels: { source: isShared(status.name) ? `${status.name} #${status.id}` : status.name },
    value: amount(status),
  }));
  return rest.length === 0
    ? samples
    : [...samples, { labels: { source: OTHERS }, value: rest.reduce((sum, status) => sum + amount(status), 0) }];
}

function sourceFamilies(statuses: readonly SourceStatus[], lagMs: number | undefined): MetricFamily[] {
  return [
    counter(
      'secmon_source_lines',
      'Lines read.',
      bySource(statuses, ({ lines }) => lines),
    ),
    counter(
      'secmon_source_rejected_lines',
      'Lines of a form that was not recognised.',
      bySource(statuses, ({ unparsed }) => unparsed),
    ),
    counter(
      'secmon_source_cut_lines',
      'Lines cut because they were too long.',
      bySource(statuses, ({ cut }) => cut),
    ),
    gauge(
      'secmon_source_up',
      '1 while the source is being read.',
      bySource(statuses, ({ state }) => (state === 'live' ? 1 : 0)),
    ),
    gauge(
      'secmon_source_last_line_timestamp_seconds',
      'When the last line was read; 0 before the first.',
      bySource(statuses.slice(0, MOST_SOURCES), ({ lastLineMs }) => (lastLineMs ?? 0) / 1_000),
      'seconds',
    ),
    gauge(
      'secmon_lag_seconds',
      'How far behind the wall clock lines arrive.',
      lagMs === undefined ? [] : [{ value: lagMs / 1_000 }],
      'seconds',
    ),
  ];
}

function outputFamilies(outputs: readonly OutputInfo[]): MetricFamily[] {
  const each = (amount: (output: OutputInfo) => number): Sample[] =>
    outputs.map((output) => ({ labels: { output: output.name }, value: amount(output) }));
  return [
    gauge(
      'secmon_output_up',
      '0 while the output cannot be reached or refuses.',
      each(({ state }) => (state === 'retrying' ? 0 : 1)),
    ),
    gauge(
      'secmon_output_queue_records',
      'Findings that wait for the output.',
      each(({ waitingRecords }) => waitingRecords),
    ),
    gauge(
      'secmon_output_queue_bytes',
      'Size of what waits for the output.',
      each(({ waitingBytes }) => waitingBytes),
      'bytes',
    ),
    gauge(
      'secmon_output_queue_limit_bytes',
      'How much may wait for the output.',
      each(({ bufferBytes }) => bufferBytes),
      'bytes',
    ),
    counter(
      'secmon_output_sent',
      'Findings that the output has taken.',
      each(({ sent }) => sent),
    ),
    counter(
      'secmon_output_dropped',
      'Findings lost because the buffer was full.',
      each(({ dropped }) => dropped),
    ),
    counter(
      'secmon_output_refused',
      'Findings that the output refused for good.',
      each(({ refused }) => refused),
    ),
  ];
}

function workFamilies(work: DetectorWork, processingSeconds: number): MetricFamily[] {
  return [
    counter('secmon_rule_candidates', 'Rules that a line was tried against, added up.', [{ value: work.candidates }]),
    counter('secmon_rule_evaluations', 'Conditions of rules that were evaluated.', [{ value: work.evaluations }]),
    counter('secmon_rule_work_units', 'Units of the budget of work that lines were given.', [{ value: work.units }]),
    counter('secmon_rule_exhausted_lines', 'Lines that asked for more work than a line may.', [{ value: work.exhausted }]),
    counter('secmon_rule_read_bytes', 'Text that rules looked at.', [{ value: work.bytes }], 'bytes'),
    counter(
      'secmon_processing_seconds',
      `Time in rules, statistics and incidents, estimated from one line in ${SAMPLED}.`,
      [{ value: processingSeconds }],
      'seconds',
    ),
  ];
}

function processFamilies(startSeconds: number): MetricFamily[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  return [
    counter('process_cpu_seconds', 'CPU time of the process.', [{ value: (user + system) / 1_000_000 }], 'seconds'),
    gauge('process_resident_memory_bytes', 'Memory of the process.', [{ value: rss }], 'bytes'),
    gauge('process_start_time_seconds', 'When the process began.', [{ value: startSeconds }], 'seconds'),
    gauge('secmon_heap_used_bytes', "Memory of the engine's own objects.", [{ value: heapUsed }], 'bytes'),
    gauge('secmon_external_bytes', 'Memory outside the heap.', [{ value: external }], 'bytes'),
  ];
}
