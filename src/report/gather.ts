import { createBoundedMap } from '../collections/bounded-map.ts';
import { createSpaceSaving } from '../collections/space-saving.ts';
import { formatNumber, t } from '../lang/lang.ts';
import type { Detection, Family, Match, Severity } from '../model/detection.ts';
import { SEVERITIES } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { actorOf } from '../net/address.ts';
import { displayTarget } from '../text/display-target.ts';
import { cutAround } from '../text/width.ts';
import type { Payload, ReportAddress, ReportData, ReportDetection, ReportLine } from './report-data.ts';
import { NOBODY } from './report-data.ts';
import { strongestList } from './strongest.ts';
import { createTimeBins } from './time-bins.ts';

const MAX_ADDRESSES = 20_000;
const MAX_ACTORS_WITH_PAYLOADS = 5_000;
const PAYLOADS_AN_ACTOR = 6;
const MAX_STRONGEST = 60;
const MAX_BINS = 120;
const TOP_ADDRESSES = 1_000;

/** What the gathering knows at its end: the counted part of a report. */
export type Gathered = Pick<
  ReportData,
  | 'lines'
  | 'firstMs'
  | 'lastMs'
  | 'series'
  | 'detections'
  | 'bySeverity'
  | 'families'
  | 'statuses'
  | 'addresses'
  | 'addressCount'
  | 'strongest'
  | 'leftOut'
>;

/** Counts lines for a report, in bounded memory. */
export interface Gathering {
  add(line: ReportLine): void;
  /** Strongest payloads of one actor, the strongest first. */
  payloads(actor: string): readonly Payload[];
  result(options: { offsetMs: number; fromMs?: number | undefined; toMs?: number | undefined }): Gathered;
}

interface AddressTally {
  errors: number;
  bytes: number;
  detections: number;
  severity: Severity | undefined;
}

const worse = (a: Severity | undefined, b: Severity): Severity =>
  a !== undefined && SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;

/** How much a detection says: what worked first, then how bad. */
export const strengthOf = ({ success, severity, outcome }: Pick<Detection, 'success' | 'severity' | 'outcome'>): number =>
  (success ? 10 : 0) + SEVERITIES.indexOf(severity) * 2 + (outcome === 'answered' || outcome === 'error' ? 1 : 0);

const pathOf = (target: string): string => (target.split('?', 1)[0] ?? '').slice(0, 200);

const MAX_PAYLOAD = 200;

/** The parameter around a match, percent-decoded; where more was decoded than that, the text that matched. */
function readable(entry: Entry, { field, span, view, text }: Match): string {
  if (field !== 'target' || view.length > 1 || (view[0] ?? 'percent') !== 'percent' || span.end - span.start > 4 * MAX_PAYLOAD) return text;
  const { target } = entry;
  const from = Math.max(target.lastIndexOf('&', span.start - 1), target.lastIndexOf('?', span.start - 1)) + 1;
  const next = target.indexOf('&', span.end);
  const to = Math.min(next < 0 ? target.length : next, span.end + 4 * MAX_PAYLOAD);
  const start = Math.max(from, span.start - 2 * MAX_PAYLOAD);
  const shown = displayTarget(target.slice(start, to).replaceAll('+', ' '), { start: span.start - start, end: span.end - start });
  return cutAround(shown.text, shown.match ?? { start: 0, end: 0 }, MAX_PAYLOAD).text;
}

/** The strongest match of a detection, as people read it. */
export function payloadOf({ entry, source, sequence }: ReportLine, detection: Detection): Payload {
  const [hit] = detection.hits;
  const match = hit?.matches[0];
  const whole = (entry.target || entry.message || entry.raw).slice(0, 200);
  return {
    text: match ? readable(entry, match) : whole,
    matched: match?.text || whole,
    family: detection.families[0],
    rule: hit?.rule.title ?? '',
    path: pathOf(entry.target),
    severity: detection.severity,
    outcome: detection.outcome,
    status: entry.status,
    success: detection.success,
    note: detection.note,
    timeMs: entry.timeMs,
    source,
    sequence,
  };
}

