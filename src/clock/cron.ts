import { type LocalTime, localTimeIn, type ToLocal, wallMinutes } from './local-time.ts';

/** When something is due, as five fields say it: minute, hour, day of the month, month, day of the week. */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Whether day of the month and day of the week were named: where both are, one of them is enough (POSIX crontab). */
  readonly namesDay: boolean;
  readonly namesWeekday: boolean;
}

interface Field {
  readonly title: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
export const WEEKDAYS: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const MINUTE: Field = { title: 'minute', from: 0, to: 59 };
const HOUR: Field = { title: 'hour', from: 0, to: 23 };
const DAY: Field = { title: 'day of the month', from: 1, to: 31 };
const MONTH: Field = { title: 'month', from: 1, to: 12, names: MONTHS };
/** 7 is Sunday too. */
const WEEKDAY: Field = { title: 'day of the week', from: 0, to: 7, names: WEEKDAYS };

export type ParsedCron = { readonly ok: true; readonly cron: Cron } | { readonly ok: false; readonly reason: string };

/** Reads five fields of `*`, numbers, names, ranges (`mon-fri`), steps (`8-18/2`) and lists of these. The reason says which field is wrong. */
export function parseCron(text: string): ParsedCron {
  const words = text.trim().toLowerCase().split(/\s+/);
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = words;
  if (words.length !== 5) return { ok: false, reason: `expected five fields (minute hour day month weekday), got ${words.length}` };
  const minutes = parseField(minute, MINUTE);
  const hours = parseField(hour, HOUR);
  const days = parseField(day, DAY);
  const months = parseField(month, MONTH);
  const weekdays = parseField(weekday, WEEKDAY);
  for (const field of [minutes, hours, days, months, weekdays]) if (typeof field === 'string') return { ok: false, reason: field };
  const cron: Cron = {
    minutes: setOf(minutes),
    hours: setOf(hours),
    days: setOf(days),
    months: setOf(months),
    weekdays: new Set([...setOf(weekdays)].map((number) => number % 7)),
    namesDay: !day.startsWith('*'),
    namesWeekday: !weekday.startsWith('*'),
  };
  return happens(cron) ? { ok: true, cron } : { ok: false, reason: 'expected a day that exists in one of the months' };
}

const setOf = (field: ReadonlySet<number> | string): ReadonlySet<number> => (typeof field === 'string' ? new Set() : field);

/** The numbers that a field names, or what is wrong with it. */
function parseField(text: string, field: Field): ReadonlySet<number> | string {
  const numbers = new Set<number>();
  for (const item of text.split(',')) {
    const range = parseRange(item, field);
    if (range === undefined) return `expected ${field.title} as ${field.from}-${field.to}, *, a-b, */n or a list of these, got "${item}"`;
    for (let number = range.from; number <= range.to; number += range.step) numbers.add(number);
  }
  return numbers;
}

function parseRange(item: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [range = '', stepText, ...more] = item.split('/');
  const step = stepText === undefined ? 1 : Number(/^\d{1,2}$/.exec(stepText)?.[0] ?? 0);
  if (more.length > 0 || step < 1) return undefined;
  if (range === '*') return { from: field.from, to: field === WEEKDAY ? 6 : field.to, step };
  const [first = '', last, ...rest] = range.split('-');
  const from = numberOf(first, field);
  const to = last === undefined ? (stepText === undefined ? from : field.to) : numberOf(last, field);
  if (rest.length > 0 || from === undefined || to === undefined) return undefined;
  // `sat-sun` means what it says.
  const end = field === WEEKDAY && to === 0 && from > 0 ? 7 : to;
  return from <= end ? { from, to: end, step } : undefined;
}

function numberOf(text: string, { from, to, names = [] }: Field): number | undefined {
  const named = names.indexOf(text);
  if (named >= 0) return from + named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return number >= from && number <= to ? number : undefined;
}

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** False for the 31st of February. */
function happens({ days, months, namesWeekday }: Cron): boolean {
  return namesWeekday || [...months].some((month) => [...days].some((day) => day <= (LONGEST_MONTH[month - 1] ?? 0)));
}

const MINUTE_MS = 60_000;
const QUARTER_MINUTES = 15;
/** A 29 February on a certain weekday comes back within 40 years. */
const SEARCHED_MS = 41 * 366 * 86_400_000;

/**
 * The first instant after `afterMs` that fits, in a zone; undefined when there is none in forty years. A time that the clocks skip in spring
 * is due right after the jump; one that they show twice in autumn is due once, unless every hour is named.
 */
export function nextCron(cron: Cron, { afterMs, timeZone }: { afterMs: number; timeZone: string }): number | undefined {
  const toLocal = localTimeIn(timeZone);
  let ms = (Math.floor(afterMs / MINUTE_MS) + 1) * MINUTE_MS;
  let beforeMs = ms - MINUTE_MS;
  let before = toLocal(beforeMs);
  while (ms - afterMs < SEARCHED_MS) {
    const local = toLocal(ms);
    const skipped = wallMinutes(local) - wallMinutes(before) - (ms - beforeMs) / MINUTE_MS;
    if (skipped > 0 && fitsSkipped(cron, local, skipped)) return ms;
    if (fits(cron, local) && !(isFixed(cron) && isRepeated(local, ms, toLocal))) return ms;
    [before, beforeMs] = [local, ms];
    ms += stepMinutes(cron, local, ms) * MINUTE_MS;
  }
  return undefined;
}

const isFixed = ({ hours }: Cron): boolean => hours.size < 24;

function fitsDay({ days, months, weekdays, namesDay, namesWeekday }: Cron, { month, day, weekday }: LocalTime): boolean {
  if (!months.has(month)) return false;
  return namesDay && namesWeekday ? days.has(day) || weekdays.has(weekday) : days.has(day) && weekdays.has(weekday);
}

const fits = (cron: Cron, local: LocalTime): boolean =>
  fitsDay(cron, local) && cron.hours.has(local.hour) && cron.minutes.has(local.minute);

/** Whether a minute fits that the wall clock left out just before. */
function fitsSkipped(cron: Cron, local: LocalTime, minutes: number): boolean {
  if (!isFixed(cron)) return false;
  const utc = localTimeIn('UTC');
  const end = wallMinutes(local);
  for (let at = end - Math.min(minutes, 24 * 60); at < end; at += 1) if (fits(cron, utc(at * MINUTE_MS))) return true;
  return false;
}

/** Clocks go back by an hour, or by half of one (Lord Howe Island). */
const isRepeated = (local: LocalTime, ms: number, toLocal: ToLocal): boolean =>
  [30, 60].some((minutes) => wallMinutes(toLocal(ms - minutes * MINUTE_MS)) === wallMinutes(local));

/** How far to look next: clocks change, and days begin, at quarters of an hour. */
function stepMinutes(cron: Cron, local: LocalTime, ms: number): number {
  const toQuarter = QUARTER_MINUTES - ((ms / MINUTE_MS) % QUARTER_MINUTES);
  if (!fitsDay(cron, local)) {
    const toLastHours = 22 * 60 - (local.hour * 60 + local.minute);
    return toLastHours > toQuarter ? toLastHours - ((ms / MINUTE_MS + toLastHours) % QUARTER_MINUTES) : toQuarter;
  }
  return cron.hours.has(local.hour) ? 1 : toQuarter;
}
