import { expect, it } from 'vitest';
import { createCorrelator } from '../../../src/incidents/correlation/correlator.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { correlation, occurrence } from './make.ts';

const START_MS = Date.UTC(2026, 2, 2);
const SEED = [1, 2] as const;
const latest = (behaviours: readonly Behaviour[]): Behaviour | undefined => behaviours.at(-1);

it('tells with the event that meets the condition, naming the actor and the first path', () => {
  const correlator = createCorrelator({ rules: [correlation()], seed: SEED });
  const told = [0, 1, 2, 3, 4].map((i) => correlator.observe(occurrence(START_MS + i * 1000, { target: '/login?next=/' })));
  expect(told.slice(0, 4).flat()).toEqual([]);
  expect(told[4]).toMatchObject([
    { group: { 'c-ip': '198.51.100.7' }, events: 5, silent: 5, value: 5, actors: ['198.51.100.7'], actorCount: 1, example: '/login' },
  ]);
});

it('begins a new run after half an hour without a counted event', () => {
  const correlator = createCorrelator({ rules: [correlation()], seed: SEED });
  const burst = (fromMs: number): readonly Behaviour[] => [0, 1, 2, 3, 4].flatMap((i) => correlator.observe(occurrence(fromMs + i)));
  const first = latest(burst(START_MS));
  const second = latest(burst(START_MS + 40 * 60_000));
  expect(second?.events).toBe(5);
  expect(second?.key).not.toBe(first?.key);
});

it('names the many actors of one target', () => {
  const rule = correlation({ type: 'value_count', fields: ['c-ip'], groupBy: ['cs-uri-stem'] });
  const correlator = createCorrelator({ rules: [rule], seed: SEED });
  const addresses = [9, 3, 7, 1, 5].map((last) => `203.0.113.${last}`);
  const told = addresses.flatMap((address, i) => correlator.observe(occurrence(START_MS + i * 1000, { address, target: '/login' })));
  expect(latest(told)).toMatchObject({ group: { 'cs-uri-stem': '/login' }, actors: addresses, actorCount: 5, value: 5 });
});

it('groups different fields of different rules under an alias', () => {
  const rule = correlation({
    type: 'temporal',
    rules: ['web', 'ssh'],
    groupBy: ['who'],
    aliases: { who: { web: 'cs-username', ssh: 'message' } },
    comparisons: [{ operator: 'gte', value: 2 }],
  });
  const correlator = createCorrelator({ rules: [rule], seed: SEED });
  correlator.observe(occurrence(START_MS, { user: 'jane' }, { observed: ['web'] }));
  const told = correlator.observe(occurrence(START_MS + 1000, { message: 'jane' }, { observed: ['ssh'] }));
  expect(told).toMatchObject([{ group: { 'cs-username': 'jane' }, value: 2 }]);
});

it('takes a success after failures from a chained correlation, and only in this order', () => {
  const rules = [
    correlation({ id: 'guessed' }),
    correlation({
      id: 'in',
      type: 'temporal_ordered',
      rules: ['guessed', 'accepted'],
      timespanMs: 3_600_000,
      comparisons: [{ operator: 'gte', value: 2 }],
      success: true,
      generate: true,
      silences: [],
    }),
  ];
  const tries = (correlator: ReturnType<typeof createCorrelator>, fromMs: number): readonly Behaviour[] =>
    [0, 1, 2, 3, 4].flatMap((i) => correlator.observe(occurrence(fromMs + i * 1000)));
  const accepted = (timeMs: number) => occurrence(timeMs, {}, { observed: ['accepted'] });
  const after = createCorrelator({ rules, seed: SEED });
  tries(after, START_MS);
  expect(after.observe(accepted(START_MS + 60_000))).toMatchObject([{ rule: { id: 'in' }, success: true }]);
  const before = createCorrelator({ rules, seed: SEED });
  before.observe(accepted(START_MS));
  const told = [...tries(before, START_MS + 60_000), ...before.settle()];
  expect(told.some(({ rule }) => rule.id === 'in')).toBe(false);
});

it('decides a percentile once no line can be missing', () => {
  const rule = correlation({
    type: 'value_percentile',
    fields: ['time-taken'],
    percentile: 90,
    comparisons: [{ operator: 'gt', value: 900 }],
  });
  const correlator = createCorrelator({ rules: [rule], seed: SEED });
  for (let i = 0; i < 10; i++) expect(correlator.observe(occurrence(START_MS + i * 900, { durationMs: 100 * (i + 1) }))).toEqual([]);
  expect(correlator.advance(START_MS + 300_000)).toEqual([]);
  expect(correlator.advance(START_MS + 311_000)).toEqual([]);
  const slow = createCorrelator({ rules: [{ ...rule, comparisons: [{ operator: 'gt', value: 800 }] }], seed: SEED });
  for (let i = 0; i < 10; i++) slow.observe(occurrence(START_MS + i * 900, { durationMs: 100 * (i + 1) }));
  const [told] = slow.advance(START_MS + 311_000);
  expect(told?.value).toBeGreaterThan(890);
  expect(told?.value).toBeLessThan(910);
});

it('goes on where a clock was set back, and is not fooled by a few late lines', () => {
  const correlator = createCorrelator({ rules: [correlation()], seed: SEED });
  correlator.observe(occurrence(START_MS));
  correlator.observe(occurrence(START_MS + 1000));
  const hourBack = START_MS - 3_600_000;
  const told = Array.from({ length: 12 }, (_, i) => correlator.observe(occurrence(hourBack + i * 1000))).flat();
  expect(correlator.late).toBe(5);
  expect(latest(told)?.events).toBeGreaterThanOrEqual(5);
});

it('keeps few groups of many addresses, and the one that goes on', () => {
  const correlator = createCorrelator({
    rules: [correlation({ comparisons: [{ operator: 'gte', value: 20 }], timespanMs: 600_000 })],
    seed: SEED,
    maxGroups: 100,
  });
  const told: Behaviour[] = [];
  for (let i = 0; i < 20_000; i++) {
    const address = i % 50 === 0 ? '198.51.100.7' : `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
    told.push(
      ...correlator.observe(occurrence(START_MS + i * 10, { address })),
      ...correlator.observe(occurrence(START_MS + i * 10, { address })),
    );
  }
  expect(correlator.groups).toBeLessThanOrEqual(100);
  expect(correlator.evicted).toBeGreaterThan(10_000);
  expect(told.length).toBeGreaterThan(0);
  expect(new Set(told.map(({ group }) => group['c-ip']))).toEqual(new Set(['198.51.100.7']));
});

it('counts ever other values although one is repeated without end', () => {
  const rule = correlation({
    type: 'value_count',
    fields: ['cs-uri-stem'],
    timespanMs: 600_000,
    comparisons: [{ operator: 'gte', value: 10 }],
  });
  const correlator = createCorrelator({ rules: [rule], seed: SEED });
  const told: Behaviour[] = [];
  for (let i = 0; i < 6000; i++) {
    const target = i % 600 === 599 ? `/other-${i}` : '/same';
    told.push(...correlator.observe(occurrence(START_MS + i * 100, { target })));
  }
  told.push(...correlator.settle());
  expect(latest(told)?.value).toBeGreaterThanOrEqual(10);
});

it('cuts hostile group values', () => {
  const correlator = createCorrelator({ rules: [correlation({ groupBy: ['cs-username'] })], seed: SEED });
  const told = [0, 1, 2, 3, 4].flatMap((i) => correlator.observe(occurrence(START_MS + i, { user: 'x'.repeat(60_000) })));
  expect(latest(told)?.group['cs-username']).toHaveLength(200);
});
