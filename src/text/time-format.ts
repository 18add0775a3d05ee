/** Writes times in one zone; owns its formatter and remembers the last second. */
export interface TimeFormat {
  /** `02:13:45` */
  clockTime(ms: number): string;
  /** `02:13:45.120` */
  clockTimeMs(ms: number): string;
  /** `2026-03-02 02:13:45` */
  dateTime(ms: number): string;
}

const NO_TIME = '--:--:--';
/** The range of ECMAScript times (ECMA-262, "Time Values and Time Range"). */
const MAX_TIME_MS = 8.64e15;

/** A format for many times; `timeZone` is an IANA name, the local zone when left out. An unknown zone throws RangeError: check it at the edge. */
export function createTimeFormat(timeZone?: string): TimeFormat {
  const parts = timeZone === undefined ? localParts : timeZone === 'UTC' ? utcParts : zoneParts(timeZone);
  let cachedSecond = Number.NaN;
  let cached = { date: '', time: NO_TIME };
  const at = (ms: number): { date: string; time: string } => {
    if (!(Math.abs(ms) <= MAX_TIME_MS)) return { date: '----------', time: NO_TIME };
    const second = Math.floor(ms / 1000);
    if (second !== cachedSecond) {
      cachedSecond = second;
      cached = parts(second * 1000);
    }
    return cached;
  };
  return {
    clockTime: (ms) => at(ms).time,
    clockTimeMs: (ms) => `${at(ms).time}.${Number.isFinite(ms) ? String(((Math.floor(ms) % 1000) + 1000) % 1000).padStart(3, '0') : '---'}`,
    dateTime: (ms) => `${at(ms).date} ${at(ms).time}`,
  };
}

const twoDigits = (n: number): string => (n < 10 ? `0${n}` : String(n));

type ZoneParts = (ms: number) => { date: string; time: string };

const localParts: ZoneParts = (ms) => {
  const d = new Date(ms);
  return {
    date: `${fourDigits(d.getFullYear())}-${twoDigits(d.getMonth() + 1)}-${twoDigits(d.getDate())}`,
    time: `${twoDigits(d.getHours())}:${twoDigits(d.getMinutes())}:${twoDigits(d.getSeconds())}`,
  };
};

const utcParts: ZoneParts = (ms) => {
  const d = new Date(ms);
  return {
    date: `${fourDigits(d.getUTCFullYear())}-${twoDigits(d.getUTCMonth() + 1)}-${twoDigits(d.getUTCDate())}`,
    time: `${twoDigits(d.getUTCHours())}:${twoDigits(d.getUTCMinutes())}:${twoDigits(d.getUTCSeconds())}`,
  };
};

const fourDigits = (n: number): string => String(n).padStart(4, '0');

function zoneParts(timeZone: string): ZoneParts {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (ms) => {
    const field: Record<string, string> = {};
    for (const { type, value } of format.formatToParts(ms)) field[type] = value;
    const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = field;
    return { date: `${year.padStart(4, '0')}-${month}-${day}`, time: `${hour}:${minute}:${second}` };
  };
}
