import { msg } from '../lang/lang.ts';
import { type Draft, draft, put, putAddress } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader, type TimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no HAProxy httplog: client:port [time] frontend backend/server timers status bytes') };
/** Address and port, time, frontend, backend/server, timers, status, bytes, two cookies, how it ended, connections, queues. */
const HEAD =
  /^(\S{2,64}):\d{1,5} \[([^\]]{20,26})\] \S{1,256} \S{1,256}\/\S{1,256} ([+\d/-]{3,80}) (-1|\d{3}) \+?(\d{1,15}) \S{1,512} \S{1,512} [\w-]{4} [\d/+]{5,80} [\d/]{3,40} /;
const MAX_HEAD = 2048;
const MAX_CAPTURES = 32;

/** HAProxy's `option httplog` and `httpslog` (configuration manual, "HTTP log format"), as they stand behind syslog's head or alone. */
export function createHaproxyParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return { parse: (line) => parseHaproxy(line, times, context) };
}

function parseHaproxy(line: string, times: TimeReader, context: FormatContext): ReturnType<LineParser['parse']> {
  const head = HEAD.exec(line.slice(0, MAX_HEAD));
  const timeMs = head === null ? undefined : times.clfLocal(head[2] ?? '', 0);
  if (head === null || timeMs === undefined) return REJECTED;
  const [all, address = '', , timers = '', status = '', bytes = ''] = head;
  const entry = draft('http', line);
  entry.timeMs = timeMs;
  putAddress(entry, 'address', 0, address.length);
  entry.status = status === '-1' ? 0 : Number(status);
  entry.bytes = Number(bytes);
  entry.durationMs = total(timers);
  const open = putCaptures(entry, all.length);
  if (line.charCodeAt(open) !== 34) return REJECTED;
  // HAProxy writes a quote inside as #22: what follows the last quote is TLS (httpslog).
  const close = line.lastIndexOf('"');
  putRequest(entry, open + 1, close > open ? close : line.length);
  for (const field of ['target', 'userAgent', 'referer', 'host'] as const) undoHashes(entry, field);
  putClient(entry, context.isTrustedProxy);
  return entry;
}

/** The last of the timers is the time all took; `+` stands before one that was still running. */
function total(timers: string): number {
  const last = timers.slice(timers.lastIndexOf('/') + 1).replace('+', '');
  return /^\d{1,12}$/.test(last) ? Number(last) : -1;
}

/** Captured headers, `{a|b}` for the request and perhaps for the response; which they are stands nowhere but in their looks. Returns where the request begins. */
function putCaptures(entry: Draft, from: number): number {
  let at = from;
  for (let block = 0; block < 2 && entry.raw.charCodeAt(at) === 123; block += 1) {
    const close = entry.raw.indexOf('} ', at);
    if (close < 0) return at;
    if (block === 0) putHeaders(entry, at + 1, close);
    at = close + 2;
  }
  return at;
}

function putHeaders(entry: Draft, from: number, to: number): void {
  let start = from;
  for (let i = 0; i < MAX_CAPTURES && start < to; i += 1) {
    const bar = entry.raw.indexOf('|', start);
    const end = bar < 0 || bar > to ? to : bar;
    const text = entry.raw.slice(start, end);
    if (/^[\da-fA-F.:]{7,45}(?:, ?[\da-fA-F.:]{7,45}){0,20}$/.test(text)) put(entry, 'forwardedFor', start, end);
    else if (/^https?:\/\//.test(text)) put(entry, 'referer', start, end);
    else if (/^[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}(?::\d{1,5})?$/.test(text)) putAddress(entry, 'host', start, end);
    else if (entry.userAgent === '') put(entry, 'userAgent', start, end);
    start = end + 1;
  }
}

/** HAProxy writes control characters and its own marks as `#` and two hexadecimal digits. */
function undoHashes(entry: Draft, field: 'target' | 'userAgent' | 'referer' | 'host'): void {
  const text = entry[field];
  if (!text.includes('#')) return;
  const plain = text.replace(/#([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  if (plain === text) return;
  entry[field] = plain;
  delete entry.spans[field];
}

export const haproxy: Format = {
  id: 'haproxy',
  title: 'HAProxy',
  score: scoreByParsing(createHaproxyParser),
  create: createHaproxyParser,
};
