import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linearScale, ticks, timeTicks } from '../../src/report/scale.ts';
import { createTimeBins, STATUS_CLASSES, statusClass, type TimeSeries } from '../../src/report/time-bins.ts';
import { parseTime, zoneOffset } from '../../src/report/zone-time.ts';
import { createTimeFormat } from '../../src/text/time-format.ts';

const NOW_MS = Date.UTC(2026, 2, 2, 12);
const total = ({ bins, outside }: TimeSeries): number =>
  outside + bins.reduce((sum, bin) => sum + STATUS_CLASSES.reduce((all, name) => all + bin.counts[name], 0), 0);

describe('lines over time', () => {
  test('none is lost, whatever the times', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_102_444_800_000 }), { minLength: 1, maxLength: 300 }), (times) => {
        const bins = createTimeBins();
        for (const ms of times) bins.add(ms, 200, false);
        const series = bins.series({ most: 120, offsetMs: 0 });
        expect(total(series)).toBe(times.length);
        expect(series.bins.length).toBeLessThanOrEqual(122);
      }),
    );
  });

  test('a few lines of another year do not press the others into a corner', () => {
    const bins = createTimeBins();
    for (let i = 0; i < 5_000; i++) bins.add(NOW_MS + i * 1_000, 200, i % 10 === 0);
    bins.add(0, 200, false);
    const series = bins.series({ most: 120, offsetMs: 0 });
    expect(series.outside).toBe(1);
    expect(series.stepMs).toBe(60_000);
    expect(series.bins.reduce((sum, bin) => sum + bin.detections, 0)).toBe(500);
  });

  test('memory stays bounded when times are spread over a century, and hours begin as the zone says', () => {
    const bins = createTimeBins();
    for (let i = 0; i < 60_000; i++) bins.add(i * 52_000_000, 404, false);
    expect(total(bins.series({ most: 120, offsetMs: 0 }))).toBe(60_000);
    const days = createTimeBins();
    for (let i = 0; i < 50; i++) days.add(NOW_MS + i * 86_400_000, 200, false);
    const { startMs } = days.series({ most: 60, offsetMs: 9 * 3_600_000 });
    expect((startMs + 9 * 3_600_000) % 86_400_000).toBe(0);
  });

  test.each([
    [200, '2xx'],
    [304, '3xx'],
    [404, '4xx'],
    [503, '5xx'],
    [0, 'other'],
    [999, 'other'],
  ])('status %d counts as %s', (status, name) => {
    expect(statusClass(status)).toBe(name);
  });
});

describe('scales', () => {
  test('map onto 0 to 100 and never beyond', () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        (value) => linearScale(0, 10)(value) >= 0 && linearScale(0, 10)(value) <= 100,
      ),
    );
    expect(linearScale(5, 5)(5)).toBe(0);
  });
  test.each([
    [10, 4, [0, 5, 10]],
    [2237, 4, [0, 1000, 2000, 3000]],
    [1, 4, [0, 1]],
    [0, 4, [0, 1]],
  ])('ticks up to %d', (highest, wanted, expected) => {
    expect(ticks(highest, wanted)).toEqual(expected);
  });
  test('time ticks are round, inside, and no more than asked for', () => {
    const { atMs, stepMs } = timeTicks(NOW_MS - 100_000, NOW_MS + 500_000, { most: 5, offsetMs: 0 });
    expect(stepMs).toBe(120_000);
    expect(atMs[0]).toBe(NOW_MS);
    expect(atMs.length).toBeLessThanOrEqual(6);
  });
});

describe('a time as typed', () => {
  test.each([
    ['2026-03-02 02:00', 'UTC', Date.UTC(2026, 2, 2, 2)],
    ['2026-03-02T02:00:30', 'Asia/Seoul', Date.UTC(2026, 2, 1, 17, 0, 30)],
    ['2026-03-02T02:00:00Z', 'Asia/Seoul', Date.UTC(2026, 2, 2, 2)],
    ['2026-03-02 02:00+09:00', 'UTC', Date.UTC(2026, 2, 1, 17)],
    ['2026-03-02', 'Europe/Berlin', Date.UTC(2026, 2, 1, 23)],
    ['2026-07-02 00:00', 'Europe/Berlin', Date.UTC(2026, 6, 1, 22)],
    ['9:05', 'UTC', Date.UTC(2026, 2, 2, 9, 5)],
    ['90m', 'UTC', NOW_MS - 5_400_000],
    ['2d', 'UTC', NOW_MS - 172_800_000],
    ['yesterday', 'UTC', undefined],
    ['2026-13-02 02:00', 'UTC', undefined],
  ])('%s in %s', (text, timeZone, expected) => {
    expect(parseTime(text, { timeZone, nowMs: NOW_MS })).toBe(expected);
  });
  test('the zone is that of the moment, in summer and in winter', () => {
    const time = createTimeFormat('Europe/Berlin');
    expect([zoneOffset(time, Date.UTC(2026, 0, 1)), zoneOffset(time, Date.UTC(2026, 6, 1))]).toEqual([3_600_000, 7_200_000]);
  });
});
