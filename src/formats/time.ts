import type { FormatContext } from './format.ts';
import { createZone, type Zone } from './zone.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';

/** A time and where its text ends (exclusive). */
export interface ReadTime {
  readonly ms: number;
  readonly end: number;
}

/** Readers for every time that logs hold. Each reads at an offset; undefined when no valid time stands there. */
export interface TimeReader {
  /** `02/Mar/2026:00:00:00 +0000` (CLF; always 26 characters); the minute is cached. */
  clf(text: string, at: number): number | undefined;
  /** `02/Mar/2026 02:13:41` (Django, Werkzeug), in the context's zone. */
  clfLocal(text: string, at: number): number | undefined;
  /** ISO 8601 and RFC 3339: `T`, `t` or space, `-` or `/` in the date (nginx error log), fraction after `.` or `,`, zone `Z`, `+09:00`, `+0900`, `+09`, `UTC` or none. */
  iso(text: string, at: number): ReadTime | undefined;
  /** `Mar  2 02:13:41` (RFC 3164), with an optional year and fraction; the fitting year is at most one day ahead of now. */
  bsd(text: string, at: number): ReadTime | undefined;
  /** `Mon Mar 02 02:13:41.123456 2026` (Apache error log). */
  ctime(text: string, at: number): ReadTime | undefined;
}

export function createTimeReader(context: FormatContext): TimeReader {
  const zone = createZone(context.timeZone);
  const local = (parts: Parts): number | undefined => {
    const ms = utc(parts);
    return ms === undefined ? undefined : zone.toEpoch(ms);
  };
  const localLimit = createLocalLimit(context, zone);
  return {
    clf: createClfReader(),
    clfLocal: (text, at) => {
      const parts = readClfLocalParts(text, at);
      return parts === undefined ? undefined : local(parts);
    },
    iso(text, at) {
      const read = readIsoParts(text, at);
      if (read === undefined) return undefined;
      const offset = readOffset(text, read.end);
      const ms = offset === undefined ? local(read.parts) : utc(read.parts);
      if (ms === undefined) return undefined;
      return offset === undefined ? { ms, end: read.end } : { ms: ms - offset.ms, end: offset.end };
    },
    bsd(text, at) {
      const read = readBsdParts(text, at);
      if (read === undefined) return undefined;
      const { month, day, clock, year } = read;
      if (year !== undefined) return timeAt(local({ year, month, day, clock }), read.end);
      const wall = fitYear({ month, day, clock }, localLimit());
      return timeAt(wall === undefined ? undefined : zone.toEpoch(wall), read.end);
    },
    ctime(text, at) {
      const month = monthAt(text, at + 4);
      const day = dayAt(text, at + 8);
      const clock = readClock(text, at + 11);
      if (month < 0 || clock === undefined || text.charCodeAt(clock.end) !== 32) return undefined;
      return timeAt(local({ year: digits(text, clock.end + 1, 4), month, day, clock }), clock.end + 5);
    },
  };
}

/** One day ahead of now as wall time of the zone; asks for the zone's offset once a quarter of an hour. */
function createLocalLimit({ nowMs }: FormatContext, zone: Zone): () => number {
  let quarter = Number.NaN;
  let offsetMs = 0;
  return () => {
    const limit = nowMs() + DAY_MS;
    if (Math.floor(limit / QUARTER_MS) !== quarter) {
      quarter = Math.floor(limit / QUARTER_MS);
      offsetMs = zone.toLocal(limit) - limit;
    }
    return limit + offsetMs;
  };
}

/** The latest such wall time that is not after the limit; looks nine years back for a 29 February. */
function fitYear(parts: Omit<Parts, 'year'>, localLimit: number): number | undefined {
  const newest = new Date(localLimit).getUTCFullYear();
  for (let year = newest; year > newest - 9; year -= 1) {
    const wall = utc({ ...parts, year });
    if (wall !== undefined && wall <= localLimit) return wall;
  }
  return undefined;
}

const timeAt = (ms: number | undefined, end: number): ReadTime | undefined => (ms === undefined ? undefined : { ms, end });

interface Clock {
  /** Milliseconds since midnight. */
  readonly ms: number;
  readonly end: number;
}

interface Parts {
  readonly year: number;
  /** 0–11; -1 when it is none. */
  readonly month: number;
  readonly day: number;
  readonly clock: Clock;
}

/** The parts as if they were UTC; undefined when there is no such day. */
function utc({ year, month, day, clock }: Parts): number | undefined {
  if (year < 1 || month < 0 || month > 11 || day < 1 || day > 31) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getUTCDate() === day ? date.getTime() + clock.ms : undefined;
}

function readClfLocalParts(text: string, at: number): Parts | undefined {
  const clock = text.charCodeAt(at + 2) === 47 && text.charCodeAt(at + 6) === 47 ? readClock(text, at + 12) : undefined;
  if (clock === undefined) return undefined;
  return { year: digits(text, at + 7, 4), month: monthAt(text, at + 3), day: digits(text, at, 2), clock };
}

function createClfReader(): TimeReader['clf'] {
  let minute = '';
  let zone = '';
  let minuteMs = 0;
  return (text, at) => {
    const second = digits(text, at + 18, 2);
    if (second < 0 || second > 60 || text.charCodeAt(at + 17) !== 58) return undefined;
    if (minute === '' || !text.startsWith(minute, at) || !text.startsWith(zone, at + 20)) {
      const read = readClfMinute(text, at);
      if (read === undefined) return undefined;
      minuteMs = read;
      minute = text.slice(at, at + 17);
      zone = text.slice(at + 20, at + 26);
    }
    return minuteMs + second * 1000;
  };
}