export function createGathering(): Gathering {
  const bins = createTimeBins();
  const addresses = createSpaceSaving<string, AddressTally>({
    capacity: MAX_ADDRESSES,
    create: () => ({ errors: 0, bytes: 0, detections: 0, severity: undefined }),
  });
  const statuses = new Map<number, number>();
  const families = new Map<Family, { count: number; severity: Severity }>();
  const bySeverity: Record<Severity, number> = { low: 0, medium: 0, high: 0, critical: 0 };
  const payloads = createBoundedMap<string, ReturnType<typeof strongestList<Payload>>>(MAX_ACTORS_WITH_PAYLOADS);
  const strongest = strongestList<ReportDetection>({
    most: MAX_STRONGEST,
    strength: ({ detection }) => strengthOf(detection),
    key: (one) => payloadOf(one.line, one.detection).matched,
  });
  let lines = 0;
  let detections = 0;
  let firstMs: number | undefined;
  let lastMs: number | undefined;

  const takeDetection = (line: ReportLine, detection: Detection, actor: string): void => {
    detections++;
    bySeverity[detection.severity]++;
    for (const family of detection.families) {
      const known = families.get(family);
      if (known) {
        known.count++;
        known.severity = worse(known.severity, detection.severity);
      } else families.set(family, { count: 1, severity: detection.severity });
    }
    strongest.add({ line, detection });
    if (actor === '') return;
    let own = payloads.get(actor);
    if (!own) {
      own = strongestList<Payload>({ most: PAYLOADS_AN_ACTOR, strength: strengthOf, key: ({ matched }) => matched });
      payloads.set(actor, own);
    }
    own.add(payloadOf(line, detection));
  };
  const takeAddress = ({ entry, detection }: ReportLine, actor: string): void => {
    const { value } = addresses.add(actor);
    if (entry.status >= 400) value.errors++;
    if (entry.bytes > 0) value.bytes += entry.bytes;
    if (!detection) return;
    value.detections++;
    value.severity = worse(value.severity, detection.severity);
  };
  const topAddresses = (): ReportAddress[] =>
    [...addresses.counters()]
      .sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1))
      .slice(0, TOP_ADDRESSES)
      .map(({ key, count, value }) => ({ address: key, hits: count, ...value, who: NOBODY }));

  return {
    add(line) {
      const { entry, detection } = line;
      lines++;
      if (entry.timeMs !== undefined) {
        firstMs = Math.min(firstMs ?? entry.timeMs, entry.timeMs);
        lastMs = Math.max(lastMs ?? entry.timeMs, entry.timeMs);
        bins.add(entry.timeMs, entry.status, detection !== undefined);
      }
      if (entry.status > 0 && entry.status < 1_000) statuses.set(entry.status, (statuses.get(entry.status) ?? 0) + 1);
      const actor = entry.address === '' ? '' : actorOf(entry.address);
      if (actor !== '') takeAddress(line, actor);
      if (detection) takeDetection(line, detection, actor);
    },
    payloads: (actor) => payloads.peek(actor)?.list() ?? [],
    result: (options) => ({
      lines,
      firstMs,
      lastMs,
      series: bins.series({ most: MAX_BINS, ...options }),
      detections,
      bySeverity,
      families: [...families]
        .map(([family, tally]) => ({ family, ...tally }))
        .sort((a, b) => b.count - a.count || (a.family < b.family ? -1 : 1)),
      statuses: [...statuses].map(([status, count]) => ({ status, count })).sort((a, b) => a.status - b.status),
      addresses: topAddresses(),
      addressCount: addresses.size + addresses.evicted,
      strongest: strongest.list(),
      leftOut: [
        ...(addresses.evicted > 0
          ? [t('Beyond {n} addresses the rarest were pushed out of the counts.', { n: formatNumber(MAX_ADDRESSES) })]
          : []),
        ...(payloads.evicted > 0
          ? [
              t('Payloads are kept of {n} addresses; {more} more had some.', {
                n: formatNumber(MAX_ACTORS_WITH_PAYLOADS),
                more: formatNumber(payloads.evicted),
              }),
            ]
          : []),
      ],
    }),
  };
}
