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
import { alertFamilies, counter, gauge, outputFamilies, processFamilies, sourceFamilies, workFamilies } from './metric-families.ts';

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
    ...workFamilies(parts.work(), { seconds: (sampledMs * SAMPLED) / 1_000, sampled: SAMPLED }),
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

function incidentSamples(incidents: readonly Incident[]): Sample[] {
  const held = createTally([]);
  for (const { severity, state } of incidents) held.add(key(severity, state));
  return SEVERITIES.flatMap((severity) => STATES.map((state) => ({ labels: { severity, state }, value: held.of(key(severity, state)) })));
}
