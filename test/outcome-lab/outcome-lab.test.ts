import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { measure } from './measure.ts';

/**
 * Two runs of the laboratory, kept: `lab.py OUT 1` and `lab.py OUT 7` with nginx 1.22, sqlmap 1.7.2, ffuf 1.1 and wapiti 3.0.4 from Debian 12. The judge
 * was tuned on skins 1 to 4. Skins 5 to 7 were run once it was finished; the one with the lowest recall is kept. They differ in data, order and looks, not in
 * endpoints or payloads typed by hand: they do not show how the marks fare on another application. Truth is the application's own book. Recall is of the
 * successes that a rule saw; those that none saw have a bound of their own. Payloads that were executed and gave no more than a confirmation do not count.
 */
const RUNS = ['run-1', 'run-7'];

/** Which answers a path's sample keeps is chance: here the same chance every time. */
beforeEach(() => {
  let state = 1;
  vi.spyOn(Math, 'random').mockImplementation(() => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  });
});
afterEach(() => vi.restoreAllMocks());

test.each(
  RUNS.flatMap((run) => [
    { run, timed: false },
    { run, timed: true },
  ]),
)('a success mark is right and found nine times in ten: $run, request times logged: $timed', async ({ run, timed }) => {
  const worth = await measure(join(import.meta.dirname, run), timed);
  expect(worth.succeeded).toBeGreaterThanOrEqual(20);
  expect(worth.failed).toBeGreaterThanOrEqual(200);
  expect(worth.precision, worth.mistakes.join('\n')).toBeGreaterThanOrEqual(0.9);
  expect(worth.recall, worth.mistakes.join('\n')).toBeGreaterThanOrEqual(0.9);
  expect(worth.undetected).toBeLessThanOrEqual(worth.succeeded * 0.1);
  expect(worth.marksOnScripts).toBe(0);
});
