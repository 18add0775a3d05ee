import { mergeByTime } from '../../sources/merge.ts';
import type { Input, ReadLine } from './inputs.ts';

/** Reads inputs to their end, merged by event time: several logs of one server tell one story. */
export async function readMerged(inputs: readonly Input[]): Promise<void> {
  const [only] = inputs;
  if (inputs.length === 1 && only) return only.readAll();
  const batches = inputs.map((input) => input.batches());
  for await (const run of mergeByTime<ReadLine>(batches)) {
    for (const line of run) {
      const rest = line.hand();
      if (rest) await rest;
    }
  }
}
