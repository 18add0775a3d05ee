import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ratePerSecond } from '../../src/statistics/rate.ts';
import { createStatusCounter } from '../../src/statistics/status-series.ts';

const T0 = Date.UTC(2026, 2, 2);
const second = (length: number, nowMs: number) => ({ step: 'second', length, nowMs }) as const;
const minute = (length: number, nowMs: number) => ({ step: 'minute', length, nowMs }) as const;

describe('status series', () => {
  it('counts answers by class and second, and all lines whatever their status', () => {
    const counter = createStatusCounter();
    for (const status of [200, 204, 301, 404, 503, 0, 101, 999]) counter.record({ timeMs: T0 + 10, status, nowMs: T0 });
    expect(counter.series(second(1, T0))).toEqual({ stepMs: 1000, '2xx': [2], '3xx': [1], '4xx': [1], '5xx': [1], all: [8] });
  });

  it('draws silence as zeros', () => {
    const counter = createStatusCounter();
    counter.record({ timeMs: T0, status: 200, nowMs: T0 });
    counter.record({ timeMs: T0 + 3000, status: 200, nowMs: T0 + 3000 });
    expect(counter.series(second(6, T0 + 4000)).all).toEqual([0, 1, 0, 0, 1, 0]);
    expect(counter.series(second(3, T0 + 3_600_000)).all).toEqual([0, 0, 0]);
    expect(createStatusCounter().series(second(2, T0)).all).toEqual([0, 0]);
  });

  it('counts a late line in its own second', () => {
    const counter = createStatusCounter();
    const nowMs = T0 + 300_000;
    counter.record({ timeMs: nowMs, status: 200, nowMs });
    counter.record({ timeMs: T0, status: 500, nowMs });
    expect(counter.series(second(301, nowMs))['5xx'][0]).toBe(1);
    expect(counter.series(minute(6, nowMs))['5xx']).toEqual([1, 0, 0, 0, 0, 0]);
  });

  it('counts a line more than five minutes ahead apart and draws it nowhere', () => {
    const counter = createStatusCounter();
    counter.record({ timeMs: T0, status: 200, nowMs: T0 });
    counter.record({ timeMs: T0 + 600_000, status: 200, nowMs: T0 });
    expect(counter.ahead).toBe(1);
    expect(counter.series(second(1, T0)).all).toEqual([1]);
    expect(counter.series(second(1, T0 + 600_000)).all).toEqual([0]);
  });

  it('counts what is older than the series reach back', () => {
    const counter = createStatusCounter();
    counter.record({ timeMs: T0, status: 200, nowMs: T0 });
    counter.record({ timeMs: T0 - 4 * 3_600_000, status: 200, nowMs: T0 });
    expect(counter.expired).toBe(1);
    expect(counter.series(minute(1, T0)).all).toEqual([1]);
  });

  it('holds what a list of all lines holds', () => {
    const steps = fc.array(fc.record({ gapMs: fc.nat(20_000), lateMs: fc.nat(300_000), status: fc.constantFrom(200, 302, 404, 500) }));
    fc.assert(
      fc.property(steps, (lines) => {
        const counter = createStatusCounter();
        let nowMs = T0;
        const seen = lines.map(({ gapMs, lateMs, status }) => {
          nowMs += gapMs;
          counter.record({ timeMs: nowMs - lateMs, status, nowMs });
          return { second: Math.floor((nowMs - lateMs) / 1000), status };
        });
        const { all, '4xx': four } = counter.series(second(120, nowMs));
        all.forEach((n, i) => {
          const here = seen.filter((line) => line.second === Math.floor(nowMs / 1000) - 119 + i);
          expect([n, four[i]]).toEqual([here.length, here.filter(({ status }) => status === 404).length]);
        });
      }),
    );
  });
});

describe('rate', () => {
  const series = (all: number[], stepMs = 1000) => ({ stepMs, '2xx': [], '3xx': [], '4xx': [], '5xx': [], all });

  it('is the mean of the last full seconds, without the running one', () => {
    expect(ratePerSecond(series([100, 3, 6, 9, 1]))).toBe(6);
    expect(ratePerSecond(series([7, 1]))).toBe(7);
    expect(ratePerSecond(series([5]))).toBe(0);
    expect(ratePerSecond(series([120, 1], 60_000))).toBe(2);
  });
});
