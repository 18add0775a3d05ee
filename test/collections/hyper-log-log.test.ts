import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDistinctCounter, createHyperLogLog, registrationOf } from '../../src/collections/hyper-log-log.ts';

const SEED = [0x5eed, 0xcafe] as const;

const filled = (from: number, to: number) => {
  const counter = createHyperLogLog();
  for (let i = from; i < to; i += 1) counter.add(registrationOf(`address-${i}`, SEED));
  return counter;
};

describe('HyperLogLog', () => {
  it('estimates within five percent from none to two hundred thousand', () => {
    expect(filled(0, 0).estimate()).toBe(0);
    for (const n of [10, 1000, 8000, 12_000, 50_000, 200_000]) {
      expect(Math.abs(filled(0, n).estimate() - n) / n).toBeLessThan(0.05);
    }
  });

  it('counts an element once however often it is added', () => {
    const once = filled(0, 500);
    const before = once.estimate();
    for (let i = 0; i < 500; i += 1) once.add(registrationOf(`address-${i}`, SEED));
    expect(once.estimate()).toBe(before);
  });

  it('merges into the same counter as one that saw everything', () => {
    fc.assert(
      fc.property(fc.nat(3000), fc.nat(3000), (middle, end) => {
        const left = filled(0, middle);
        left.merge(filled(middle >> 1, middle + end));
        expect(left.registers).toEqual(filled(0, middle + end).registers);
      }),
      { numRuns: 20 },
    );
  });
});

describe('distinct counter', () => {
  it('is exact up to its limit and close beyond', () => {
    const counter = createDistinctCounter(SEED);
    for (let i = 0; i < 1000; i += 1) {
      counter.add(`a${i}`);
      counter.add(`a${i}`);
    }
    expect(counter.count()).toBe(1000);
    for (let i = 0; i < 20_000; i += 1) counter.add(`a${i}`);
    expect(Math.abs(counter.count() - 20_000)).toBeLessThan(1000);
  });
});
