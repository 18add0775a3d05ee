import { msg } from '../lang/lang.ts';
import type { Entry } from '../model/entry.ts';
import { type Draft, draft, putVerbatim } from './draft.ts';
import type { Format, FormatContext, LineParser, Rejection } from './format.ts';
import { readLineTime } from './line-time.ts';
import { peerInPrefix } from './named-peer.ts';
import { putPeer, putUser } from './put-peer.ts';
import { putRequest } from './request-line.ts';
import { scoreByParsing } from './sample-context.ts';
import { addressInText } from './text-address.ts';
import { createTimeReader, type TimeReader } from './time.ts';
import { createTraceback, isTracebackHead } from './traceback.ts';

const REJECTED: Rejection = { reason: msg('neither a time nor a level at the start') };
const LEVELS: ReadonlySet<string> = new Set(
  'TRACE DEBUG INFO NOTICE WARN WARNING ERROR ERR CRITICAL CRIT FATAL SEVERE ALERT EMERG EMERGENCY PANIC INF WRN DBG FTL TRC VRB'.split(
    ' ',
  ),
);
/** Words looked at between the time and the message. */
const MAX_WORDS = 6;
const NAME = /^[A-Za-z_][\w.$/-]{0,100}$/;
/** uvicorn: `203.0.113.5:54321 - "GET / HTTP/1.1" 200 OK`. */
const ACCESS = /^([0-9a-fA-F.:[\]]{3,50}):\d{1,5} - "/;

/**
 * Lines of Python's logging and its like: a time, a level, a logger in any of the usual orders and dresses (`T - name - LEVEL - text`,
 * `LEVEL:name:text`, `[T] LEVEL in module: text`, `T [LEVEL] name: text`, `T | LEVEL | name - text`), tracebacks joined. `needsLevel`: refuse
 * a line that has but a time.
 */
export function createApplicationParser(context: FormatContext, needsLevel = false): LineParser {
  const times = createTimeReader(context);
  const traceback = createTraceback();
  return {
    parse(line): Entry | Rejection {
      const entry = parseLine(line, times, needsLevel);
      if (!('reason' in entry)) traceback.begin(isTracebackHead(line));
      return entry;
    },
    continues: traceback.continues,
  };
}

interface Head {
  level: string;
  name: string;
  /** Where the message starts. */
  at: number;
}

/** A clock without a date: logback's and log4j's own pattern, zerolog's console (`2:13AM`). */
const CLOCK_ONLY = /^\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?|[AP]M)(?= )/;

function parseLine(line: string, times: TimeReader, needsLevel: boolean): Entry | Rejection {
  if (isTracebackHead(line)) return messageEntry(line, undefined, { level: '', name: '', at: 0 });
  const time = readTime(line, times, 0) ?? readLineTime(line, times) ?? readClock(line);
  const head = readHead(line, time?.end ?? 0, time !== undefined);
  const needed = needsLevel || (time !== undefined && time.ms === undefined);
  if (time !== undefined) return head.level === '' && needed ? REJECTED : messageEntry(line, time.ms, head, time.end);
  if (head.level === '') return REJECTED;
  const later = readTime(line, times, head.at);
  if (later === undefined) return messageEntry(line, undefined, head);
  return messageEntry(line, later.ms, { ...head, at: skipMarks(line, later.end, line.length) });
}

function readTime(line: string, times: TimeReader, from: number): { ms: number; end: number } | undefined {
  const bracket = line.charCodeAt(from) === 91;
  const at = bracket ? from + 1 : from;
  const time = times.iso(line, at);
  if (time === undefined) return undefined;
  const next = line.charAt(time.end);
  if (bracket && next !== ']' && next !== ' ' && next !== ',') return undefined;
  return next === '' || ' ],|:-\t'.includes(next) ? { ms: time.ms, end: bracket && next === ']' ? time.end + 1 : time.end } : undefined;
}

function readClock(line: string): { ms: undefined; end: number } | undefined {
  const found = line.charCodeAt(2) === 58 || line.charCodeAt(1) === 58 ? CLOCK_ONLY.exec(line.slice(0, 24)) : null;
  return found === null ? undefined : { ms: undefined, end: found[0].length };
}

