import { msg } from '../lang/lang.ts';
import type { Format, FormatContext, Rejection } from './format.ts';
import { isRejection } from './format.ts';
import { sampleContext } from './sample-context.ts';
import { createTimeReader, type ReadTime, type TimeReader } from './time.ts';
import { createWrappedParser, placeBy, severityWord, type Unwrapped, type Wrapper } from './wrapped.ts';

const REJECTED: Rejection = { reason: msg('no syslog head: time, host, program') };
const PRIORITY = /^<(\d{1,3})>/;
/** `sshd[123]: `, `kernel: `, `CRON[1]:` */
const TAG = /^([^\s:[\]]{1,64})(?: ?\[([\w.-]{0,20})\])?:(?: |$)/;
/** What Cisco writes instead of a host: a number, perhaps the name of the machine; the time, behind a mark when the clock is not set; and before the tag, `: %ASA-4-106023: `. */
const CISCO = /^ ?(?:\d{1,10}: )?(?:[\w.-]{1,64}: )?(?:\d{1,10}: )?[*.]?(?=[A-Z][a-z]{2} [ \d]\d )/;
const CISCO_TAG = /^(?: [A-Z]{2,5})?: (?=%[A-Z0-9_-]{3,60}: )/;
/** A priority and then pairs: firewalls that leave out time and host. */
const PAIRS = /^ {0,2}[a-z_]{2,20}=/;
/** `auth.info `, as logread of OpenWrt writes facility and severity. */
const FACILITY = /^ [a-z0-9]{2,12}\.([a-z]{4,7}) /;
/** What would be the host is a level: then it is an application's line and no syslog. */
const LEVEL = /^\W?(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERR(?:OR)?|CRIT(?:ICAL)?|FATAL)\W?$/i;

/** Syslog as files and `journalctl` show it: RFC 3164 or ISO time, host, tag; or RFC 5424's head; with or without `<priority>`. */
function syslogWrapper(context: FormatContext): Wrapper {
  const times = createTimeReader(context);
  return { strict: false, unwrap: (line) => unwrapSyslog(line, times) ?? REJECTED };
}

function unwrapSyslog(line: string, times: TimeReader): Unwrapped | undefined {
  const priority = line.charCodeAt(0) === 60 ? PRIORITY.exec(line.slice(0, 5)) : null;
  const at = priority?.[0].length ?? 0;
  const level = priority === null ? '' : severityWord(Number(priority[1]));
  if (priority !== null && line.startsWith('1 ', at)) return unwrapRfc5424(line, { at: at + 2, level }, times);
  const cisco = line.includes(': %', at) ? unwrapCisco(line, { at, level }, times) : undefined;
  if (cisco !== undefined) return cisco;
  const pairs = priority === null ? null : PAIRS.exec(line.slice(at, at + 32));
  if (pairs !== null) return message(line, at + pairs[0].search(/\S/), { timeMs: undefined, level });
  const read = line.charCodeAt(at) >= 65 ? times.ctime(line, at) : undefined;
  const facility = read === undefined ? null : FACILITY.exec(line.slice(read.end, read.end + 24));
  if (read !== undefined && facility !== null)
    return message(line, read.end + facility[0].length, { timeMs: read.ms, level: facility[1] ?? '' });
  const time = readTime(line, at, times);
  if (time === undefined || line.charCodeAt(time.end) !== 32) return undefined;
  const hostEnd = line.indexOf(' ', time.end + 1);
  const host = hostEnd < 0 || hostEnd - time.end > 256 ? '' : line.slice(time.end + 1, hostEnd);
  if (priority !== null && host.endsWith(':')) return message(line, time.end + 1, { timeMs: time.ms, level });
  if (host === '' || LEVEL.test(host)) return undefined;
  const found = message(line, hostEnd + 1, { timeMs: time.ms, level });
  return found.program === '' && line.charCodeAt(at) < 58 ? undefined : found;
}

