import { expect, it } from 'vitest';
import { jumpingClock, LOG_START_MS, runLive } from './live-log.ts';
import { combined, openOver } from './run-engine.ts';

const MINUTE = 60;
const steady = (fromSecond: number, toSecond: number) =>
  Array.from({ length: (toSecond - fromSecond) / 2 }, (_, i) => {
    const second = fromSecond + 2 * i;
    return [second, [combined(second, { address: `203.0.113.${i % 30}` })]] as const;
  });
const targets = (engine: Awaited<ReturnType<typeof runLive>>) =>
  engine.incidents().map(({ actor, target, severity, title }) => ({ actor, target, severity, title }));

it('a steady log that stops is an incident of the log, and tells since when', async () => {
  const engine = await runLive({ seconds: [...steady(0, 40 * MINUTE), [47 * MINUTE, []], [48 * MINUTE, []]] });
  expect(targets(engine)).toEqual([
    { actor: '', target: { kind: 'source', value: 'access.log' }, severity: 'medium', title: 'the log stopped' },
  ]);
  const [incident] = engine.incidents();
  expect(incident?.startMs).toBe(LOG_START_MS + (40 * MINUTE - 2) * 1000);
  await engine.client.close();
});

it('a log that goes on is none', async () => {
  const engine = await runLive({ seconds: [...steady(0, 40 * MINUTE), ...steady(44 * MINUTE, 50 * MINUTE)] });
  expect(targets(engine)).toEqual([]);
  await engine.client.close();
});

it('a log that is emptied while it is followed is an incident of the log', async () => {
  const source = {
    key: '/var/log/access.log',
    name: 'access.log',
    async *read() {
      yield { lines: [combined(0).trimEnd()], bytes: 0, cut: 0 };
      yield { lines: [], bytes: 0, cut: 0, event: { type: 'live' } as const };
      yield { lines: [], bytes: 0, cut: 0, event: { type: 'cut', how: 'emptied', detail: 'log truncated without a copy' } as const };
    },
  };
  const opened = { sources: [{ source, settings: {} }], watch: async () => {}, notices: [] };
  const engine = await openOver([], { follow: true }, { clock: jumpingClock(), opened, pace: { rest: () => undefined } });
  await engine.run();
  expect(targets(engine)).toEqual([
    { actor: '', target: { kind: 'source', value: 'access.log' }, severity: 'medium', title: 'the log was emptied' },
  ]);
  await engine.client.close();
});

it('one client behind a hundred user agents that is answered each time is an incident of its address', async () => {
  const seconds = Array.from(
    { length: 100 },
    (_, i) => [i, [combined(i, { target: `/item?id=${i}`, agent: `Mozilla/5.0 Chrome/${i}` })]] as const,
  );
  const engine = await runLive({ seconds });
  expect(targets(engine)).toMatchObject([{ actor: '192.0.2.13', severity: 'medium', title: 'user-agent rotation' }]);
  await engine.client.close();
});

it('what a network in front asks for in vain for its many visitors is no scan of medium', async () => {
  const lines = (second: number) =>
    Array.from({ length: 10 }, (_, i) =>
      combined(second, i === 0 ? { target: `/gone-${second}`, status: 404 } : { target: `/page-${(second + i) % 20}` }),
    );
  const engine = await runLive({ seconds: Array.from({ length: 120 }, (_, i) => [i, lines(i)] as const) });
  expect(targets(engine).filter(({ severity }) => severity !== 'low')).toEqual([]);
  expect(targets(engine)).toHaveLength(1);
  await engine.client.close();
});
