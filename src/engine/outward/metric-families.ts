import type { DetectorWork } from '../../detection/detector.ts';
import type { MetricFamily, Sample } from '../../metrics/family.ts';
import type { OutputInfo } from '../../model/output.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import type { ChannelTotals } from '../alerting/alert-totals.ts';

const MOST_SOURCES = 50;
const OTHERS = 'others';

export const gauge = (name: string, help: string, samples: readonly Sample[], unit?: 'seconds' | 'bytes'): MetricFamily => ({
  name,
  type: 'gauge',
  help,
  samples,
  ...(unit === undefined ? {} : { unit }),
});
export const counter = (name: string, help: string, samples: readonly Sample[], unit?: 'seconds' | 'bytes'): MetricFamily => ({
  ...gauge(name, help, samples, unit),
  type: 'counter',
});

export function alertFamilies({
  waiting,
  totals,
}: {
  readonly waiting: number;
  readonly totals: readonly ChannelTotals[];
}): MetricFamily[] {
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

export function sourceFamilies(statuses: readonly SourceStatus[], lagMs: number | undefined): MetricFamily[] {
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

export function outputFamilies(outputs: readonly OutputInfo[]): MetricFamily[] {
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

/** @param processing seconds, and one line of how many was timed */
export function workFamilies(work: DetectorWork, processing: { readonly seconds: number; readonly sampled: number }): MetricFamily[] {
  return [
    counter('secmon_rule_candidates', 'Rules that a line was tried against, added up.', [{ value: work.candidates }]),
    counter('secmon_rule_evaluations', 'Conditions of rules that were evaluated.', [{ value: work.evaluations }]),
    counter('secmon_rule_work_units', 'Units of the budget of work that lines were given.', [{ value: work.units }]),
    counter('secmon_rule_exhausted_lines', 'Lines that asked for more work than a line may.', [{ value: work.exhausted }]),
    counter('secmon_rule_read_bytes', 'Text that rules looked at.', [{ value: work.bytes }], 'bytes'),
    counter(
      'secmon_processing_seconds',
      `Time in rules, statistics and incidents, estimated from one line in ${processing.sampled}.`,
      [{ value: processing.seconds }],
      'seconds',
    ),
  ];
}

export function processFamilies(startSeconds: number): MetricFamily[] {
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
