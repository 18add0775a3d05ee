import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { putPrefix } from './combined-prefix.ts';
import { type Draft, draft, isAddressAt, put } from './draft.ts';
import { closingQuote } from './escapes.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { putRequest } from './request-line.ts';
import { sampleContext } from './sample-context.ts';
import { createTimeReader, type TimeReader } from './time.ts';

/** A timestamp further in than this is none: a bound on the search in a line that is not of the format. */
const MAX_PREFIX = 8192;
const SPACE = 32;
const QUOTE = 34;
const DASH = 45;

const NO_TIME: Rejection = { reason: msg('no [day/Month/year:time zone] before a quoted request') };
const NO_ADDRESS: Rejection = { reason: msg('no client address in front of the time') };
const NO_STATUS: Rejection = { reason: msg('no status after the request') };

/** Parses common, combined, vhost_combined, and these with extra fields at either end. Layout: Apache's mod_log_config, nginx's ngx_http_log_module. */
export function createCombinedParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return { parse: (line) => parseCombined(line, times, context) };
}

function parseCombined(line: string, times: TimeReader, context: FormatContext): Entry | Rejection {
  const open = findStamp(line);
  if (open < 0) return NO_TIME;
  const zoned = line.charCodeAt(open + 12) === 58;
  const timeMs = zoned ? times.clf(line, open + 1) : times.clfLocal(line, open + 1);
  if (timeMs === undefined) return NO_TIME;
  const request = open + (zoned ? 30 : 24);
  const entry = draft('http', line);
  entry.timeMs = timeMs;
  const close = requestEnd(line, request);
  if (close === -2) return NO_STATUS;
  if (open > 0 && !putPrefix(entry, open - 1)) return NO_ADDRESS;
  putRequest(entry, request, close < 0 ? line.length : close);
  if (close >= 0) putTail(entry, close + 2);
  if (entry.forwardedFor !== '') putClient(entry, context.isTrustedProxy);
  return entry;
}

/** The `[` of the first timestamp that a quoted request follows: a user name can fake the brackets, but servers escape its quotes. */
function findStamp(line: string): number {
  let open = line.indexOf('[');
  while (open >= 0 && open < MAX_PREFIX) {
    if (line.charCodeAt(open + 3) === 47 && line.charCodeAt(open + 7) === 47) {
      if (line.startsWith('] "', open + 27) || line.startsWith('] "', open + 21)) return open;
    }
    open = line.indexOf('[', open + 1);
  }
  return -1;
}

/**
 * The quote that ends the request: the first unescaped one with a status behind it (a server that escapes nothing writes bare quotes too).
 * -1: the line was cut inside the request; -2: no status anywhere.
 */
function requestEnd(line: string, from: number): number {
  let close = closingQuote(line, from);
  if (close < 0) return -1;
  while (close >= 0) {
    if (isStatusAt(line, close + 1)) return close;
    close = closingQuote(line, close + 1);
  }
  return -2;
}

function isStatusAt(line: string, at: number): boolean {
  if (line.charCodeAt(at) !== SPACE) return false;
  const first = line.charCodeAt(at + 1);
  const end = first === DASH ? at + 2 : at + 4;
  if (end > line.length || (end < line.length && line.charCodeAt(end) !== SPACE)) return false;
  return first === DASH || (isDigit(first) && isDigit(line.charCodeAt(at + 2)) && isDigit(line.charCodeAt(at + 3)));
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

/** Status, bytes, and, where quoted, referer and user agent; a third quoted field that holds addresses is X-Forwarded-For. */
function putTail(entry: Draft, at: number): void {
  const line = entry.raw;
  if (line.charCodeAt(at) !== DASH) entry.status = number(line, at, at + 3);
  const afterStatus = line.charCodeAt(at) === DASH ? at + 1 : at + 3;
  let end = afterStatus + 1;
  while (end < line.length && isDigit(line.charCodeAt(end))) end += 1;
  const whole = end > afterStatus + 1 && (end === line.length || line.charCodeAt(end) === SPACE);
  if (whole && end - afterStatus < 17) entry.bytes = number(line, afterStatus + 1, end);
  const first = line.indexOf('"', afterStatus);
  if (first < 0) return;
  const firstEnd = quotedEnd(line, first + 1, true);
  const second = line.indexOf('"', firstEnd + 1);
  if (second < 0) {
    put(entry, line.startsWith('http', first + 1) ? 'referer' : 'userAgent', first + 1, firstEnd);
    return;
  }
  const secondEnd = quotedEnd(line, second + 1, false);
  put(entry, 'referer', first + 1, firstEnd);
  put(entry, 'userAgent', second + 1, secondEnd);
  if (secondEnd + 2 < line.length) putForwardedFor(entry, secondEnd + 2);
}

function number(line: string, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end; i += 1) value = value * 10 + line.charCodeAt(i) - 48;
  return value;
}

