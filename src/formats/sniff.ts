import type { Format } from './format.ts';
import { plain } from './plain.ts';

/** Lines looked at; a longer line is judged by its beginning. */
export const SAMPLE_LINES = 64;
const SAMPLE_CHARACTERS = 4096;

/** The format that fits the sample best; of equals the first; plain when the sample is empty. Blank lines do not count. */
export function recognise(sample: readonly string[], formats: readonly Format[]): Format {
  const lines = sample
    .filter((line) => line.trim() !== '')
    .slice(-SAMPLE_LINES)
    .map((line) => line.slice(0, SAMPLE_CHARACTERS));
  let best = plain;
  let bestScore = 0;
  for (const format of formats) {
    const score = format.score(lines);
    if (score <= bestScore) continue;
    best = format;
    bestScore = score;
  }
  return best;
}
