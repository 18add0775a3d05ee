const MAX_MS = 3_600_000;

/**
 * How long a server asks to wait, milliseconds, at most one hour: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
 * Undefined when it is missing or means nothing.
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  const text = value?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * 1_000, MAX_MS);
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const atMs = Date.parse(text);
  return Number.isNaN(atMs) ? undefined : Math.min(Math.max(atMs - nowMs, 0), MAX_MS);
}

/** The same in a JSON answer: a number of seconds, perhaps with a fraction (Discord's `retry_after`, Telegram's `parameters.retry_after`). */
export function retrySeconds(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.min(Math.ceil(value * 1_000), MAX_MS) : undefined;
}
