import { expect, test } from 'vitest';
import type { Clock } from '../../../src/clock/clock.ts';
import { createSnapshotPacer } from '../../../src/engine/screens/snapshot-pacer.ts';
import type { Snapshot } from '../../../src/model/snapshot.ts';

/** A clock whose time passes only by `pass`. */
function fakeClock(): Clock & { pass(ms: number): void } {
  let now = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    monotonic: () => now,
    after(delayMs, run) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((t) => t !== timer);
      };
    },
    pass(ms) {
      for (const end = now + ms; now < end; ) {
        now += 1;
        const due = timers.filter((t) => t.at <= now);
        timers = timers.filter((t) => t.at > now);
        for (const timer of due) timer.run();
      }
    },
  };
}

const setUp = () => {
  const clock = fakeClock();
  const engine = { revision: 0, snapshot: (): Snapshot | undefined => ({}) as Snapshot };
  let posted = 0;
  const pacer = createSnapshotPacer({ clock, engine, post: () => posted++ });
  pacer.start();
  return { clock, engine, pacer, count: () => posted };
};

test('while everything changes there are ten snapshots a second, each after the last was drawn', () => {
  const { clock, engine, pacer, count } = setUp();
  for (let i = 0; i < 1000; i++) {
    engine.revision++;
    clock.pass(1);
    pacer.drawn();
  }
  expect(count()).toBeGreaterThanOrEqual(10);
  expect(count()).toBeLessThanOrEqual(11);
});

test('while nothing changes there is one a second', () => {
  const { clock, pacer, count } = setUp();
  for (let i = 0; i < 100; i++) {
    clock.pass(100);
    pacer.drawn();
  }
  expect(count()).toBeGreaterThanOrEqual(10);
  expect(count()).toBeLessThanOrEqual(11);
});

test('none is sent while the screen has not drawn the last one, but after five seconds it is tried again', () => {
  const { clock, engine, count } = setUp();
  for (let i = 0; i < 49; i++) {
    engine.revision++;
    clock.pass(100);
  }
  expect(count()).toBe(1);
  clock.pass(200);
  expect(count()).toBe(2);
});

test('after it is stopped nothing is sent', () => {
  const { clock, engine, pacer, count } = setUp();
  pacer.stop();
  engine.revision++;
  clock.pass(5000);
  expect(count()).toBe(1);
});