function readClfMinute(text: string, at: number): number | undefined {
  if (text.charCodeAt(at + 2) !== 47 || text.charCodeAt(at + 6) !== 47 || text.charCodeAt(at + 11) !== 58) return undefined;
  const clock = readClock(text, at + 12);
  if (clock === undefined || text.charCodeAt(at + 20) !== 32) return undefined;
  const ms = utc({ year: digits(text, at + 7, 4), month: monthAt(text, at + 3), day: digits(text, at, 2), clock });
  const offset = readOffset(text, at + 20);
  if (ms === undefined || offset === undefined || offset.end !== at + 26) return undefined;
  return ms - offset.ms - digits(text, at + 18, 2) * 1000;
}

function readIsoParts(text: string, at: number): { parts: Parts; end: number } | undefined {
  const year = digits(text, at, 4);
  const month = digits(text, at + 5, 2);
  const day = digits(text, at + 8, 2);
  const separator = text.charCodeAt(at + 4);
  if (year < 0 || month < 1 || day < 1 || (separator !== 45 && separator !== 47) || text.charCodeAt(at + 7) !== separator) return undefined;
  const between = text.charCodeAt(at + 10);
  if (between !== 84 && between !== 116 && between !== 32) return undefined;
  const clock = readClock(text, at + 11);
  return clock === undefined ? undefined : { parts: { year, month: month - 1, day, clock }, end: clock.end };
}

function readBsdParts(
  text: string,
  at: number,
): { month: number; day: number; clock: Clock; year: number | undefined; end: number } | undefined {
  const month = monthAt(text, at);
  const day = dayAt(text, at + 4);
  if (month < 0 || day < 1 || text.charCodeAt(at + 3) !== 32 || text.charCodeAt(at + 6) !== 32) return undefined;
  const year = digits(text, at + 7, 4);
  const clock = readClock(text, year < 0 ? at + 7 : at + 12);
  return clock === undefined ? undefined : { month, day, clock, year: year < 0 ? undefined : year, end: clock.end };
}

/** `02:13:41`, `02:13:41.123456`, `02:13:41,123`. A leap second counts as the next second. */
function readClock(text: string, at: number): Clock | undefined {
  const hour = digits(text, at, 2);
  const minute = digits(text, at + 3, 2);
  const second = digits(text, at + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60) return undefined;
  if (text.charCodeAt(at + 2) !== 58 || text.charCodeAt(at + 5) !== 58) return undefined;
  const ms = hour * 3_600_000 + minute * 60_000 + second * 1000;
  const mark = text.charCodeAt(at + 8);
  if ((mark !== 46 && mark !== 44) || digits(text, at + 9, 1) < 0) return { ms, end: at + 8 };
  let end = at + 9;
  let fraction = 0;
  while (end < at + 27 && digits(text, end, 1) >= 0) {
    if (end < at + 12) fraction += digits(text, end, 1) * 10 ** (at + 11 - end);
    end += 1;
  }
  return { ms: ms + fraction, end };
}

/** The zone at `at`, perhaps after one space; undefined when there is none. */
function readOffset(text: string, at: number): ReadTime | undefined {
  const start = text.charCodeAt(at) === 32 ? at + 1 : at;
  const sign = text.charCodeAt(start);
  if (start === at && (sign === 90 || sign === 122)) return { ms: 0, end: start + 1 };
  if (text.startsWith('UTC', start)) return { ms: 0, end: start + 3 };
  if (sign !== 43 && sign !== 45) return undefined;
  const hours = digits(text, start + 1, 2);
  if (hours < 0 || hours > 18) return undefined;
  const minutesAt = text.charCodeAt(start + 3) === 58 ? start + 4 : start + 3;
  const minutes = digits(text, minutesAt, 2);
  if (minutes > 59) return undefined;
  const ms = (hours * 60 + Math.max(minutes, 0)) * (sign === 45 ? -60_000 : 60_000);
  return { ms, end: minutes < 0 ? start + 3 : minutesAt + 2 };
}

/** The number of exactly `count` digits at `at`; -1 when they are not all digits. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i += 1) {
    const digit = text.charCodeAt(i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Month 0–11 by its English abbreviation at `at`; -1 when it is none. */
function monthAt(text: string, at: number): number {
  const found = MONTHS.indexOf(text.slice(at, at + 3));
  return found >= 0 && found % 3 === 0 && at + 3 <= text.length ? found / 3 : -1;
}

/** Day of month in two characters, the first perhaps a space; -1 when it is none. */
function dayAt(text: string, at: number): number {
  return text.charCodeAt(at) === 32 ? digits(text, at + 1, 1) : digits(text, at, 2);
}

/** Epoch seconds, milli-, micro- or nanoseconds (told apart by size), as number or digits with a fraction; undefined when it is none. */
export function epochMs(value: number | string): number | undefined {
  const number = typeof value === 'number' ? value : /^\d{1,20}(?:\.\d{1,12})?$/.test(value) ? Number(value) : Number.NaN;
  if (!(number >= 1e8 && number < 1e19)) return undefined;
  if (number < 1e11) return Math.round(number * 1000);
  if (number < 1e14) return Math.round(number);
  return Math.round(number < 1e17 ? number / 1000 : number / 1e6);
}
