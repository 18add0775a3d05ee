import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWatermark, MAX_DISORDER_MS } from '../../src/statistics/watermark.ts';

const T0 = Date.UTC(2026, 2, 2);
const WALL = T0 + 86_400_000;
const MINUTE = 60_000;

describe('watermark in replay', () => {
  it('moves with the lines and with nothing else', () => {
    const mark = createWatermark();
    expect(mark.at(WALL)).toBeUndefined();
    expect(mark.observe(T0, WALL)).toBe('on-time');
    expect(mark.observe(T0 + MINUTE, WALL)).toBe('on-time');
    expect(mark.observe(T0 + 30_000, WALL)).toBe('on-time');
    expect(mark.at(WALL + 1e9)).toBe(T0 + MINUTE);
    expect(mark.lagMs).toBeUndefined();
  });

  it('counts a line more than five minutes late', () => {
    const mark = createWatermark();
    mark.observe(T0, WALL);
    expect(mark.observe(T0 - MAX_DISORDER_MS, WALL)).toBe('on-time');
    expect(mark.observe(T0 - MAX_DISORDER_MS - 1, WALL)).toBe('late');
    expect([mark.late, mark.at(WALL)]).toEqual([1, T0]);
  });

  it('is not moved by a line more than five minutes ahead, only counts it', () => {
    const mark = createWatermark();
    mark.observe(T0, WALL);
    expect(mark.observe(T0 + MAX_DISORDER_MS + 1, WALL)).toBe('ahead');
    expect(mark.at(WALL)).toBe(T0);
    expect(mark.observe(T0 + 1000, WALL)).toBe('on-time');
    expect(mark.observe(T0 + MAX_DISORDER_MS + 2000, WALL)).toBe('ahead');
    expect([mark.ahead, mark.at(WALL)]).toEqual([2, T0 + 1000]);
  });

  it('follows a gap in the log as soon as a second line confirms it', () => {
    const mark = createWatermark();
    mark.observe(T0, WALL);
    const morning = T0 + 8 * 60 * MINUTE;
    expect(mark.observe(morning, WALL)).toBe('ahead');
    expect(mark.observe(morning + 1000, WALL)).toBe('on-time');
    expect(mark.at(WALL)).toBe(morning + 1000);
  });

  it('never believes a time after the wall clock, however often it comes', () => {
    const mark = createWatermark();
    mark.observe(T0, WALL);
    for (let i = 0; i < 10; i += 1) expect(mark.observe(WALL + MAX_DISORDER_MS + 1 + i, WALL)).toBe('ahead');
    expect(mark.at(WALL)).toBe(T0);
  });
});

describe('watermark live', () => {
  function live(lagMs: number) {
    const mark = createWatermark();
    mark.setLive(true);
    mark.observe(WALL - lagMs, WALL);
    return mark;
  }

  it('goes on with the wall clock less the lag when no lines come', () => {
    const mark = live(2000);
    expect(mark.lagMs).toBe(2000);
    expect(mark.at(WALL)).toBe(WALL - 2000);
    expect(mark.at(WALL + 14_000)).toBe(WALL + 12_000);
  });

  it('takes a faster line for the lag at once and a slow one little by little', () => {
    const mark = live(2000);
    mark.observe(WALL - 500, WALL);
    expect(mark.lagMs).toBe(500);
    mark.observe(WALL - 10_500, WALL);
    expect(mark.lagMs).toBe(1500);
  });

  it('is at the wall clock after history was read and nothing new has come', () => {
    const mark = createWatermark();
    mark.observe(T0, WALL);
    mark.setLive(true);
    expect(mark.at(WALL)).toBe(WALL);
  });

  it('works in the time of a log whose clock is hours behind', () => {
    const mark = createWatermark();
    const behind = 9 * 60 * MINUTE;
    mark.observe(WALL - behind, WALL);
    mark.setLive(true);
    mark.at(WALL);
    expect(mark.observe(WALL + 1000 - behind, WALL + 1000)).toBe('on-time');
    expect(mark.at(WALL + 2000)).toBe(WALL + 2000 - behind);
  });

  it('believes a line of the present at once, even after old ones', () => {
    const mark = live(3 * 60 * MINUTE);
    expect(mark.observe(WALL + 1000, WALL + 1000)).toBe('on-time');
    expect(mark.at(WALL + 1000)).toBe(WALL + 1000);
  });

  it('stops following the wall clock when it goes back to replay', () => {
    const mark = live(1000);
    mark.setLive(false);
    expect(mark.at(WALL + 60_000)).toBe(WALL - 1000);
  });
});

describe('watermark under any input', () => {
  it('never goes back once a line was measured, and never runs ahead of the wall clock by more than five minutes', () => {
    const step = fc.record({ waitMs: fc.nat(10 * MINUTE), offsetMs: fc.integer({ min: -20 * MINUTE, max: 20 * MINUTE }) });
    fc.assert(
      fc.property(fc.array(step), fc.boolean(), (steps, isLive) => {
        const mark = createWatermark();
        mark.setLive(isLive);
        let wallMs = WALL;
        let before = Number.NEGATIVE_INFINITY;
        for (const { waitMs, offsetMs } of steps) {
          wallMs += waitMs;
          mark.observe(wallMs + offsetMs, wallMs);
          const now = mark.at(wallMs) ?? before;
          expect(now).toBeGreaterThanOrEqual(before);
          if (now !== Number.NEGATIVE_INFINITY) expect(now).toBeLessThanOrEqual(wallMs + MAX_DISORDER_MS);
          before = now;
        }
      }),
    );
  });
});
