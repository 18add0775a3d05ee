import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentOf } from '../../../src/engine/past/moment.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 3, 30);
const utc = (text: string) => momentOf(text, { nowMs: NOW_MS, timeZone: 'UTC' });

describe('a time that an operator names', () => {
  it.each([
    ['02:15', Date.UTC(2026, 2, 2, 2, 15)],
    ['2:15:30', Date.UTC(2026, 2, 2, 2, 15, 30)],
    ['14:00', Date.UTC(2026, 2, 1, 14)],
    ['yesterday 14:00', Date.UTC(2026, 2, 1, 14)],
    ['today 01:00', Date.UTC(2026, 2, 2, 1)],
    ['2026-02-27 23:59:59', Date.UTC(2026, 1, 27, 23, 59, 59)],
    ['2026-02-27T23:59', Date.UTC(2026, 1, 27, 23, 59)],
    ['2026-02-27', Date.UTC(2026, 1, 27)],
    ['-30m', NOW_MS - 1_800_000],
    ['-2d', NOW_MS - 2 * 86_400_000],
  ])('%s', (text, expected) => {
    expect(utc(text)).toBe(expected);
  });

  it.each(['', '24:00', '02:60', 'soon', '2026-02-30 02:00', '02:15 02:16', 'yesterday noon', '12', '-m'])('is not %j', (text) => {
    expect(utc(text)).toBeUndefined();
  });

  it('is in the zone that the screen shows, and the latest one that has been there', () => {
    const seoul = { nowMs: NOW_MS, timeZone: 'Asia/Seoul' };
    expect(momentOf('12:29', seoul)).toBe(Date.UTC(2026, 2, 2, 3, 29));
    expect(momentOf('12:31', seoul)).toBe(Date.UTC(2026, 2, 1, 3, 31));
    expect(momentOf('2026-03-02 09:00', seoul)).toBe(Date.UTC(2026, 2, 2));
  });

  it('never throws, whatever is typed', () => {
    fc.assert(fc.property(fc.string({ maxLength: 40 }), (text) => typeof utc(text) !== 'string'));
  });
});