/** End of a quoted field: the first unescaped quote that a space (and for the referer another quote) or the end follows; else the line's end. */
function quotedEnd(line: string, from: number, beforeQuote: boolean): number {
  const first = closingQuote(line, from);
  if (first < 0) return line.length;
  let close = first;
  while (close >= 0) {
    const next = line.charCodeAt(close + 1);
    if (close + 1 === line.length || (next === SPACE && (!beforeQuote || line.charCodeAt(close + 2) === QUOTE))) return close;
    close = closingQuote(line, close + 1);
  }
  return first;
}

function putForwardedFor(entry: Draft, from: number): void {
  const line = entry.raw;
  const quote = line.indexOf('"', from);
  if (quote < 0) return;
  const end = closingQuote(line, quote + 1);
  if (end < 0) return;
  const comma = line.indexOf(',', quote + 1);
  if (isAddressAt(line, quote + 1, comma < 0 || comma > end ? end : comma)) put(entry, 'forwardedFor', quote + 1, end);
}

/** The layouts that one parser reads, told apart for the header. */
type Layout = 'combined' | 'vhost' | 'common';

function layoutOf(entry: Entry): Layout {
  if (entry.spans.host !== undefined) return 'vhost';
  return entry.raw.endsWith('"') || entry.spans.userAgent !== undefined ? 'combined' : 'common';
}

/** What only Apache writes: `-` for no bytes, lower-case hex and `\"` in escapes, its own wake-up requests. */
function isApache(line: string): boolean {
  return /" \d{3} - "/.test(line) || /\\x(?:[a-f][0-9a-f]|[0-9][a-f])|\\"/.test(line) || line.includes('(internal dummy connection)');
}

/** Share of the sample that fits; a little less when most of it is laid out otherwise. */
function scoreLayout(sample: readonly string[], layout: Layout): number {
  const times = createTimeReader(sampleContext);
  const seen = { combined: 0, vhost: 0, common: 0 };
  for (const line of sample) {
    const result = parseCombined(line, times, sampleContext);
    if (!('reason' in result)) seen[layoutOf(result)] += 1;
  }
  const fits = seen.combined + seen.vhost + seen.common;
  const most = Math.max(seen.combined, seen.vhost, seen.common);
  return sample.length === 0 ? 0 : (fits / sample.length) * (seen[layout] === most ? 1 : 0.9);
}

const layoutFormat = (id: string, title: string, layout: Layout): Format => ({
  id,
  title,
  score: (sample) => scoreLayout(sample, layout),
  create: createCombinedParser,
});

export const combined = layoutFormat('combined', 'nginx combined', 'combined');
export const common = layoutFormat('common', 'common', 'common');
export const vhostCombined = layoutFormat('vhost_combined', 'vhost combined', 'vhost');

/** The same layout as nginx's; listed before it, and chosen when something in the sample is Apache's own way of writing. */
export const apacheCombined: Format = {
  ...combined,
  id: 'apache_combined',
  title: 'Apache combined',
  score: (sample) => (sample.some(isApache) ? scoreLayout(sample, 'combined') : 0),
};
