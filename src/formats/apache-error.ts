import { msg } from '../lang/lang.ts';
import type { Entry, Span } from '../model/entry.ts';
import { type Draft, draft, put, putAddress } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { scoreByParsing } from './sample-context.ts';
import { createTimeReader } from './time.ts';

const REJECTED: Rejection = { reason: msg('no Apache error log head: [Mon Mar 02 02:13:41 2026] [module:level]') };
/** `(13)Permission denied: ` between the groups. */
const SYSTEM_ERROR = /^\(\d{1,6}\)[^:[\]]{1,80}: /;
const MAX_GROUPS = 8;

/** Apache's error log, default `ErrorLogFormat` of 2.2 and 2.4: bracketed groups, of which `[client address:port]` may be one, then the message. */
function createApacheErrorParser(context: FormatContext): LineParser {
  const times = createTimeReader(context);
  return {
    parse(line): Entry | Rejection {
      if (line.charCodeAt(0) !== 91) return REJECTED;
      const time = times.ctime(line, 1);
      if (time === undefined || !line.startsWith('] [', time.end)) return REJECTED;
      const entry = draft('web-error', line);
      entry.timeMs = time.ms;
      entry.program = 'apache2';
      putMessage(entry, readGroups(entry, time.end + 2));
      return entry;
    },
  };
}

/** Reads the groups from `start` on; returns where the message starts. Groups end with the client's or the first thing that is none: what follows is the client's text. */
function readGroups(entry: Draft, start: number): number {
  const line = entry.raw;
  const ported = /^\[[a-z0-9_]*:/.test(line.slice(start, start + 60));
  let at = start;
  for (let group = 0; group < MAX_GROUPS; group += 1) {
    const error = SYSTEM_ERROR.exec(line.slice(at, at + 100));
    if (error !== null && line.charCodeAt(at + error[0].length) === 91) at += error[0].length;
    if (line.charCodeAt(at) !== 91) break;
    const close = groupEnd(line, at + 1);
    if (close < 0) break;
    const client = line.startsWith('[client ', at) || line.startsWith('[remote ', at);
    if (client) putClientGroup(entry, ported, { start: at + 8, end: close });
    else readLevel(entry, at + 1, close);
    at = close + 1;
    if (line.charCodeAt(at) === 32) at += 1;
    if (client) break;
  }
  return at;
}

/** The `]` that a space or the line's end follows: IPv6 clients stand in brackets of their own. */
function groupEnd(line: string, from: number): number {
  const spaced = line.indexOf('] ', from);
  if (spaced >= 0) return spaced;
  return line.endsWith(']') ? line.length - 1 : -1;
}

/** 2.4 (known by `module:level`) appends the port, to IPv6 without brackets: `[client ::1:40212]`; 2.2 appends none. */
function putClientGroup(entry: Draft, ported: boolean, { start, end }: Span): void {
  const colon = entry.raw.lastIndexOf(':', end - 1);
  const ipv6 = colon > entry.raw.indexOf(':', start);
  putAddress(entry, 'address', start, ported && ipv6 && colon > start ? colon : end);
}

function readLevel(entry: Draft, start: number, end: number): void {
  if (entry.level !== '') return;
  const word = entry.raw.slice(start, Math.min(end, start + 60));
  if (/^(?:[a-z0-9_]*:)?[a-z0-9]+$/.test(word)) entry.level = word.slice(word.indexOf(':') + 1);
}

function putMessage(entry: Draft, start: number): void {
  const line = entry.raw;
  const referer = line.lastIndexOf(', referer: ');
  const end = referer >= start ? referer : line.length;
  put(entry, 'message', start, end);
  if (referer >= start) put(entry, 'referer', referer + 11, line.length);
}

export const apacheError: Format = {
  id: 'apache_error',
  title: 'Apache error log',
  score: scoreByParsing(createApacheErrorParser),
  create: createApacheErrorParser,
};
