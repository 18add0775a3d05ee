import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';

const DATE_TIME = /^(\d{4,6})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)? ?(Z|[+-]\d\d:?\d\d)?$/;
const AGO = /^(\d{1,6}) ?(s|m|min|h|d)$/;
const CLOCK = /^\d{1,2}:\d\d(?::\d\d)?$/;
const AGO_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 };

const asUtc = (dateTime: string): number => Date.parse(`${dateTime.replace(' ', 'T')}Z`);

/** What the zone adds to UTC at a time, in milliseconds; 0 where the time cannot be written. */
export function zoneOffset(time: TimeFormat, ms: number): number {
  const offset = asUtc(time.dateTime(ms)) - Math.floor(ms / 1000) * 1000;
  return Number.isFinite(offset) ? offset : 0;
}

function zoneOf(text: string): number {
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return (text.startsWith('-') ? -1 : 1) * minutes * 60_000;
}

/**
 * A time as a person types it: `2026-03-02 02:00`, `2026-03-02T02:00:00Z`, `2026-03-02`, `02:00` (of the day of `nowMs`), `90m` (before
 * `nowMs`). Without a zone of its own it is in `timeZone`. Undefined for anything else.
 */
export function parseTime(text: string, { timeZone, nowMs }: { timeZone: string; nowMs: number }): number | undefined {
  const ago = AGO.exec(text);
  if (ago) return nowMs - Number(ago[1]) * (AGO_MS[ago[2] ?? ''] ?? 0);
  const time = createTimeFormat(timeZone);
  const dated = CLOCK.test(text) ? `${time.dateTime(nowMs).slice(0, 10)} ${text.padStart(text.length < 6 ? 5 : 8, '0')}` : text;
  const parts = DATE_TIME.exec(dated);
  if (!parts) return undefined;
  const [, year = '', month = '', day = '', hour = '00', minute = '00', second = '00', zone] = parts;
  const utc = asUtc(`${year}-${month}-${day} ${hour}:${minute}:${second}`);
  if (!Number.isFinite(utc)) return undefined;
  if (zone !== undefined) return utc - zoneOf(zone);
  // Twice, because the offset is that of the wanted moment, not of the same clock time in UTC.
  const near = utc - zoneOffset(time, utc);
  return utc - zoneOffset(time, near);
}
