import { createTimeFormat } from './time-format.ts';

const COUNT_UNITS = ['', 'k', 'M', 'G', 'T', 'P'] as const;
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/**
 * A count in at most five characters: `7`, `1,284`; from 10,000 `12.4k`, `124k`, `3.1M`. Rounds down, so that a width never jumps at a
 * rounding edge. Negative and non-finite numbers count as 0.
 */
export function count(n: number): string {
  const whole = sane(n);
  if (whole < 1000) return String(whole);
  if (whole < 10_000) return `${Math.floor(whole / 1000)},${String(whole % 1000).padStart(3, '0')}`;
  const { digits, unit } = scale(whole);
  return `${digits}${COUNT_UNITS[unit] ?? ''}`;
}

/** A size in SI units: `512 B`, `24.8 kB`, `3.1 MB`. Rounds down. */
export function bytes(n: number): string {
  const { digits, unit } = scale(sane(n));
  return `${digits} ${BYTE_UNITS[unit] ?? ''}`;
}

/** A span of time in its largest unit: `14 s`, `3 min`, `2 h 05` (minutes), `4 d`. Rounds down. */
export function duration(ms: number): string {
  const seconds = Math.floor(sane(ms) / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ${twoDigits(minutes % 60)}`;
  return `${Math.floor(hours / 24)} d`;
}

const sane = (n: number): number => (Number.isFinite(n) && n > 0 ? Math.floor(n) : 0);
const twoDigits = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** One decimal below 100 of a unit, none above. */
function scale(n: number): { digits: string; unit: number } {
  let unit = 0;
  let divisor = 1;
  while (n / divisor >= 1000 && unit < BYTE_UNITS.length - 1) {
    divisor *= 1000;
    unit += 1;
  }
  const value = n / divisor;
  const digits = unit === 0 || value >= 100 ? String(Math.floor(value)) : (Math.floor(value * 10) / 10).toFixed(1);
  return { digits, unit };
}

/** `02:13:45` of a time since the epoch. For many times in a named zone use {@link createTimeFormat}, which sets the zone up once. */
export const clockTime = (ms: number, timeZone?: string): string => createTimeFormat(timeZone).clockTime(ms);

/** `02:13:45.120` */
export const clockTimeMs = (ms: number, timeZone?: string): string => createTimeFormat(timeZone).clockTimeMs(ms);

/** `2026-03-02 02:13:45` */
export const dateTime = (ms: number, timeZone?: string): string => createTimeFormat(timeZone).dateTime(ms);
