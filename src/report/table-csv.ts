import { row } from '../text/csv.ts';
import { incidentName } from './incident-lanes.ts';
import type { ReportData, ReportLine } from './report-data.ts';

export const TABLES = ['addresses', 'incidents', 'families', 'statuses', 'detections'] as const;
export type TableName = (typeof TABLES)[number];

const iso = (ms: number | undefined): string => (ms === undefined ? '' : new Date(ms).toISOString());

const DETECTION_COLUMNS = [
  '@timestamp',
  'log.file.path',
  'event.sequence',
  'source.address',
  'severity',
  'rule.category',
  'rule.name',
  'secmon.outcome',
  'secmon.success',
  'http.request.method',
  'http.response.status_code',
  'url.original',
  'user_agent.original',
  'message',
];

/** Each table's columns, in ECS names where there is one. */
export const TABLE_COLUMNS: Readonly<Record<TableName, readonly string[]>> = {
  addresses: ['source.address', 'lines', 'errors', 'bytes', 'detections', 'severity', 'country', 'network', 'tags'],
  incidents: [
    'incident',
    'risk',
    'severity',
    'stage',
    'title',
    'start',
    'end',
    'requests',
    'detections',
    'successes',
    'families',
    'sources',
    'state',
    'country',
    'network',
  ],
  families: ['family', 'lines', 'severity'],
  statuses: ['http.response.status_code', 'lines'],
  detections: DETECTION_COLUMNS,
};

/** A table's head as CSV. */
export const csvHead = (table: TableName): string => row(TABLE_COLUMNS[table]);

/** One detection as a CSV row; undefined for a line that is none. */
export function detectionRow({ entry, detection, source, sequence }: ReportLine): string | undefined {
  if (!detection) return undefined;
  return row([
    iso(entry.timeMs),
    source,
    sequence,
    entry.address,
    detection.severity,
    detection.families.join(' '),
    detection.hits.map((hit) => hit.rule.name).join(' '),
    detection.outcome,
    detection.success,
    entry.method,
    entry.status || undefined,
    entry.target,
    entry.userAgent,
    entry.message,
  ]);
}

/** The rows of a table that is known only at the end; detections are written as they come. */
export function csvRows(table: Exclude<TableName, 'detections'>, data: ReportData): string[] {
  switch (table) {
    case 'addresses':
      return data.addresses.map((a) =>
        row([a.address, a.hits, a.errors, a.bytes, a.detections, a.severity, a.who.country, a.who.network, a.who.tags.join(' ')]),
      );
    case 'incidents':
      return data.dossiers.map(({ incident: i, who }) =>
        row([
          incidentName(i),
          i.risk,
          i.severity,
          i.stage,
          i.title,
          iso(i.startMs),
          iso(i.endMs),
          i.entries,
          i.detections,
          i.successes,
          Object.keys(i.families).join(' '),
          i.sources.join(' '),
          i.state,
          who.country,
          who.network,
        ]),
      );
    case 'families':
      return data.families.map((f) => row([f.family, f.count, f.severity]));
    case 'statuses':
      return data.statuses.map((s) => row([s.status, s.count]));
  }
}
