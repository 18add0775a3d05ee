/** What a clock on the wall shows. */
export interface LocalTime {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  /** 1–31 */
  readonly day: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly hour: number;
  readonly minute: number;
}

export type ToLocal = (ms: number) => LocalTime;

/** Wall time in an IANA zone; throws a RangeError for a zone that does not exist. */
export function localTimeIn(timeZone: string): ToLocal {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  return (ms) => {
    const parts = new Map(format.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
    const [year = 0, month = 1, day = 1] = [parts.get('year'), parts.get('month'), parts.get('day')];
    const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay();
    return { year, month, day, weekday, hour: parts.get('hour') ?? 0, minute: parts.get('minute') ?? 0 };
  };
}

/** Wall time as if it were UTC, in minutes: tells how far the wall clock went between two instants. */
export const wallMinutes = ({ year, month, day, hour, minute }: LocalTime): number => Date.UTC(year, month - 1, day, hour, minute) / 60_000;
