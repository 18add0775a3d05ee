const UNITS_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 30 * 86_400_000;

/** A span of time as people write it (`90s`, `15m`, `2h`, `1d`) in milliseconds; undefined for anything else, zero and more than 30 days. */
export function parseSpan(text: string): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,6})\s?([smhd])$/.exec(text.trim()) ?? [];
  const spanMs = Number(digits) * (UNITS_MS[unit] ?? Number.NaN);
  return spanMs > 0 && spanMs <= LONGEST_MS ? spanMs : undefined;
}
