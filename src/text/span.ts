const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400, day: 86_400, days: 86_400, w: 604_800 };

/** A span of time as people write it, in seconds: `90s`, `10 min`, `3h`, `2 days`, `1w`; a number alone is seconds. Undefined for anything else. */
export function parseSpan(text: string): number | undefined {
  const found = /^(\d{1,9})\s*([a-z]{0,4})$/.exec(text.trim().toLowerCase());
  if (found === null) return undefined;
  const unit = found[2] === '' ? 1 : UNIT_SECONDS[found[2] ?? ''];
  return unit === undefined ? undefined : Number(found[1]) * unit;
}