/** `<188>107: *Mar  2 02:13:41.123: %SEC_LOGIN-4-LOGIN_FAILED: …`, `<164>Mar 02 2026 02:13:41: %ASA-4-106023: …` */
function unwrapCisco(line: string, { at, level }: { at: number; level: string }, times: TimeReader): Unwrapped | undefined {
  const head = CISCO.exec(line.slice(at, at + 160));
  const time = head === null ? undefined : times.bsd(line, at + head[0].length);
  const tag = time === undefined ? null : CISCO_TAG.exec(line.slice(time.end, time.end + 80));
  return time === undefined || tag === null ? undefined : message(line, time.end + tag[0].length, { timeMs: time.ms, level });
}

/** A BSD time, or an ISO time with its `T` (a space there is how applications write). */
function readTime(line: string, at: number, times: TimeReader): ReadTime | undefined {
  if (line.charCodeAt(at) >= 65) return times.bsd(line, at);
  return line.charCodeAt(at + 10) === 84 ? times.iso(line, at) : undefined;
}

/** The tag, where there is one, and the message behind it. */
function message(line: string, from: number, { timeMs, level }: { timeMs: number | undefined; level: string }): Unwrapped {
  const tag = TAG.exec(line.slice(from, from + 100));
  const start = from + (tag?.[0].length ?? 0);
  return { text: line.slice(start), timeMs, program: tag?.[1] ?? '', level, place: placeBy(start) };
}

/** `2026-03-02T02:13:41Z host app procid msgid [structured data] message`. */
function unwrapRfc5424(line: string, { at, level }: { at: number; level: string }, times: TimeReader): Unwrapped | undefined {
  const time = times.iso(line, at);
  if (time === undefined && !line.startsWith('- ', at)) return undefined;
  let from = (time?.end ?? at + 1) + 1;
  const words: string[] = [];
  while (words.length < 4) {
    const space = line.indexOf(' ', from);
    if (space < 0 || space - from > 256) return undefined;
    words.push(line.slice(from, space));
    from = space + 1;
  }
  const start = structuredDataEnd(line, from);
  if (start === undefined) return undefined;
  const program = words[1] === '-' ? '' : (words[1] ?? '');
  return { text: line.slice(start), timeMs: time?.ms, program, level, place: placeBy(start) };
}

function structuredDataEnd(line: string, from: number): number | undefined {
  let at = from;
  if (line.charCodeAt(at) === 45) at += 1;
  while (line.charCodeAt(at) === 91) {
    let close = line.indexOf(']', at);
    while (close >= 0 && line.charCodeAt(close - 1) === 92) close = line.indexOf(']', close + 1);
    if (close < 0) return undefined;
    at = close + 1;
  }
  if (at === from) return undefined;
  if (line.charCodeAt(at) === 32) at += 1;
  return line.charCodeAt(at) === 0xfeff ? at + 1 : at;
}

const createSyslogParser: Format['create'] = (context) => createWrappedParser(context, syslogWrapper(context));

/** Share of the sample that is syslog, if enough of that (`needed`) is of one kind. */
function scoreSyslog(kind: 'sshd' | 'http' | undefined, needed: number): Format['score'] {
  return (sample) => {
    const parser = createSyslogParser(sampleContext);
    let fits = 0;
    let ofKind = 0;
    for (const line of sample) {
      const entry = parser.parse(line);
      if (isRejection(entry)) continue;
      fits += 1;
      if (entry.kind === kind) ofKind += 1;
    }
    return fits > 0 && (kind === undefined || ofKind >= fits * needed) ? fits / sample.length : 0;
  };
}

export const sshdLog: Format = { id: 'sshd', title: 'sshd auth.log', score: scoreSyslog('sshd', 0.1), create: createSyslogParser };
export const syslogHttp: Format = {
  id: 'syslog_combined',
  title: 'combined in syslog',
  score: scoreSyslog('http', 0.5),
  create: createSyslogParser,
};
export const syslog: Format = { id: 'syslog', title: 'syslog', score: scoreSyslog(undefined, 0), create: createSyslogParser };
