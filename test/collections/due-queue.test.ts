import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDueQueue } from '../../src/collections/due-queue.ts';

const STEP_MS = 10;
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('set' as const), item: fc.nat(20), atMs: fc.nat(500) }),
    fc.record({ kind: fc.constant('delete' as const), item: fc.nat(20), atMs: fc.constant(0) }),
    fc.record({ kind: fc.constant('take' as const), item: fc.constant(0), atMs: fc.nat(500) }),
  ),
  { maxLength: 80 },
);

describe('a queue of what is due', () => {
  it('gives each item once, all that is due, and nothing that is due more than a step later', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const queue = createDueQueue<number>(STEP_MS);
        const model = new Map<number, number>();
        for (const { kind, item, atMs } of all) {
          if (kind === 'set') {
            queue.set(item, atMs);
            model.set(item, atMs);
          } else if (kind === 'delete') {
            queue.delete(item);
            model.delete(item);
          } else {
            const taken = queue.take(atMs);
            const due = [...model].filter(([, dueMs]) => Math.floor(dueMs / STEP_MS) <= Math.floor(atMs / STEP_MS)).map(([each]) => each);
            expect([...taken].sort((a, b) => a - b)).toEqual(due.sort((a, b) => a - b));
            for (const each of taken) model.delete(each);
          }
          expect(queue.size).toBe(model.size);
        }
      }),
    );
  });

  it('gives what is due earlier first', () => {
    const queue = createDueQueue<string>(STEP_MS);
    queue.set('late', 95);
    queue.set('early', 15);
    queue.set('middle', 55);
    expect(queue.take(99)).toEqual(['early', 'middle', 'late']);
  });
});
