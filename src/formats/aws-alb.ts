import { msg } from '../lang/lang.ts';
import { draft, put, putAddress } from './draft.ts';
import { closingQuote } from './escapes.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader, type TimeReader } from './time.ts';

const REJECTED: Rejection = {
  reason: msg('no load balancer line: [type] time balancer client:port target:port times status status bytes bytes "request"'),
};
/** Kind of request, which the classic balancer leaves out, and the space before the time. */
const KIND = /^(?:(?:https?|h2|grpcs|wss?) )?(?=\d{4}-)/;
/** Balancer, client, target, three times, both statuses, both sizes. */
const HEAD =
  /^ [\w/.-]{1,256} (\S{2,64}) \S{1,128} (-1|\d{1,6}(?:\.\d{1,9})?) (-1|\d{1,6}(?:\.\d{1,9})?) (-1|\d{1,6}(?:\.\d{1,9})?) (-|\d{3}) (?:-|\d{1,3}) \d{1,15} (\d{1,15}) "/;
/** The balancer writes the whole address: `http://host:80/path`. */
const ABSOLUTE = /^(?:https?|wss?):\/\/([^/?#"\s]{0,255})/;

/** Access logs of AWS's application and classic load balancers (Elastic Load Balancing user guides, "Access log entries"). */
function createAlbParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return { parse: (line) => parseAlb(line, times) };
}

function parseAlb(line: string, times: TimeReader): ReturnType<LineParser['parse']> {
  const kind = KIND.exec(line.slice(0, 12));
  const time = kind === null ? undefined : times.iso(line, kind[0].length);
  const head = time === undefined ? null : HEAD.exec(line.slice(time.end, time.end + 1024));
  if (time === undefined || head === null) return REJECTED;
  const entry = draft('http', line);
  entry.timeMs = time.ms;
  const client = line.indexOf(head[1] ?? '', time.end);
  putAddress(entry, 'address', client, client + (head[1] ?? '').length);
  const took = [head[2], head[3], head[4]].map(Number);
  if (took.every((seconds) => seconds >= 0)) entry.durationMs = Math.round(took.reduce((a, b) => a + b, 0) * 1e6) / 1000;
  entry.status = head[5] === '-' ? 0 : Number(head[5]);
  entry.bytes = Number(head[6]);
  const request = time.end + head[0].length;
  const close = quoteEnd(line, request);
  putRequest(entry, request, close);
  putOwnPath(entry);
  if (line.startsWith('" "', close)) put(entry, 'userAgent', close + 3, quoteEnd(line, close + 3));
  return entry;
}

/** The quote that ends a field: one that a space follows, or the end of the line. */
function quoteEnd(line: string, from: number): number {
  let close = closingQuote(line, from);
  while (close >= 0 && close + 1 < line.length && line.charCodeAt(close + 1) !== 32) close = closingQuote(line, close + 1);
  return close < 0 ? line.length : close;
}

/** Takes scheme and host off, so that a path is the same as in the log of the server behind. */
function putOwnPath(entry: ReturnType<typeof draft>): void {
  const span = entry.spans.target;
  const found = span === undefined ? null : ABSOLUTE.exec(entry.raw.slice(span.start, span.start + 300));
  if (span === undefined || found === null || span.start + found[0].length >= span.end) return;
  const path = span.start + found[0].length;
  if (entry.raw.charCodeAt(path) !== 47) return;
  putAddress(entry, 'host', path - (found[1] ?? '').length, path);
  put(entry, 'target', path, span.end);
}

export const awsAlb: Format = {
  id: 'aws_alb',
  title: 'AWS load balancer',
  score: scoreByParsing(createAlbParser),
  create: createAlbParser,
};
