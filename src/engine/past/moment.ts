import { createZone } from '../../formats/zone.ts';

const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: DAY_MS };

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/;
const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const BACK = /^-(\d{1,5}) ?([smhd])$/;

export const MOMENT_FORMS = '02:15, yesterday 14:00, 2026-03-02 02:15 or -30m';

/** Milliseconds since midnight; undefined for what is no time of day. */
function clockMs(text: string): number | undefined {
  const [, hours = '', minutes = '', seconds = '0'] = CLOCK.exec(text) ?? [];
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)];
  return hours === '' || h > 23 || m > 59 || s > 59 ? undefined : ((h * 60 + m) * 60 + s) * 1000;
}

/** Midnight of a day as if its zone were UTC; undefined for what is no date. */
function dayMs(text: string, today: number): number | undefined {
  if (text === 'today') return today;
  if (text === 'yesterday') return today - DAY_MS;
  const [, year = '', month = '', day = ''] = DATE.exec(text) ?? [];
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const isDate = year !== '' && new Date(ms).getUTCMonth() === Number(month) - 1 && new Date(ms).getUTCDate() === Number(day);
  return isDate ? ms : undefined;
}

/**
 * The instant that an operator names: `02:15` (the latest one that has been), `yesterday 14:00`, `2026-03-02 02:15:30`, `-30m`. `nowMs` is the log's
 * own time; the words are in the zone that times are shown in. Undefined for anything else.
 */
export function momentOf(text: string, { nowMs, timeZone }: { nowMs: number; timeZone: string }): number | undefined {
  const words = text
    .trim()
    .toLowerCase()
    .replace(/^(\d{4}-\d{2}-\d{2})t/, '$1 ');
  const [, amount = '', unit = ''] = BACK.exec(words) ?? [];
  if (amount !== '') return nowMs - Number(amount) * (UNIT_MS[unit] ?? 0);
  const zone = createZone(timeZone);
  const localNow = zone.toLocal(nowMs);
  const today = Math.floor(localNow / DAY_MS) * DAY_MS;
  const [first = '', second, ...rest] = words.split(/ +/);
  if (rest.length > 0) return undefined;
  const clock = clockMs(first);
  if (clock !== undefined) return second === undefined ? zone.toEpoch(today + clock - (today + clock > localNow ? DAY_MS : 0)) : undefined;
  const day = dayMs(first, today);
  const time = second === undefined ? 0 : clockMs(second);
  return day === undefined || time === undefined ? undefined : zone.toEpoch(day + time);
}
