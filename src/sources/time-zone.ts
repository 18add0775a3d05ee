/** How far a zone's clocks are ahead of UTC at an instant, milliseconds. */
export type ZoneOffset = (utcMs: number) => number;

const QUARTER_MS = 900_000;

/** The offsets of an IANA zone; a name that is none counts as UTC. Zones change at full quarters of an hour only, so the last one is kept. */
export function createZoneOffset(timeZone: string): ZoneOffset {
  const format = formatFor(timeZone);
  let quarter = Number.NaN;
  let offset = 0;
  return (utcMs) => {
    const start = Math.floor(utcMs / QUARTER_MS) * QUARTER_MS;
    if (format === undefined || start === quarter) return offset;
    const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value ?? 0);
    const parts = format.formatToParts(start);
    offset = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')) - start;
    quarter = start;
    return offset;
  };
}

function formatFor(timeZone: string): Intl.DateTimeFormat | undefined {
  if (timeZone === 'UTC') return undefined;
  try {
    const digits = 'numeric';
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: digits,
      month: digits,
      day: digits,
      hour: digits,
      minute: digits,
      second: digits,
    });
  } catch {
    return undefined;
  }
}
