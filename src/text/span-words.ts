import { t } from '../lang/lang.ts';
import { duration } from './units.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A span of time in a sentence, in its largest unit: in English as {@link duration}, which suits columns. Rounds down. */
export function spanWords(ms: number): string {
  const whole = Number.isFinite(ms) && ms > 0 ? ms : 0;
  if (whole < MINUTE_MS) return t('{n} s', { n: Math.floor(whole / 1000) });
  if (whole < HOUR_MS) return t('{n} min', { n: Math.floor(whole / MINUTE_MS) });
  if (whole >= DAY_MS) return t('{n} d', { n: Math.floor(whole / DAY_MS) });
  const [hours, minutes] = duration(whole).split(' h ');
  return t('{hours} h {minutes}', { hours: hours ?? '', minutes: minutes ?? '' });
}
