import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { type Draft, draft, put, putAddress, putVerbatim } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no nginx error log head: 2026/03/02 02:13:41 [level] pid#tid:') };
const HEAD = /^ \[([a-z]{4,8})\] \d{1,10}#\d{1,20}: (?:\*\d{1,20} )?/;
const CLIENT = ', client: ';

/** nginx's error log (`ngx_log_error_core`, `ngx_http_log_error_handler`): the message, then `, client: …, server: …, request: "…", host: "…"`. */
function createNginxErrorParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return {
    parse(line): Entry | Rejection {
      if (line.charCodeAt(4) !== 47) return REJECTED;
      const time = times.iso(line, 0);
      const head = time === undefined ? null : HEAD.exec(line.slice(time.end, time.end + 80));
      if (time === undefined || head === null) return REJECTED;
      const entry = draft('web-error', line);
      entry.timeMs = time.ms;
      entry.program = 'nginx';
      entry.level = head[1] ?? '';
      const start = time.end + head[0].length;
      putVerbatim(entry, 'message', start, line.length);
      putClientPart(entry, start);
      return entry;
    },
  };
}

/**
 * The message may hold decoded paths (then in quotes), and the request comes raw, so both can imitate `, client: 9.9.9.9`. Where nothing is quoted in
 * front of it the first is nginx's own; else an address is taken only when all occurrences agree.
 */
function putClientPart(entry: Draft, start: number): void {
  const line = entry.raw;
  const first = line.indexOf(CLIENT, start);
  if (first < 0) return;
  const end = fieldEnd(line, first + CLIENT.length);
  const quote = line.indexOf('"', start);
  if (quote < 0 || quote > first || isOnlyClient(line, end, line.slice(first, end)))
    putAddress(entry, 'address', first + CLIENT.length, end);
  putQuoted(entry, line.indexOf(', request: "', start));
}

function isOnlyClient(line: string, from: number, known: string): boolean {
  let next = line.indexOf(CLIENT, from);
  while (next >= 0) {
    const end = fieldEnd(line, next + CLIENT.length);
    if (line.slice(next, end) !== known) return false;
    next = line.indexOf(CLIENT, end);
  }
  return true;
}

function putQuoted(entry: Draft, request: number): void {
  if (request < 0) return;
  const line = entry.raw;
  const host = line.lastIndexOf('", host: "');
  const referrer = line.lastIndexOf('", referrer: "');
  const upstream = line.indexOf('", upstream: "', request);
  const from = request + 12;
  const requestEnd = Math.min(...[upstream, host, referrer, line.lastIndexOf('"')].filter((end) => end >= from), line.length);
  putRequest(entry, from, requestEnd);
  if (host >= from) putAddress(entry, 'host', host + 10, referrer > host ? referrer : line.lastIndexOf('"'));
  if (referrer >= from) put(entry, 'referer', referrer + 14, line.lastIndexOf('"'));
}

function fieldEnd(line: string, from: number): number {
  const comma = line.indexOf(',', from);
  return comma < 0 ? line.length : comma;
}

export const nginxError: Format = {
  id: 'nginx_error',
  title: 'nginx error log',
  score: scoreByParsing(createNginxErrorParser),
  create: createNginxErrorParser,
};
