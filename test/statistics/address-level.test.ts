import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAddressLevel } from '../../src/statistics/address-level.ts';
import { createAddressTable } from '../../src/statistics/address-table.ts';

const STEP_MS = 1000;
const SHORT = { index: 0, buckets: 2 };
const LONG = { index: 1, buckets: 5 };
const CLOSED = 2;

const stream = fc.array(
  fc.record({
    gapMs: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(900), fc.nat(4000)),
    lateBuckets: fc.oneof(fc.constant(0), fc.nat(5)),
    address: fc.oneof(fc.constantFrom('a', 'b'), fc.nat(30).map(String)),
    severity: fc.constantFrom(-1, -1, -1, 0, 3),
  }),
  { maxLength: 250 },
);

function level() {
  const table = createAddressTable([1, 2]);
  return {
    table,
    level: createAddressLevel({ table, stepMs: STEP_MS, windows: [SHORT, LONG], capacity: 4, closedCapacity: CLOSED, maxCells: 6 }),
  };
}

describe('a level of address buckets over its limits', () => {
  it('never counts too much, and too little by at most the share that a closed bucket may lose', () => {
    fc.assert(
      fc.property(stream, (steps) => {
        const { table, level: buckets } = level();
        let nowMs = 0;
        let last = 0;
        const seen: { address: string; bucket: number; severity: number }[] = [];
        for (const { gapMs, lateBuckets, address, severity } of steps) {
          nowMs += gapMs;
          const timeMs = Math.max(0, nowMs - lateBuckets * STEP_MS);
          const id = table.intern(address);
          table.hold(id);
          buckets.record(id, { timeMs, hits: 1, errors: 0, bytes: 7, severity });
          table.release(id);
          last = Math.max(last, Math.floor(timeMs / STEP_MS));
          seen.push({ address, bucket: Math.floor(timeMs / STEP_MS), severity });
        }
        for (const window of [SHORT, LONG]) {
          // A line that came when its bucket had left already does not count, and none left for lateness within the window is in doubt.
          const inWindow = seen.filter(({ bucket }) => last - bucket < window.buckets);
          const plain = inWindow.filter(({ severity }) => severity < 0).length;
          const suspicious = inWindow.length - plain;
          for (const address of new Set(seen.map((one) => one.address))) {
            const id = table.find(address);
            const got = id < 0 ? 0 : table.hits(id, window.index);
            const truth = inWindow.filter((one) => one.address === address).length;
            expect(got).toBeLessThanOrEqual(truth);
            expect(got).toBeGreaterThanOrEqual(truth - plain / CLOSED - suspicious / Math.ceil(CLOSED / 2));
            if (id >= 0) expect(table.bytes(id, window.index)).toBe(got * 7);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('holds few cells, and lets every address go in the end', () => {
    fc.assert(
      fc.property(stream, (steps) => {
        const { table, level: buckets } = level();
        let nowMs = 0;
        for (const { gapMs, address, severity } of steps) {
          nowMs += gapMs;
          const id = table.intern(address);
          table.hold(id);
          buckets.record(id, { timeMs: nowMs, hits: 1, errors: 1, bytes: 1, severity });
          table.release(id);
          expect(table.size).toBeLessThanOrEqual(6 + 5 * 3 + 6);
        }
        buckets.advance(nowMs + 10 * STEP_MS);
        expect(table.size).toBe(0);
        for (let id = 0; id < table.end; id += 1) {
          for (const { index } of [SHORT, LONG]) {
            const left = [table.hits(id, index), table.errors(id, index), table.bytes(id, index), table.worst(id, index)];
            expect(left).toEqual([0, 0, 0, -1]);
          }
        }
      }),
    );
  });
});
