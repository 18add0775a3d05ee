import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openSpool, type Spool } from '../../src/outputs/spool/spool.ts';
import { document, sequenceOf } from './documents.ts';
import { faultyFiles } from './faulty-files.ts';

type Step =
  | { readonly do: 'add'; readonly count: number }
  | { readonly do: 'take'; readonly records: number; readonly acknowledged: boolean }
  | { readonly do: 'flush' | 'kill' | 'restart' }
  | { readonly do: 'disk'; readonly room: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({ do: fc.constant('add' as const), count: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ do: fc.constant('take' as const), records: fc.integer({ min: 1, max: 15 }), acknowledged: fc.boolean() }),
    fc.record({ do: fc.constantFrom('flush' as const, 'kill' as const, 'restart' as const) }),
    fc.record({ do: fc.constant('disk' as const), room: fc.constantFrom(0, 100, 1_000, Number.POSITIVE_INFINITY) }),
  ),
  { maxLength: 40, size: 'max' },
);

const MARK_BYTES = 31;

const sequencesOf = (spool: Spool, records: number): number[] =>
  spool.oldest({ records, bytes: 1e9 }).map(({ text }) => sequenceOf(JSON.parse(text)));

/** A spool beside what it should hold: the numbers of documents, of which the first `kept` are on the disk. */
function run(plan: readonly Step[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-model-'));
  const files = faultyFiles();
  const open = (): Spool => openSpool({ folder, maxBytes: 1e9, files, segmentBytes: 3_000 });
  let spool = open();
  let held: number[] = [];
  let kept = 0;
  let next = 1;
  /** Acknowledged while that could not be written down: a kill brings them back. */
  let forgotten: number[] = [];
  const flush = (): void => {
    spool.flush();
    if (spool.memoryOnly === '') kept = held.length;
  };
  for (const step of plan) {
    if (step.do === 'add') {
      for (let n = 0; n < step.count; n++) {
        expect(spool.add(document(next))).toBe(true);
        held.push(next++);
      }
    } else if (step.do === 'take') {
      const taken = sequencesOf(spool, step.records);
      expect(taken).toEqual(held.slice(0, taken.length));
      expect(taken.length > 0).toBe(held.length > 0);
      if (!step.acknowledged || taken.length === 0) continue;
      spool.acknowledge(taken.length);
      // What was in memory alone needs no note.
      if (kept > 0) forgotten = files.room < MARK_BYTES ? [...forgotten, ...taken] : [];
      held = held.slice(taken.length);
      kept = Math.max(0, kept - taken.length);
    } else if (step.do === 'flush') flush();
    else if (step.do === 'disk') files.room = step.room;
    else {
      files.room = Number.POSITIVE_INFINITY;
      if (step.do === 'restart') flush();
      spool = open();
      const left = spool.records;
      expect(left).toBeGreaterThanOrEqual(kept);
      // Again at most what the disk had no room to note, and without a gap up to where writing had come.
      const possible = [...forgotten, ...held];
      const from = left === 0 ? 0 : possible.indexOf(sequencesOf(spool, 1)[0] ?? 0);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(left === 0 ? 0 : from).toBeLessThanOrEqual(forgotten.length);
      held = possible.slice(from, from + left);
      forgotten = possible.slice(0, from);
      kept = left;
    }
    expect(spool.records).toBe(held.length);
  }
}

test('whatever happens, the oldest come first, nothing that was flushed is lost, and nothing acknowledged comes back', () => {
  fc.assert(fc.property(steps, run), { numRuns: 150 });
});
