import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { measure } from '../outcome-lab/measure.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secmon-outcome-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

test('on a vulnerable site behind a real nginx, attacked by hand and by sqlmap and ffuf, marks of success are right nine times in ten, and six in seven successes have one', async () => {
  execFileSync('python3', [join(import.meta.dirname, '../outcome-lab/lab.py'), folder, '1', 'sqlmap,ffuf'], {
    stdio: 'inherit',
    timeout: 300_000,
  });
  const worth = await measure(folder, true);
  expect(worth.succeeded).toBeGreaterThanOrEqual(20);
  expect(worth.failed).toBeGreaterThanOrEqual(200);
  expect(worth.precision, worth.mistakes.join('\n')).toBeGreaterThanOrEqual(0.9);
  // Of all successes, those that no rule saw included: a rule that sees more may not make this worse.
  expect(worth.right / worth.succeeded, worth.mistakes.join('\n')).toBeGreaterThanOrEqual(0.85);
  expect(worth.marksOnScripts).toBe(0);
}, 400_000);
