const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const BACK_STEP_MS = 600_000;

/** Turns wall times of one IANA zone into epoch milliseconds; caches the offset of the last quarter of an hour. */
export interface Zone {
  /** `localMs`: the wall time as if it were UTC. A time that a spring gap skips moves on by the gap; one that occurs twice is the first, or the second once the log has passed it. */
  toEpoch(localMs: number): number;
  /** The wall time at an instant, as if it were UTC. */
  toLocal(epochMs: number): number;
}

/** An unknown zone counts as UTC: the configuration is where it is refused. */
export function createZone(timeZone: string): Zone {
  const offsetAt = createOffsets(timeZone);
  if (offsetAt === undefined) return { toEpoch: (localMs) => localMs, toLocal: (epochMs) => epochMs };
  let cachedQuarter = Number.NaN;
  let cachedOffset = 0;
  let latest = Number.NEGATIVE_INFINITY;

  const resolve = (localMs: number): number => {
    const before = offsetAt(localMs - DAY_MS);
    const after = offsetAt(localMs + DAY_MS);
    const early = localMs - before;
    if (before === after) {
      cachedQuarter = Math.floor(localMs / QUARTER_MS);
      cachedOffset = before;
      return early;
    }
    const late = localMs - after;
    const earlyFits = offsetAt(early) === before;
    const lateFits = offsetAt(late) === after;
    if (earlyFits && lateFits) return latest - early > BACK_STEP_MS && latest < late + DAY_MS ? late : early;
    return lateFits ? late : early;
  };
  return {
    toEpoch(localMs) {
      const epochMs = Math.floor(localMs / QUARTER_MS) === cachedQuarter ? localMs - cachedOffset : resolve(localMs);
      if (epochMs > latest || latest - epochMs > DAY_MS) latest = epochMs;
      return epochMs;
    },
    toLocal: (epochMs) => epochMs + offsetAt(epochMs),
  };
}

/** Offset from UTC in milliseconds at an instant, from Intl; undefined for UTC itself and for unknown zones. */
function createOffsets(timeZone: string): ((epochMs: number) => number) | undefined {
  if (timeZone === 'UTC') return undefined;
  const format = openFormat(timeZone);
  if (format === undefined) return undefined;
  return (epochMs) => {
    if (!Number.isFinite(epochMs) || Math.abs(epochMs) > 8.6e15) return 0;
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(epochMs)) part[type] = Number(value);
    const local = Date.UTC(part.year ?? 0, (part.month ?? 1) - 1, part.day ?? 1, part.hour ?? 0, part.minute ?? 0, part.second ?? 0);
    return local - Math.floor(epochMs / 1000) * 1000;
  };
}

function openFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}
