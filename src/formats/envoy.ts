import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { draft, isAddressAt, put, putAddress } from './draft.ts';
import { closingQuote } from './escapes.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no Envoy line: [time] "request" code flags') };
/** Code, flags, perhaps Istio's details, then received, sent, duration. */
const NUMBERS = /^ (\d{1,3}) ([\w,-]{1,64})(?: [^"]{0,300}?(?:"[^"]{0,300}")?)?? (\d{1,15}) (\d{1,15}) (\d{1,12}) /;
const MAX_FIELDS = 16;

/** Envoy's default text access log (`config.accesslog` default format string) and Istio's, which appends the downstream's address. */
function createEnvoyParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return {
    parse(line): Entry | Rejection {
      if (line.charCodeAt(0) !== 91 || line.charCodeAt(11) !== 84) return REJECTED;
      const time = times.iso(line, 1);
      if (time === undefined || !line.startsWith('] "', time.end)) return REJECTED;
      const close = closingQuote(line, time.end + 3);
      const numbers = close < 0 ? null : NUMBERS.exec(line.slice(close + 1, close + 800));
      if (numbers === null) return REJECTED;
      const entry = draft('http', line);
      entry.timeMs = time.ms;
      entry.status = Number(numbers[1]);
      entry.bytes = Number(numbers[4]);
      entry.durationMs = Number(numbers[5]);
      putRequest(entry, time.end + 3, close);
      const fields = quotedFields(line, close + 1 + numbers[0].length);
      const [forwardedFor, userAgent, , host] = fields;
      if (forwardedFor !== undefined) put(entry, 'forwardedFor', forwardedFor.start, forwardedFor.end);
      if (userAgent !== undefined) put(entry, 'userAgent', userAgent.start, userAgent.end);
      if (host !== undefined) putAddress(entry, 'host', host.start, host.end);
      putDownstream(entry, (fields[4]?.end ?? line.length) + 1);
      if (entry.address === '') putLastHop(entry);
      putClient(entry, context.isTrustedProxy);
      return entry;
    },
  };
}

function quotedFields(line: string, from: number): { start: number; end: number }[] {
  const fields: { start: number; end: number }[] = [];
  let open = line.indexOf('"', from);
  while (open >= 0 && fields.length < MAX_FIELDS) {
    const end = closingQuote(line, open + 1);
    if (end < 0) break;
    fields.push({ start: open + 1, end });
    open = line.indexOf('"', end + 1);
  }
  return fields;
}

/** Istio: `… "upstream" cluster local downstream-local downstream-remote sni route`. Envoy alone names the peer nowhere. */
function putDownstream(entry: ReturnType<typeof draft>, from: number): void {
  const words = entry.raw.slice(from, from + 1000).split(' ');
  const remote = words[4];
  if (remote === undefined || !/^[[\]\da-fA-F.:]+:\d+$/.test(remote)) return;
  const start = from + words.slice(0, 4).join(' ').length + 1;
  putAddress(entry, 'address', start, start + remote.length);
}

/** Envoy at the edge (`use_remote_address`) appends its own peer to X-Forwarded-For, so the last address there is the one that no client wrote. */
function putLastHop(entry: ReturnType<typeof draft>): void {
  const field = entry.spans.forwardedFor;
  if (field === undefined) return;
  const start = Math.max(field.start, entry.raw.lastIndexOf(',', field.end - 1) + 1);
  const from = entry.raw.charCodeAt(start) === 32 ? start + 1 : start;
  if (isAddressAt(entry.raw, from, field.end)) putAddress(entry, 'address', from, field.end);
}

export const envoyText: Format = { id: 'envoy', title: 'Envoy', score: scoreByParsing(createEnvoyParser), create: createEnvoyParser };
