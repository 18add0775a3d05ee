import { msg } from '../lang/lang.ts';
import { type Draft, draft, isAddressAt, put, putAddress } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { plainEntry } from './plain.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader, type TimeReader } from './time.ts';

const NO_TIME: Rejection = { reason: msg('no date and time at the start') };
const NO_HEADER: Rejection = { reason: msg('as many columns as no #Fields line told') };
const DIRECTIVE = /^#(?:Version|Fields|Software|Date|Start-Date|End-Date|Remark|Source): ?/;
const MAX_COLUMNS = 64;

/** What each column fills in, by its name in `#Fields` (W3C Extended Log File Format; IIS; CloudFront), lower case. */
const COLUMNS: Readonly<Record<string, Column>> = {
  date: 'date',
  time: 'time',
  'c-ip': 'address',
  'cs-method': 'method',
  'cs-uri-stem': 'stem',
  'cs-uri-query': 'query',
  'cs-uri': 'stem',
  'cs-username': 'user',
  'cs-host': 'host',
  'cs(host)': 'edge',
  'x-host-header': 'host',
  'cs-version': 'protocol',
  'cs-protocol-version': 'protocol',
  'cs(user-agent)': 'userAgent',
  'cs(referer)': 'referer',
  'x-forwarded-for': 'forwardedFor',
  'cs(x-forwarded-for)': 'forwardedFor',
  'sc-status': 'status',
  'sc-bytes': 'bytes',
  'time-taken': 'taken',
};
type Column =
  | 'date'
  | 'time'
  | 'address'
  | 'method'
  | 'stem'
  | 'query'
  | 'user'
  | 'host'
  | 'edge'
  | 'protocol'
  | 'userAgent'
  | 'referer'
  | 'forwardedFor'
  | 'status'
  | 'bytes'
  | 'taken'
  | 'other';

/** The columns that IIS writes by itself, for a log that is followed from its middle. */
const IIS_COLUMNS = columnsOf(
  'date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken',
);
/** CloudFront's standard log: 33 columns, of which the later ones were added over the years. */
const CLOUDFRONT_COLUMNS = columnsOf(
  'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken x-forwarded-for ssl-protocol ssl-cipher x-edge-response-result-type cs-protocol-version',
);

function columnsOf(names: string): readonly Column[] {
  return names
    .trim()
    .split(/\s+/, MAX_COLUMNS)
    .map((name) => (Object.hasOwn(COLUMNS, name.toLowerCase()) ? (COLUMNS[name.toLowerCase()] ?? 'other') : 'other'));
}

/** W3C extended: what the columns mean stands in a `#Fields` line, which may come again with others. Parted by spaces (IIS) or tabs (CloudFront). */
function createW3cParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  let told: readonly Column[] | undefined;
  return {
    parse(line) {
      if (line.startsWith('#')) {
        const directive = DIRECTIVE.exec(line.slice(0, 16));
        if (directive === null) return NO_TIME;
        if (line.startsWith('#Fields')) told = columnsOf(line.slice(directive[0].length, 4096));
        return plainEntry(line);
      }
      if (line.charCodeAt(4) !== 45 || line.charCodeAt(13) !== 58) return NO_TIME;
      // Other logs begin with a time, too: their words are no columns.
      if (told === undefined && (line.charCodeAt(10) > 32 || line.charCodeAt(19) > 32)) return NO_TIME;
      const tabbed = line.charCodeAt(10) === 9;
      const cells = cellsOf(line, tabbed ? '\t' : ' ');
      const columns = told ?? (tabbed ? CLOUDFRONT_COLUMNS : IIS_COLUMNS);
      const fits = told !== undefined ? cells.length / 2 === told.length : cells.length / 2 >= columns.length - (tabbed ? 12 : 1);
      if (!fits || (told === undefined && !tabbed && (cells.length / 2 > columns.length || !looksLikeIis(line, cells)))) return NO_HEADER;
      return rowEntry(line, { cells, columns: told === undefined && !tabbed ? iisColumns(cells) : columns, tabbed }, { times, context });
    },
  };
}

/** Third and fourth column without a header: the server's address and a method. Sentences of other logs have as many words now and then. */
const looksLikeIis = (line: string, cells: readonly number[]): boolean =>
  isAddressAt(line, cells[4] ?? 0, cells[5] ?? 0) && /^[A-Z_-]{3,20}$/.test(line.slice(cells[6], cells[7]));

/** IIS 7 has no referer among its own columns. */
const iisColumns = (cells: readonly number[]): readonly Column[] =>
  cells.length / 2 === IIS_COLUMNS.length ? IIS_COLUMNS : IIS_COLUMNS.filter((column) => column !== 'referer');