/** Looks for a level among the first words; a word that names a logger may stand before or behind it. */
function readHead(line: string, from: number, timed: boolean): Head {
  const start = skipMarks(line, from, line.length);
  const none: Head = { level: '', name: '', at: start };
  let at = start;
  let name = '';
  for (let i = 0; i < (timed ? MAX_WORDS : 1); i += 1) {
    const end = wordEnd(line, at);
    const word = line.slice(at, Math.min(end, at + 102));
    if (LEVELS.has(timed || line.charCodeAt(at - 1) === 91 ? word.toUpperCase() : word))
      return timed || ' :]'.includes(line.charAt(end)) ? behindLevel(line, { level: word, name, at: end }) : none;
    if (name === '' && NAME.test(word)) name = word;
    at = skipMarks(line, end, end + 16);
    if (at >= line.length) break;
  }
  return none;
}

/** `:name:text`, ` in module: text`, ` name: text`, ` - text`, `] text`. */
function behindLevel(line: string, { level, name, at }: Head): Head {
  const colon = line.charCodeAt(at) === 58 && line.charCodeAt(at + 1) !== 32;
  let start = skipMarks(line, at, at + 32);
  if (name !== '') return { level, name, at: start };
  if (line.startsWith('in ', start)) start += 3;
  const end = line.indexOf(':', start);
  const word = end < 0 || end - start > 100 ? '' : line.slice(start, end);
  const named = NAME.test(word) && (colon || line.charCodeAt(end + 1) === 32);
  return named ? { level, name: word, at: skipMarks(line, end + 1, end + 3) } : { level, name: '', at: start };
}

/** Steps over spaces and the marks that set the parts apart. */
function skipMarks(line: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && at < line.length && ' \t[]|-:,'.includes(line.charAt(at))) at += 1;
  return at;
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && at < from + 102 && !' \t[]|:,'.includes(line.charAt(at))) at += 1;
  return at;
}

function messageEntry(line: string, timeMs: number | undefined, { level, name, at }: Head, timeEnd = at): Entry {
  const entry = draft('application', line);
  entry.timeMs = timeMs;
  entry.level = level;
  entry.program = name;
  if (putAccess(entry, at)) return entry;
  putVerbatim(entry, 'message', at, line.length);
  putPeer(entry, at);
  const peer = entry.address === '' ? peerInPrefix(line, { start: timeEnd, end: at }) : undefined;
  if (peer !== undefined) putVerbatim(entry, 'address', peer.start, peer.end);
  if (peer !== undefined && entry.user === '') putUser(entry, at);
  // A logger's own fields (`remote_ip=192.0.2.1`); a thread's name may hold what a client asked for.
  const before = entry.address === '' && at - timeEnd > 12 ? line.slice(0, at) : '';
  const named = /[?/]/.test(before.slice(timeEnd)) ? undefined : addressInText(before, timeEnd);
  if (named !== undefined) putVerbatim(entry, 'address', named.start, named.end);
  return entry;
}

/** A request that uvicorn logs through logging. */
function putAccess(entry: Draft, at: number): boolean {
  const line = entry.raw;
  const access = ACCESS.exec(line.slice(at, at + 64));
  const close = access === null ? -1 : line.lastIndexOf('" ');
  const request = at + (access?.[0].length ?? 0);
  const status = line.slice(close + 2, close + 5);
  if (access === null || close < request || !/^\d{3}$/.test(status)) return false;
  entry.kind = 'http';
  entry.status = Number(status);
  const address = access[1] ?? '';
  const bracket = address.startsWith('[') ? 1 : 0;
  putVerbatim(entry, 'address', at + bracket, at + address.length - bracket);
  putRequest(entry, request, close);
  return true;
}

export const application: Format = {
  id: 'application',
  title: 'Python logging',
  score: scoreByParsing((context) => createApplicationParser(context, true), 0.9),
  create: (context) => createApplicationParser(context, true),
};

/** Lines that start with a time and say no more of themselves. */
export const timed: Format = {
  id: 'timed',
  title: 'text with times',
  score: scoreByParsing(createApplicationParser, 0.8),
  create: (context) => createApplicationParser(context),
};
