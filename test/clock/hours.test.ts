import { describe, expect, it } from 'vitest';
import { parseSpan } from '../../src/alerts/policy/span.ts';
import { parseHours, type WorkingHours } from '../../src/clock/hours.ts';

function hoursOf(...texts: string[]): WorkingHours {
  const parsed = parseHours(texts, 'Europe/Berlin');
  if (!parsed.ok) throw new Error(parsed.reason);
  return parsed.hours;
}

describe('working hours', () => {
  it.each([
    ['mon-fri 08:00-18:00', '2026-03-02T07:00:00Z', true],
    ['mon-fri 08:00-18:00', '2026-03-02T06:59:00Z', false],
    ['mon-fri 08:00-18:00', '2026-03-02T17:00:00Z', false],
    ['mon-fri 08:00-18:00', '2026-03-07T10:00:00Z', false],
    ['mon-fri 08:00-18:00 Asia/Seoul', '2026-03-02T23:30:00Z', true],
    ['fri 22:00-06:00', '2026-03-07T04:00:00Z', true],
    ['fri 22:00-06:00', '2026-03-07T05:30:00Z', false],
    ['sat,sun 00:00-24:00', '2026-03-08T22:30:00Z', true],
    ['fri-mon 09:00-10:00', '2026-03-08T08:30:00Z', true],
    ['09:00-10:00', '2026-03-04T08:30:00Z', true],
    // After the clocks went forward, eight is an hour earlier in UTC.
    ['mon-fri 08:00-18:00', '2026-03-30T06:00:00Z', true],
  ])('%s at %s: %s', (text, at, expected) => expect(hoursOf(text).contains(Date.parse(at))).toBe(expected));

  it('begin again on the next working morning, to the minute', () => {
    const next = hoursOf('mon-fri 08:05-18:00').nextMs(Date.parse('2026-03-06T17:30:00Z'));
    expect(new Date(next).toISOString()).toBe('2026-03-09T07:05:00.000Z');
  });

  it('several spans are hours together', () => {
    const hours = hoursOf('mon-fri 08:00-18:00', 'sat 10:00-14:00');
    expect(hours.contains(Date.parse('2026-03-07T10:00:00Z'))).toBe(true);
    expect(hours.contains(Date.parse('2026-03-07T14:00:00Z'))).toBe(false);
  });

  it.each(['8-18', 'mon-fri 08:00-08:00', 'mon-foo 08:00-18:00', 'mon 25:00-26:00', 'mon 08:00-18:00 Nowhere/Town', ''])(
    'refuses %j',
    (text) => expect(parseHours([text], 'UTC')).toMatchObject({ ok: false, reason: expect.stringMatching(/expected/) }),
  );
});

it.each([
  ['90s', 90_000],
  ['15m', 900_000],
  ['2h', 7_200_000],
  ['1d', 86_400_000],
  ['0m', undefined],
  ['31d', undefined],
  ['15', undefined],
  ['-5m', undefined],
  ['1h30m', undefined],
])('a span of %s is %s ms', (text, expected) => expect(parseSpan(text)).toBe(expected));
