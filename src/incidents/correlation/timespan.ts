const SECOND_MS = 1000;
const UNITS_MS: Readonly<Record<string, number>> = {
  s: SECOND_MS,
  m: 60 * SECOND_MS,
  h: 3600 * SECOND_MS,
  d: 86_400 * SECOND_MS,
  w: 7 * 86_400 * SECOND_MS,
  M: 30 * 86_400 * SECOND_MS,
  y: 365 * 86_400 * SECOND_MS,
};

/** Milliseconds of a Sigma timespan such as `90m`; a month has 30 days, a year 365. Undefined for anything else. */
export function timespanOf(text: string): number | undefined {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhdwMy])$/.exec(text.trim()) ?? [];
  const unitMs = UNITS_MS[unit];
  return unitMs === undefined ? undefined : Number(count) * unitMs;
}

/** The largest unit that says it without a rest: `90m`, `1h`. */
export function timespanText(timespanMs: number): string {
  const [unit, unitMs] = Object.entries(UNITS_MS)
    .sort(([, a], [, b]) => b - a)
    .find(([, each]) => timespanMs % each === 0) ?? ['s', SECOND_MS];
  return `${timespanMs / unitMs}${unit}`;
}
