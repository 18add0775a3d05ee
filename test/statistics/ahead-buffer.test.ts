import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createAheadBuffer } from '../../src/statistics/ahead-buffer.ts';

describe('ahead buffer', () => {
  it('gives items back once their time has come, in the order in which they came', () => {
    const buffer = createAheadBuffer<string>();
    buffer.hold('b', 20);
    buffer.hold('a', 10);
    buffer.hold('c', 30);
    expect(buffer.release(9)).toEqual([]);
    expect(buffer.release(20)).toEqual(['b', 'a']);
    expect(buffer.release(100)).toEqual(['c']);
    expect(buffer.size).toBe(0);
  });

  it('is bounded and counts what it dropped', () => {
    const buffer = createAheadBuffer<number>(4);
    for (let i = 0; i < 5; i += 1) buffer.hold(i, 1000);
    expect([buffer.size, buffer.dropped]).toEqual([3, 2]);
    expect(buffer.release(1000)).toEqual([2, 3, 4]);
  });

  it('neither loses nor doubles anything else', () => {
    const step = fc.oneof(fc.record({ hold: fc.nat(100) }), fc.record({ release: fc.nat(100) }));
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const buffer = createAheadBuffer<{ timeMs: number }>();
        let model: { timeMs: number }[] = [];
        for (const one of steps) {
          if ('hold' in one) {
            const item = { timeMs: one.hold };
            buffer.hold(item, one.hold);
            model.push(item);
          } else {
            expect(buffer.release(one.release)).toEqual(model.filter(({ timeMs }) => timeMs <= one.release));
            model = model.filter(({ timeMs }) => timeMs > one.release);
          }
        }
      }),
    );
  });
});
