import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeByTime, type Timed } from '../../src/sources/merge.ts';

interface Item extends Timed {
  readonly id: string;
}

async function* batchesOf(items: readonly Item[], size: number, onPull = () => {}): AsyncGenerator<readonly Item[]> {
  for (let at = 0; at < items.length; at += size) {
    onPull();
    yield items.slice(at, at + size);
  }
}

async function merged(inputs: readonly AsyncIterable<readonly Item[]>[]): Promise<Item[]> {
  const all: Item[] = [];
  for await (const run of mergeByTime(inputs)) all.push(...run);
  return all;
}

const item = (id: string, timeMs: number | undefined): Item => ({ id, timeMs });

describe('mergeByTime', () => {
  it('gives items in order of time, equal ones by input', async () => {
    const a = [item('a1', 1), item('a5', 5), item('a9', 9)];
    const b = [item('b1', 1), item('b6', 6)];
    const c = [item('c0', 0), item('c7', 7)];
    const ids = (await merged([a, b, c].map((items) => batchesOf(items, 2)))).map(({ id }) => id);
    expect(ids).toEqual(['c0', 'a1', 'b1', 'a5', 'b6', 'c7', 'a9']);
  });

  it('keeps an item without a time right after the one before it', async () => {
    const a = [item('none', undefined), item('a5', 5), item('trace 1', undefined), item('trace 2', undefined), item('a7', 7)];
    const b = [item('b1', 1), item('b5', 5), item('b6', 6)];
    const ids = (await merged([batchesOf(a, 1), batchesOf(b, 9)])).map(({ id }) => id);
    expect(ids).toEqual(['none', 'b1', 'a5', 'trace 1', 'trace 2', 'b5', 'b6', 'a7']);
  });

  it('loses nothing, keeps each input in its order, and sorts what is sorted', async () => {
    const times = fc.array(fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(times, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), fc.boolean(), async (lists, size, sorted) => {
        const inputs = lists.map((list, input) => {
          const ordered = sorted ? list.filter((time) => time !== undefined).sort((a, b) => a - b) : list;
          return ordered.map((time, index) => item(`${input}:${index}`, time));
        });
        const all = await merged(inputs.map((items) => batchesOf(items, size)));
        expect(all.length).toBe(inputs.flat().length);
        inputs.forEach((items, input) => {
          expect(all.filter(({ id }) => id.startsWith(`${input}:`))).toEqual(items);
        });
        if (sorted) expect(all.map(({ timeMs }) => timeMs)).toEqual(all.map(({ timeMs }) => timeMs ?? 0).sort((a, b) => a - b));
      }),
    );
  });

  it('holds one batch of each input and closes all when the consumer stops', async () => {
    let pulls = 0;
    let closed = 0;
    async function* endless(): AsyncGenerator<readonly Item[]> {
      try {
        for (let time = 0; ; time += 1) {
          pulls += 1;
          yield [item('x', time)];
        }
      } finally {
        closed += 1;
      }
    }
    const runs = mergeByTime([endless(), endless(), endless()]);
    await runs.next();
    expect(pulls).toBe(3);
    await runs.return(undefined);
    expect(closed).toBe(3);
  });

  it('ends for no inputs and for empty ones', async () => {
    expect(await merged([])).toEqual([]);
    expect(await merged([batchesOf([], 1), batchesOf([item('a', 1)], 1)])).toHaveLength(1);
  });
});
