import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES, SEVERITIES } from '../../src/model/detection.ts';
import { WINDOWS } from '../../src/model/snapshot.ts';
import { createFamilyCounts } from '../../src/statistics/family-counts.ts';
import { bucketAt, bucketsOf, WINDOW_LEVELS } from '../../src/statistics/windows.ts';

const T0 = Date.UTC(2026, 2, 2);

describe('family counts', () => {
  it('counts each family of a detection with the worst severity in the window', () => {
    const counts = createFamilyCounts();
    counts.record({ timeMs: T0, families: ['sqli', 'scanner'], severity: 'medium' });
    counts.record({ timeMs: T0 + 30_000, families: ['sqli'], severity: 'critical' });
    expect(counts.top({ window: '1m', nowMs: T0 + 31_000 })).toEqual([
      { family: 'sqli', count: 2, severity: 'critical' },
      { family: 'scanner', count: 1, severity: 'medium' },
    ]);
    expect(counts.top({ window: '1m', nowMs: T0 + 65_000 })).toEqual([{ family: 'sqli', count: 1, severity: 'critical' }]);
    expect(counts.top({ window: '5m', nowMs: T0 + 3_600_000 })).toEqual([]);
    expect(counts.top({ window: 'all', nowMs: T0 + 1e9 })).toHaveLength(2);
  });

  it('holds what a list of all detections holds', () => {
    const detection = fc.record({
      gapMs: fc.oneof(fc.nat(5000), fc.nat(1_200_000)),
      lateMs: fc.nat(300_000),
      families: fc.uniqueArray(fc.constantFrom(...FAMILIES), { maxLength: 3 }),
      severity: fc.constantFrom(...SEVERITIES),
    });
    fc.assert(
      fc.property(fc.array(detection), fc.constantFrom(...WINDOWS), (steps, window) => {
        const counts = createFamilyCounts();
        let nowMs = T0;
        const seen = steps.map(({ gapMs, lateMs, families, severity }) => {
          nowMs += gapMs;
          const one = { timeMs: nowMs - lateMs, families, severity };
          counts.record(one);
          return one;
        });
        const stepMs = WINDOW_LEVELS.find(({ windows }) => windows.includes(window))?.stepMs ?? 0;
        const inWindow = seen.filter(({ timeMs }) => bucketAt(nowMs, stepMs) - bucketAt(timeMs, stepMs) < bucketsOf(window, stepMs));
        const rows = counts.top({ window, nowMs });
        expect(new Set(rows.map(({ family }) => family))).toEqual(new Set(inWindow.flatMap(({ families }) => families)));
        for (const { family, count, severity } of rows) {
          const own = inWindow.filter(({ families }) => families.includes(family));
          expect(count).toBe(own.length);
          expect(SEVERITIES.indexOf(severity)).toBe(Math.max(...own.map((one) => SEVERITIES.indexOf(one.severity))));
        }
      }),
    );
  });
});
