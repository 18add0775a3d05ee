import { describe, expect, it } from 'vitest';
import { isEvery, nextDue } from '../../src/checks/every.ts';

const START_MS = Date.UTC(2026, 2, 2, 1, 30);

describe('when a check runs by itself', () => {
  it.each(['30m', '60s', '12h', '1d', '0 3 * * *', '*/5 * * * mon-fri'])('takes %s', (text) => expect(isEvery(text)).toBe(true));
  it.each(['', '0s', '2s', '40d', 'soon', '0 3 * *', '61 * * * *', '-5m'])('refuses %s', (text) => expect(isEvery(text)).toBe(false));

  it('counts a span from the last run, and a cron expression in the zone', () => {
    expect(nextDue('30m', { afterMs: START_MS, timeZone: 'UTC' })).toBe(START_MS + 1_800_000);
    expect(nextDue('0 3 * * *', { afterMs: START_MS, timeZone: 'UTC' })).toBe(Date.UTC(2026, 2, 2, 3));
    expect(nextDue('0 3 * * *', { afterMs: START_MS, timeZone: 'Europe/Berlin' })).toBe(Date.UTC(2026, 2, 2, 2));
    expect(nextDue('', { afterMs: START_MS, timeZone: 'UTC' })).toBeUndefined();
  });
});
