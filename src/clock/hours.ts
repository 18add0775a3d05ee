import { WEEKDAYS } from './cron.ts';
import { localTimeIn, type ToLocal } from './local-time.ts';

/** Spans of the week in which somebody works. */
export interface WorkingHours {
  /** As written, for explanations. */
  readonly text: string;
  contains(ms: number): boolean;
  /** First instant not before `ms` that lies inside; `ms` itself when it does. */
  nextMs(ms: number): number;
}

interface Slot {
  readonly days: ReadonlySet<number>;
  /** Minutes of the day; a slot whose end is not after its beginning goes over midnight. */
  readonly from: number;
  readonly to: number;
}

const SHAPE = /^(?:([a-z,-]+)\s+)?(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})(?:\s+(\S+))?$/i;
const DAY_MINUTES = 24 * 60;
const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const LONGEST_MS = 9 * 86_400_000;

export type ParsedHours = { readonly ok: true; readonly hours: WorkingHours } | { readonly ok: false; readonly reason: string };

/** Reads `mon-fri 08:00-18:00 Europe/Berlin`, or several of these; days and zone may be left out. A span may go over midnight. */
export function parseHours(texts: readonly string[], defaultZone: string): ParsedHours {
  const tests: ((ms: number) => boolean)[] = [];
  for (const text of texts) {
    const slot = parseSlot(text, defaultZone);
    if (typeof slot === 'string') return { ok: false, reason: slot };
    tests.push(slot);
  }
  const contains = (ms: number): boolean => tests.some((test) => test(ms));
  return { ok: true, hours: { text: texts.join(', '), contains, nextMs: (ms) => nextInside(ms, contains) } };
}

function parseSlot(text: string, defaultZone: string): ((ms: number) => boolean) | string {
  const [, days = '', fromHour, fromMinute, toHour, toMinute, zone] = SHAPE.exec(text.trim()) ?? [];
  const from = minuteOfDay(fromHour, fromMinute);
  const to = minuteOfDay(toHour, toMinute);
  const named = daysOf(days.toLowerCase());
  if (from === undefined || to === undefined || from === DAY_MINUTES || from === to || named === undefined)
    return `expected hours such as mon-fri 08:00-18:00 Europe/Berlin, got "${text}"`;
  try {
    const toLocal = localTimeIn(zone ?? defaultZone);
    return (ms) => isInside({ days: named, from, to }, toLocal, ms);
  } catch {
    return `expected a time zone such as Europe/Berlin, got "${zone}"`;
  }
}

function minuteOfDay(hour = '', minute = ''): number | undefined {
  const minutes = Number(hour) * 60 + Number(minute);
  return hour !== '' && Number(minute) < 60 && minutes <= DAY_MINUTES ? minutes : undefined;
}

/** Weekdays of `mon-fri,sun`; all for `''`. */
function daysOf(text: string): ReadonlySet<number> | undefined {
  const days = new Set<number>();
  for (const item of (text === '' ? 'sun-sat' : text).split(',')) {
    const [first = '', last = first, ...rest] = item.split('-');
    const [from, to] = [first, last].map((name) => WEEKDAYS.indexOf(name));
    if (from === undefined || to === undefined || from < 0 || to < 0 || rest.length > 0) return undefined;
    for (let day = from; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === to) break;
    }
  }
  return days;
}

function isInside({ days, from, to }: Slot, toLocal: ToLocal, ms: number): boolean {
  const { weekday, hour, minute } = toLocal(ms);
  const at = hour * 60 + minute;
  if (from < to) return days.has(weekday) && at >= from && at < to;
  return (days.has(weekday) && at >= from) || (days.has((weekday + 6) % 7) && at < to);
}

function nextInside(ms: number, contains: (ms: number) => boolean): number {
  if (contains(ms)) return ms;
  let inside = (Math.floor(ms / QUARTER_MS) + 1) * QUARTER_MS;
  while (!contains(inside) && inside - ms < LONGEST_MS) inside += QUARTER_MS;
  while (inside - MINUTE_MS > ms && contains(inside - MINUTE_MS)) inside -= MINUTE_MS;
  return inside;
}
