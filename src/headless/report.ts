import type { Family, Severity } from '../model/detection.ts';
import { SEVERITY_LETTER } from '../model/detection.ts';
import type { Incident } from '../model/incident.ts';
import type { AddressRow, SourceStatus } from '../model/snapshot.ts';
import { visible } from '../text/sanitize.ts';
import type { TimeFormat } from '../text/time-format.ts';
import { bytes, count, duration } from '../text/units.ts';
import { cutEnd, padEnd, padStart } from '../text/width.ts';

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
const counted = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;
const share = (part: number, whole: number): string => (whole === 0 ? '-' : `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`);
const heading = (title: string): string[] => ['', title, '─'.repeat(title.length)];

function sourceLines(summary: ScanSummary): string[] {
  return summary.sources.map((s) => {
    const parsed = s.lines === 0 ? 'empty' : `${s.format || 'no known format'} ${share(s.lines - s.unparsed, s.lines)}`;
    const details = [
      parsed,
      counted(s.lines, 'line'),
      s.unparsed > 0 ? `${count(s.unparsed)} unparsed` : '',
      s.cut > 0 ? `${count(s.cut)} cut at 64 KiB` : '',
      s.detail,
    ];
    return `  ${padEnd(visible(s.name), 32)}  ${details
      .filter((d) => d !== '')
      .map(visible)
      .join(' · ')}`;
  });
}

function incidentLine(i: Incident, time: TimeFormat): string {
  const worked = i.successes > 0 ? `✔ ${count(i.successes)} worked` : 'nothing known to have worked';
  return `  ${SEVERITY_LETTER[i.severity]} ${padStart(String(i.risk), 3)}  ${padEnd(visible(i.actor), 24)}  ${padEnd(cutEnd(i.title, 44), 44)}  ${padStart(counted(i.detections, 'detection'), 17)}  ${worked}  ${time.dateTime(i.startMs)}, ${duration(i.endMs - i.startMs)}`;
}

function verdictLine({ detections, bySeverity, incidents }: ScanSummary): string {
  if (detections === 0) return 'Nothing suspicious was found.';
  const severities = (['critical', 'high', 'medium', 'low'] as const).map((s) => `${count(bySeverity[s])} ${s}`).join(', ');
  const actors = new Set(incidents.map((i) => i.actor)).size;
  const from = actors === 0 ? '' : ` from ${counted(actors, 'address', 'addresses')}`;
  return `${counted(detections, 'suspicious line')} (${severities})${from}.`;
}

/** The report of a scan: what an operator wants to know, worst first; times as `time` writes them. */
export function reportText(summary: ScanSummary, time: TimeFormat): string {
  const { firstMs, lastMs, incidents, families, addresses, rejected } = summary;
  const period =
    firstMs === undefined || lastMs === undefined
      ? 'no line has a time'
      : `${time.dateTime(firstMs)} to ${time.dateTime(lastMs)} (${duration(lastMs - firstMs)})`;
  return [
    verdictLine(summary),
    `${counted(summary.lines, 'line')}, ${bytes(summary.bytes)}, ${period}`,
    ...(summary.muted ? [`${counted(summary.muted, 'line')} kept quiet by mutes; see: secmon rules mutes`] : []),
    ...heading('Sources'),
    ...sourceLines(summary),
    ...(incidents.length > 0 ? [...heading('Incidents, worst first'), ...incidents.slice(0, SHOWN).map((i) => incidentLine(i, time))] : []),
    ...(incidents.length > SHOWN ? [`  and ${count(incidents.length - SHOWN)} more; --format ndjson lists all`] : []),
    ...(families.length > 0
      ? [
          ...heading('Families'),
          ...families.map((f) => `  ${SEVERITY_LETTER[f.severity]} ${padEnd(f.family, 16)} ${padStart(count(f.count), 8)}`),
        ]
      : []),
    ...(addresses.length > 0
      ? [
          ...heading(`Top addresses of ${count(summary.addressCount)}`),
          ...addresses.map(
            (a) =>
              `  ${a.severity ? SEVERITY_LETTER[a.severity] : ' '} ${padEnd(visible(a.address), 40)} ${padStart(count(a.hits), 8)} hits ${padStart(count(a.errors), 8)} errors ${padStart(bytes(a.bytes), 10)}`,
          ),
        ]
      : []),
    ...(rejected.length > 0
      ? [
          ...heading('Lines that fit no format'),
          ...rejected.slice(0, 5).map((r) => `  ${visible(r.source)}:${r.sequence}: ${visible(r.reason)}: ${cutEnd(visible(r.text), 100)}`),
        ]
      : []),
    ...(summary.dropped > 0 ? ['', `${count(summary.dropped)} items were dropped at the bounds of memory.`] : []),
    '',
  ].join('\n');
}
