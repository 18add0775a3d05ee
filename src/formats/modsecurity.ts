import { msg } from '../lang/lang.ts';
import { draft, put, putAddress } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { type Leaf, leafText, scanJson } from './json-scan.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader, type TimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no ModSecurity audit record in JSON') };
const MARK = '"transaction":';

/** Where version 3 (libmodsecurity, Coraza) and version 2 (Apache) of the audit log in JSON put things; lower case. */
const PATHS: Readonly<Record<string, Field>> = {
  'transaction.client_ip': 'address',
  'transaction.remote_address': 'address',
  'transaction.time_stamp': 'time',
  'transaction.timestamp': 'time',
  'transaction.time': 'time',
  'transaction.request.method': 'method',
  'transaction.request.uri': 'target',
  'transaction.request.headers.host': 'host',
  'transaction.request.headers.user-agent': 'userAgent',
  'transaction.request.headers.referer': 'referer',
  'transaction.request.headers.x-forwarded-for': 'forwardedFor',
  'transaction.response.http_code': 'status',
  'transaction.response.status': 'status',
  'request.request_line': 'request',
  'request.headers.host': 'host',
  'request.headers.user-agent': 'userAgent',
  'request.headers.referer': 'referer',
  'request.headers.x-forwarded-for': 'forwardedFor',
  'response.status': 'status',
};
type Field = 'address' | 'time' | 'method' | 'target' | 'host' | 'userAgent' | 'referer' | 'forwardedFor' | 'status' | 'request';

/** ModSecurity's and Coraza's audit log, `SecAuditLogFormat JSON`: one transaction a line (ModSecurity Reference Manual). */
function createModsecurityParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return { parse: (line) => parseRecord(line, times, context) };
}

function parseRecord(line: string, times: TimeReader, context: FormatContext): ReturnType<LineParser['parse']> {
  const leaves = line.startsWith('{') && line.slice(0, 256).includes(MARK) ? scanJson(line) : undefined;
  const found = new Map<Field, Leaf>();
  for (const leaf of leaves ?? []) {
    // A header may come as a list of its values.
    const path = leaf.path.toLowerCase().replace(/\.0$/, '');
    const field = leaf.kind === 'array' || !Object.hasOwn(PATHS, path) ? undefined : PATHS[path];
    if (field !== undefined && leaf.end > leaf.start && !found.has(field)) found.set(field, leaf);
  }
  const address = found.get('address');
  if (address === undefined || (found.get('target') ?? found.get('request')) === undefined) return REJECTED;
  const entry = draft('http', line);
  putAddress(entry, 'address', address.start, address.end);
  const host = found.get('host');
  if (host !== undefined) putAddress(entry, 'host', host.start, host.end);
  for (const field of ['method', 'target', 'userAgent', 'referer', 'forwardedFor'] as const) {
    const leaf = found.get(field);
    if (leaf !== undefined) put(entry, field, leaf.start, leaf.end);
  }
  const request = found.get('request');
  if (request !== undefined) putRequest(entry, request.start, request.end);
  const status = found.get('status');
  if (status !== undefined && /^\d{3}$/.test(line.slice(status.start, status.end)))
    entry.status = Number(line.slice(status.start, status.end));
  const time = found.get('time');
  if (time !== undefined) entry.timeMs = readTime(leafText(line, time), times);
  putClient(entry, context.isTrustedProxy);
  return entry;
}

/** `Wed Oct  2 08:07:01 2019`, `02/Mar/2023:22:37:43.094724 +0000`, `2026/03/02 10:00:00`. */
const readTime = (text: string, times: TimeReader): number | undefined =>
  times.ctime(text, 0)?.ms ?? times.clf(text.replace(/^(.{20})\.\d{1,9}/, '$1'), 0) ?? times.iso(text, 0)?.ms;

export const modsecurity: Format = {
  id: 'modsecurity',
  title: 'ModSecurity audit JSON',
  score: scoreByParsing(createModsecurityParser),
  create: createModsecurityParser,
};
