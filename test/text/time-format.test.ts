import { describe, expect, it } from 'vitest';
import { createTimeFormat } from '../../src/text/time-format.ts';
import { clockTime, clockTimeMs, dateTime } from '../../src/text/units.ts';

const MOMENT = Date.UTC(2026, 2, 2, 2, 13, 45, 120);

describe('times', () => {
  it('writes a time in the zone asked for', () => {
    expect(clockTime(MOMENT, 'UTC')).toBe('02:13:45');
    expect(clockTime(MOMENT, 'Asia/Seoul')).toBe('11:13:45');
    expect(clockTimeMs(MOMENT, 'UTC')).toBe('02:13:45.120');
    expect(dateTime(MOMENT, 'America/New_York')).toBe('2026-03-01 21:13:45');
  });

  it('uses the local zone by default', () => {
    const local = new Date(MOMENT);
    expect(clockTime(MOMENT).slice(0, 2)).toBe(String(local.getHours()).padStart(2, '0'));
  });

  it('gives the same through one format used again as through a new one each time, across midnight and before 1970', () => {
    const format = createTimeFormat('Asia/Seoul');
    for (const ms of [MOMENT, MOMENT + 999, MOMENT + 50_000_000, -1, 0]) {
      expect(format.dateTime(ms)).toBe(dateTime(ms, 'Asia/Seoul'));
      expect(format.clockTimeMs(ms)).toBe(clockTimeMs(ms, 'Asia/Seoul'));
    }
    expect(clockTimeMs(-1, 'UTC')).toBe('23:59:59.999');
  });

  it('draws dashes for what is no time', () => {
    expect(clockTime(Number.NaN)).toBe('--:--:--');
    expect(dateTime(Number.POSITIVE_INFINITY, 'UTC')).toBe('---------- --:--:--');
  });
});
