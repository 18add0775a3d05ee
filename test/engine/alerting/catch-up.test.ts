import { expect, it } from 'vitest';
import { createCatchUp } from '../../../src/engine/alerting/catch-up.ts';

const START_MS = Date.UTC(2026, 2, 2);

function recorder(isIdle: () => boolean = () => false) {
  const decided: number[] = [];
  const catchUp = createCatchUp({ isIdle, decide: (nowMs) => decided.push((nowMs - START_MS) / 1000) });
  return { decided, catchUp };
}

it('decides once a second of the log, and in steps where it was silent', () => {
  const { decided, catchUp } = recorder();
  for (const second of [0, 0, 1, 12]) {
    catchUp.before(START_MS + second * 1000);
    catchUp.after(START_MS + second * 1000);
  }
  expect(decided).toEqual([0, 1, 6, 11, 12]);
});

it('jumps over silence in which nothing waits, and goes on after the end only while something does', () => {
  let waits = 3;
  const { decided, catchUp } = recorder(() => waits-- <= 0);
  catchUp.after(START_MS);
  catchUp.before(START_MS + 3_600_000);
  catchUp.after(START_MS);
  catchUp.finish();
  expect(decided).toEqual([0, 5, 10, 15, 3600, 3601]);
});

it('takes no line that lies days ahead for the time', () => {
  const { decided, catchUp } = recorder();
  catchUp.after(START_MS);
  catchUp.before(START_MS + 400 * 86_400_000);
  catchUp.after(START_MS + 2_000);
  expect(decided).toEqual([0, 2]);
});
