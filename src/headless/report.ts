import { t, tn } from '../lang/lang.ts';
import type { Family, Severity } from '../model/detection.ts';
import { SEVERITY_LETTER } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';
import type { AddressRow, SourceStatus } from '../model/snapshot.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { severityWord } from '../text/model-words.ts';
import { visible } from '../text/sanitize.ts';
import { spanWords } from '../text/span-words.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { bytes, count } from '../text/units.ts';
import { cutEnd, padEnd, padStart, textWidth } from '../text/width.ts';

/** What a scan found, in full. */
export interface ScanSummary {
  readonly sources: readonly SourceStatus[];
  readonly lines: number;
  readonly bytes: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
  readonly detections: number;
  /** Lines of which something is kept quiet by a mute. */
  readonly muted?: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly families: readonly { readonly family: Family; readonly count: number; readonly severity: Severity }[];
  /** Worst first; at most 20 are printed. */
  readonly incidents: readonly Incident[];
  readonly addresses: readonly AddressRow[];
  readonly addressCount: number;
  readonly rejected: readonly { readonly source: string; readonly sequence: number; readonly reason: string; readonly text: string }[];
  readonly dropped: number;
}

const SHOWN = 20;
const countedLines = (n: number): string => tn(n, '{lines} line', '{lines} lines', { lines: count(n) });
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`);
const heading = (title: string): string[] => ['', title, '─'.repeat(textWidth(title))];

function sourceLines(summary: ScanSummary): string[] {
  return summary.sources.map((s) => {
    const parsed = s.lines === 0 ? t('empty') : `${s.format || t('no known format')} ${share(s.lines - s.unparsed, s.lines)}`;
    const details = [
      parsed,
      countedLines(s.lines),
      s.unparsed > 0 ? t('{count} unparsed', { count: count(s.unparsed) }) : '',
      s.cut > 0 ? t('{count} cut at 64 KiB', { count: count(s.cut) }) : '',
      s.detail,
    ];
    return `  ${padEnd(visible(s.name), 32)}  ${details
      .filter((d) => d !== '')
      .map(visible)
      .join(' · ')}`;
  });
}

function incidentLine(i: Incident, time: TimeFormat): string {
  const worked = i.successes > 0 ? t('✔ {count} worked', { count: count(i.successes) }) : t('nothing known to have worked');
  const title = cutEnd(incidentTitle(i.title), 44);
  const detections = tn(i.detections, '{detections} detection', '{detections} detections', { detections: count(i.detections) });
  return `  ${SEVERITY_LETTER[i.severity]} ${padStart(String(i.risk), 3)}  ${padEnd(visible(i.actor), 24)}  ${padEnd(title, 44)}  ${padStart(detections, 17)}  ${worked}  ${time.dateTime(i.startMs)}, ${spanWords(i.endMs - i.startMs)}`;
}

/** Did it work, and how much was there. */
function verdictLine(summary: ScanSummary): string {
  const worked = summary.incidents.filter(({ successes }) => successes > 0).length;
  if (worked === 0) return countsLine(summary);
  const through = tn(worked, '{attackers} attacker probably got through.', '{attackers} attackers probably got through.', {
    attackers: count(worked),
  });
  return `${through} ${countsLine(summary)}`;
}

function countsLine({ detections, bySeverity, incidents }: ScanSummary): string {
  if (detections === 0 && incidents.length === 0) return t('Nothing suspicious was found.');
  // Many 404s, say, none of which means anything alone.
  if (detections === 0)
    return tn(
      incidents.length,
      '{n} incident, of lines that are not suspicious one by one.',
      '{n} incidents, of lines that are not suspicious one by one.',
    );
  const severities = (['critical', 'high', 'medium', 'low'] as const)
    .map((s) => t('{count} {severity}', { count: count(bySeverity[s]), severity: severityWord(s) }))
    .join(', ');
  const actors = new Set(incidents.map((i) => i.actor)).size;
  const lines = tn(detections, '{lines} suspicious line', '{lines} suspicious lines', { lines: count(detections) });
  if (actors === 0) return `${lines} (${severities}).`;
  return tn(actors, '{lines} ({severities}) from {actors} address.', '{lines} ({severities}) from {actors} addresses.', {
    lines,
    severities,
    actors: count(actors),
  });
}

/** The report of a scan: what an operator wants to know, worst first; times as `time` writes them. */
export function reportText(summary: ScanSummary, time: TimeFormat): string {
  const { firstMs, lastMs, incidents, families, addresses, rejected } = summary;
  const period =
    firstMs === undefined || lastMs === undefined
      ? t('no line has a time')
      : t('{from} to {to} ({span})', { from: time.dateTime(firstMs), to: time.dateTime(lastMs), span: spanWords(lastMs - firstMs) });
  return [
    verdictLine(summary),
    `${countedLines(summary.lines)}, ${bytes(summary.bytes)}, ${period}`,
    ...(summary.muted ? [t('{lines} kept quiet by mutes; see: secmon rules mutes', { lines: countedLines(summary.muted) })] : []),
    ...heading(t('Sources')),
    ...sourceLines(summary),
    ...(incidents.length > 0
      ? [...heading(t('Incidents, worst first')), ...incidents.slice(0, SHOWN).map((i) => incidentLine(i, time))]
      : []),
    ...(incidents.length > SHOWN
      ? [`  ${t('and {more} more; --format ndjson lists all', { more: count(incidents.length - SHOWN) })}`]
      : []),
    ...(families.length > 0
      ? [
          ...heading(t('Families')),
          ...families.map((f) => `  ${SEVERITY_LETTER[f.severity]} ${padEnd(f.family, 16)} ${padStart(count(f.count), 8)}`),
        ]
      : []),
    ...(addresses.length > 0
      ? [
          ...heading(t('Top addresses of {count}', { count: count(summary.addressCount) })),
          ...addresses.map(
            (a) =>
              `  ${a.severity ? SEVERITY_LETTER[a.severity] : ' '} ${padEnd(visible(a.address), 40)} ${t('{hits} hits {errors} errors', { hits: padStart(count(a.hits), 8), errors: padStart(count(a.errors), 8) })} ${padStart(bytes(a.bytes), 10)}`,
          ),
        ]
      : []),
    ...(rejected.length > 0
      ? [
          ...heading(t('Lines that fit no format')),
          ...rejected.slice(0, 5).map((r) => `  ${visible(r.source)}:${r.sequence}: ${visible(r.reason)}: ${cutEnd(visible(r.text), 100)}`),
        ]
      : []),
    ...(summary.dropped > 0 ? ['', t('{count} items were dropped at the bounds of memory.', { count: count(summary.dropped) })] : []),
    '',
  ].join('\n');
}