/** Starts and ends of the cells, alternating; at most one more than there can be columns. */
function cellsOf(line: string, separator: string): number[] {
  const cells: number[] = [];
  let start = 0;
  while (cells.length <= MAX_COLUMNS * 2) {
    const next = line.indexOf(separator, start);
    cells.push(start, next < 0 ? line.length : next);
    if (next < 0) break;
    start = next + 1;
  }
  return cells;
}

interface Row {
  readonly cells: readonly number[];
  readonly columns: readonly Column[];
  readonly tabbed: boolean;
}

function rowEntry(
  line: string,
  row: Row,
  { times, context }: { times: TimeReader; context: FormatContext },
): ReturnType<LineParser['parse']> {
  const entry = draft('http', line);
  const extra = { date: '', time: '', query: '', edge: [0, 0] as [number, number] };
  row.columns.forEach((column, i) => {
    const [start, end] = [row.cells[i * 2] ?? 0, row.cells[i * 2 + 1] ?? 0];
    if (end <= start || (end === start + 1 && line.charCodeAt(start) === 45)) return;
    if (column === 'date' || column === 'time' || column === 'query') extra[column] = line.slice(start, end);
    else if (column === 'edge') extra.edge = [start, end];
    else putCell(entry, column, { start, end, tabbed: row.tabbed });
  });
  entry.timeMs = times.iso(`${extra.date}T${extra.time}Z`, 0)?.ms;
  if (entry.timeMs === undefined) return NO_TIME;
  if (entry.host === '' && extra.edge[1] > 0) putAddress(entry, 'host', ...extra.edge);
  if (extra.query !== '' && entry.target !== '') {
    entry.target += `?${extra.query}`;
    delete entry.spans.target;
  }
  putClient(entry, context.isTrustedProxy);
  return entry;
}

interface Cell {
  readonly start: number;
  readonly end: number;
  readonly tabbed: boolean;
}

function putCell(entry: Draft, column: Column, { start, end, tabbed }: Cell): void {
  const text = entry.raw.slice(start, end);
  if (column === 'stem') put(entry, 'target', start, end);
  else if (column === 'address' || column === 'host') putAddress(entry, column, start, end);
  else if (column === 'status') entry.status = /^\d{3}$/.test(text) ? Number(text) : 0;
  else if (column === 'bytes') entry.bytes = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  else if (column === 'taken') entry.durationMs = /^\d{1,9}(?:\.\d{1,9})?$/.test(text) ? Number(text) * (tabbed ? 1000 : 1) : -1;
  else if (column === 'userAgent' || column === 'referer' || column === 'forwardedFor') {
    put(entry, column, start, end);
    putDecoded(entry, column, tabbed ? percentDecoded(entry[column]) : entry[column].replaceAll('+', ' '));
  } else if (column === 'method' || column === 'user' || column === 'protocol') put(entry, column, start, end);
}

/** IIS writes `+` for a space, CloudFront percent signs: what they stand for is no text of the line. */
function putDecoded(entry: Draft, field: 'userAgent' | 'referer' | 'forwardedFor', text: string): void {
  if (text === entry[field]) return;
  entry[field] = text;
  delete entry.spans[field];
}

/** CloudFront encoded twice; newer logs are encoded once. */
function percentDecoded(text: string): string {
  try {
    const once = text.includes('%') ? decodeURIComponent(text) : text;
    return once.includes('%20') ? decodeURIComponent(once) : once;
  } catch {
    return text;
  }
}

const create: Format['create'] = createW3cParser;

/** CloudFront begins with its version, IIS with its name. */
const isCloudFrontHead = (sample: readonly string[]): boolean =>
  sample[0] === '#Version: 1.0' && !sample.some((line) => line.startsWith('#Software'));

/** Share of the lines that fit; a sample without a `#Fields` line has to look like the ones that are known without. */
const scored = (tabbed: boolean): Format['score'] => {
  const score = scoreByParsing(create);
  return (sample) => {
    const rows = sample.filter((line) => !line.startsWith('#'));
    const ofKind = rows.filter((line) => (line.charCodeAt(10) === 9) === tabbed).length;
    return ofKind * 2 > rows.length || (rows.length === 0 && tabbed === isCloudFrontHead(sample)) ? score(sample) : 0;
  };
};

export const iis: Format = { id: 'w3c', title: 'W3C extended (IIS)', score: scored(false), create };
export const cloudFront: Format = { id: 'cloudfront', title: 'CloudFront', score: scored(true), create };
