import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Cron, nextCron, parseCron } from '../../src/clock/cron.ts';

function cronOf(text: string): Cron {
  const parsed = parseCron(text);
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.cron;
}

const next = (text: string, after: string, timeZone = 'UTC'): string | undefined => {
  const ms = nextCron(cronOf(text), { afterMs: Date.parse(after), timeZone });
  return ms === undefined ? undefined : new Date(ms).toISOString();
};

describe('when a cron expression is due next', () => {
  it.each([
    ['* * * * *', '2026-03-02T02:00:30Z', '2026-03-02T02:01:00.000Z'],
    ['*/15 * * * *', '2026-03-02T02:15:00Z', '2026-03-02T02:30:00.000Z'],
    ['5,35 * * * *', '2026-03-02T02:05:00Z', '2026-03-02T02:35:00.000Z'],
    ['0 8-18/5 * * *', '2026-03-02T08:00:00Z', '2026-03-02T13:00:00.000Z'],
    ['0 8 * * mon-fri', '2026-03-06T08:00:00Z', '2026-03-09T08:00:00.000Z'],
    ['0 8 * * sat-sun', '2026-03-02T00:00:00Z', '2026-03-07T08:00:00.000Z'],
    ['0 8 * * 7', '2026-03-02T00:00:00Z', '2026-03-08T08:00:00.000Z'],
    ['30 6 1 jan *', '2026-03-02T00:00:00Z', '2027-01-01T06:30:00.000Z'],
    ['0 0 29 feb *', '2026-03-02T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['0 0 31 * *', '2026-04-01T00:00:00Z', '2026-05-31T00:00:00.000Z'],
    // Either day is enough where both are named (POSIX crontab).
    ['0 0 13 * fri', '2026-03-02T00:00:00Z', '2026-03-06T00:00:00.000Z'],
    ['10/20 * * * *', '2026-03-02T00:31:00Z', '2026-03-02T00:50:00.000Z'],
  ])('%s after %s', (text, after, expected) => expect(next(text, after)).toBe(expected));
});

describe('where clocks change', () => {
  it.each([
    ['before the jump in spring', '30 1 * * *', 'Europe/Berlin', '2026-03-28T12:00:00Z', '2026-03-29T00:30:00.000Z'],
    [
      'a time that spring skips is due right after the jump',
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      '2026-03-29T01:00:00.000Z',
    ],
    ['and the next day at its own time', '30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00Z', '2026-03-30T00:30:00.000Z'],
    ['a time that autumn repeats is due the first time', '30 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', '2026-10-25T00:30:00.000Z'],
    ['and not a second time', '30 2 * * *', 'Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-26T01:30:00.000Z'],
    [
      'what comes every half hour goes on through the repeated hour',
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:30:00Z',
      '2026-10-25T01:00:00.000Z',
    ],
    ['and through the skipped one', '*/30 * * * *', 'America/New_York', '2026-03-08T06:30:00Z', '2026-03-08T07:00:00.000Z'],
    ['clocks that change by half an hour', '15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T10:00:00Z', '2026-10-03T15:30:00.000Z'],
    ['a zone of quarters', '0 9 * * *', 'Asia/Kathmandu', '2026-03-02T00:00:00Z', '2026-03-02T03:15:00.000Z'],
  ])('%s', (_, text, zone, after, expected) => expect(next(text, after, zone)).toBe(expected));
});

describe('what is no cron expression', () => {
  it.each([
    ['* * * *', /five fields/],
    ['60 * * * *', /minute as 0-59.*got "60"/],
    ['* 24 * * *', /hour/],
    ['* * 0 * *', /day of the month/],
    ['* * * 13 *', /month/],
    ['* * * * 8', /day of the week/],
    ['*/0 * * * *', /minute/],
    ['5-1 * * * *', /minute/],
    ['1- * * * *', /minute/],
    ['a * * * *', /minute/],
    ['1/2/3 * * * *', /minute/],
    ['0 0 31 feb *', /day that exists/],
  ])('%s', (text, reason) => expect(parseCron(text)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) }));

  it('any text is read without throwing', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseCron(text)));
  });
});

it('the next time fits, lies ahead, and none that fits lies between (property, UTC)', () => {
  const field = (from: number, to: number) =>
    fc.oneof(fc.constant('*'), fc.integer({ min: from, max: to }).map(String), fc.constantFrom('*/2', '*/7'));
  const text = fc.tuple(field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 6)).map((fields) => fields.join(' '));
  const after = fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) });
  fc.assert(
    fc.property(text, after, (cron, afterMs) => {
      const at = nextCron(cronOf(cron), { afterMs, timeZone: 'UTC' });
      if (at === undefined) throw new Error(`${cron} is never due`);
      expect(at).toBeGreaterThan(afterMs);
      // Asked again from anywhere before it, the answer is the same.
      expect(nextCron(cronOf(cron), { afterMs: Math.floor((afterMs + at) / 2), timeZone: 'UTC' })).toBe(at);
      expect(nextCron(cronOf(cron), { afterMs: at - 1, timeZone: 'UTC' })).toBe(at);
    }),
    { numRuns: 40 },
  );
}, 60_000);
