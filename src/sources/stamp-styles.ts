const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MINUTE_MS = 60_000;

const two = (value: number): string => String(value).padStart(2, '0');
const clockOf = (at: Date): string => `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())}`;
const monthIndex = (name: string | undefined): number => MONTHS.indexOf(name ?? '');

/** `.123456` or `,123` to milliseconds. */
const fractionMs = (fraction: string | undefined): number =>
  fraction === undefined ? 0 : Math.floor(Number(`0.${fraction.slice(1)}`) * 1000);
/** Milliseconds with the mark and the number of digits of `like`. */
const fractionLike = (like: string | undefined, at: Date): string =>
  like === undefined
    ? ''
    : (like.slice(0, 1) + String(at.getUTCMilliseconds()).padStart(3, '0')).padEnd(like.length, '0').slice(0, like.length);

/** `+0900`, `+09:00` or `Z` to milliseconds; undefined when the stamp has no zone. */
function zoneMs(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined;
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * MINUTE_MS;
}

/** The parts of a stamp as they were found, by name. */
export type StampParts = Readonly<Record<string, string | undefined>>;

/** One way to write a time: where it stands, what it means, and how to write another instant the same way. */
export interface StampStyle {
  /** Global; every quantifier has a bound. */
  readonly pattern: RegExp;
  /** Local time as if it were UTC, milliseconds; NaN when it is no date. `year` is for styles without one. */
  read(parts: StampParts, year: number): number;
  /** `at` holds local time as if it were UTC. */
  write(at: Date, parts: StampParts): string;
}

/** What a stamp says of its zone, milliseconds ahead of UTC; undefined: nothing. */
export const zoneOf = (parts: StampParts): number | undefined => zoneMs(parts.zone);

const numbers = (parts: StampParts): number =>
  Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day), Number(parts.hour), Number(parts.minute), Number(parts.second));

const named = (parts: StampParts, year: number): number =>
  monthIndex(parts.month) < 0 ? Number.NaN : numbers({ ...parts, year: String(year), month: String(monthIndex(parts.month) + 1) });

const TIME = '(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)';

export const STAMP_STYLES: readonly StampStyle[] = [
  {
    // Common Log Format: 02/Mar/2026:02:04:00 +0000
    pattern: new RegExp(`(?<day>\\d\\d)/(?<month>[A-Z][a-z]{2})/(?<year>\\d{4}):${TIME} (?<zone>[+-]\\d{4})`, 'g'),
    read: (parts) => named(parts, Number(parts.year)),
    write: (at, { zone }) => `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${clockOf(at)} ${zone}`,
  },
  {
    // ISO 8601 and Python's logging: 2026-03-02T02:06:34+00:00, 2026-03-02 02:03:56,930
    pattern: new RegExp(
      `(?<year>\\d{4})-(?<month>\\d\\d)-(?<day>\\d\\d)(?<mark>[T ])${TIME}(?<fraction>[.,]\\d{1,9})?(?<zone>Z|[+-]\\d\\d:?\\d\\d)?`,
      'g',
    ),
    read: (parts) => numbers(parts) + fractionMs(parts.fraction),
    write: (at, { mark, fraction, zone = '' }) =>
      `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())}${mark}${clockOf(at)}${fractionLike(fraction, at)}${zone}`,
  },
  {
    // nginx error log: 2026/03/02 02:04:00
    pattern: new RegExp(`(?<year>\\d{4})/(?<month>\\d\\d)/(?<day>\\d\\d) ${TIME}`, 'g'),
    read: numbers,
    write: (at) => `${at.getUTCFullYear()}/${two(at.getUTCMonth() + 1)}/${two(at.getUTCDate())} ${clockOf(at)}`,
  },
  {
    // Apache error log: Mon Mar 02 02:04:00.123456 2026
    pattern: new RegExp(
      `(?<weekday>[A-Z][a-z]{2}) (?<month>[A-Z][a-z]{2}) (?<day>\\d\\d) ${TIME}(?<fraction>\\.\\d{1,9})? (?<year>\\d{4})`,
      'g',
    ),
    read: (parts) => named(parts, Number(parts.year)) + fractionMs(parts.fraction),
    write: (at, { fraction }) =>
      `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${two(at.getUTCDate())} ${clockOf(at)}${fractionLike(fraction, at)} ${at.getUTCFullYear()}`,
  },
  {
    // RFC 3164, section 4.1.2, at the begin of a line: <38>Mar  2 02:03:57
    pattern: new RegExp(`(?<=^(?:<\\d{1,3}>)?)(?<month>[A-Z][a-z]{2}) (?<day>[ \\d]\\d) ${TIME}(?= )`, 'g'),
    read: named,
    write: (at) => `${MONTHS[at.getUTCMonth()]} ${String(at.getUTCDate()).padStart(2, ' ')} ${clockOf(at)}`,
  },
];
