import { expect, test } from 'vitest';
import type { OpenedSources } from '../../src/engine/input/open-sources.ts';
import type { LineBatch, Source } from '../../src/sources/source.ts';
import { createWake } from '../../src/sources/wake.ts';
import { createManualClock } from '../sources/manual-clock.ts';
import { combined, openOver, view } from './run-engine.ts';

/** A source that gives batches when it is told to, and never ends by itself. */
function handFed(): { opened: OpenedSources; give: (batch: Partial<LineBatch>) => void } {
  const wake = createWake();
  const waiting: LineBatch[] = [];
  const source: Source = {
    key: 'hand',
    name: 'hand',
    async *read({ signal }) {
      signal.addEventListener('abort', wake.notify);
      while (!signal.aborted) {
        const batch = waiting.shift();
        if (batch === undefined) await wake.wait();
        else yield batch;
      }
    },
  };
  return {
    opened: { sources: [{ source, settings: {} }], notices: [], watch: async () => {} },
    give(batch) {
      waiting.push({ lines: [], bytes: 0, cut: 0, ...batch });
      wake.notify();
    },
  };
}

const ATTACK = combined(1, { address: '198.51.100.7', target: "/item?id=1'%20UNION%20SELECT%20user,pass%20FROM%20users--" }).trim();

test('a sender hears that its lines are kept after they were committed, and not later than a tenth of a second', async () => {
  const clock = createManualClock();
  const { opened, give } = handFed();
  const told: string[] = [];
  const options = { follow: true, autoAlerts: 'live' as const };
  const engine = await openOver([], options, { clock, opened, onIncidents: () => void told.push('committed') });
  const running = engine.run();
  give({ lines: [ATTACK], acknowledge: () => void told.push('acknowledged') });
  while (!clock.waiting().includes(100)) await new Promise((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  clock.advance(100);
  expect(told).toEqual(['committed', 'acknowledged']);
  await engine.client.close();
  await running;
});

test('a sender that waits when secmon is closed hears it before its connection ends', async () => {
  const clock = createManualClock();
  const { opened, give } = handFed();
  const told: string[] = [];
  const engine = await openOver([], { follow: true }, { clock, opened });
  const running = engine.run();
  give({ lines: [ATTACK], acknowledge: () => void told.push('acknowledged') });
  while (!clock.waiting().includes(100)) await new Promise((resolve) => setImmediate(resolve));
  await engine.client.close();
  expect(told).toEqual(['acknowledged']);
  await running;
});

test('peers of one source each have a format of their own, and lines are numbered through', async () => {
  const { opened, give } = handFed();
  const seen: string[] = [];
  const engine = await openOver(
    [],
    { follow: true },
    { opened, onLine: ({ line }) => void seen.push(`${line.sequence} ${line.entry.kind}`) },
  );
  const running = engine.run();
  give({ lines: ['{"level":"info","msg":"started"}'], stream: 'a' });
  give({ lines: [combined(1).trim()], stream: 'b' });
  give({ lines: ['2026-03-02 02:00:03,000 ERROR app: boom', 'Traceback (most recent call last):'], stream: 'c' });
  give({ lines: ['{"level":"info","msg":"again"}'], stream: 'a', dropped: 3 });
  while (seen.length < 4) await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['1 application', '2 http', '3 application', '5 application']);
  expect(engine.dropped()).toBe(3);
  expect((await engine.client.request('view', view())).dropped).toBe(3);
  await engine.client.close();
  await running;
});

test('a line without a time takes the one that its sender put beside it', async () => {
  const { opened, give } = handFed();
  const times: (number | undefined)[] = [];
  const engine = await openOver([], { follow: true }, { opened, onLine: ({ line }) => void times.push(line.entry.timeMs) });
  const running = engine.run();
  const besideMs = Date.UTC(2026, 2, 2, 3);
  give({ lines: ['no time in here', combined(1).trim()], times: [besideMs, besideMs] });
  while (times.length < 2) await new Promise((resolve) => setImmediate(resolve));
  expect(times).toEqual([besideMs, Date.UTC(2026, 2, 2, 2, 0, 1)]);
  await engine.client.close();
  await running;
});
