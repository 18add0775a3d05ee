import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CorrelationRule } from '../../../src/incidents/correlation/correlation-rule.ts';
import { createCorrelator } from '../../../src/incidents/correlation/correlator.ts';
import type { Behaviour } from '../../../src/model/behaviour.ts';
import { correlation, occurrence } from './make.ts';

/** What an entry is to the oracle. */
interface Seen {
  readonly timeMs: number;
  readonly actor: string;
  readonly path: string;
  readonly bytes: number;
  /** The rules that it matched, as indexes into those of the correlation. */
  readonly rules: readonly number[];
  readonly loud: boolean;
}

interface Told {
  readonly actor: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly events: number;
  readonly silent: number;
  readonly value: number;
}

const RUN_GAP_MS = 30 * 60_000;
const RULES = ['base', 'other', 'third'];
const TYPES = ['event_count', 'value_count', 'value_sum', 'value_avg', 'temporal', 'temporal_ordered'] as const;

/** The length of the longest beginning of the list of rules that occurs in this order. */
function ordered(window: readonly Seen[], ruleCount: number): number {
  let at = Number.NEGATIVE_INFINITY;
  for (let rule = 0; rule < ruleCount; rule++) {
    const next = window.find((seen) => seen.rules.includes(rule) && seen.timeMs >= at);
    if (next === undefined) return rule;
    at = next.timeMs;
  }
  return ruleCount;
}

function valueIn(rule: CorrelationRule, window: readonly Seen[]): number {
  const sum = window.reduce((total, { bytes }) => total + bytes, 0);
  switch (rule.type) {
    case 'value_count':
      return new Set(window.map(({ path }) => path)).size;
    case 'value_sum':
      return sum;
    case 'value_avg':
      return sum / window.length;
    case 'temporal':
      return new Set(window.flatMap(({ rules }) => rules)).size;
    case 'temporal_ordered':
      return ordered(window, rule.rules.length);
    default:
      return window.length;
  }
}

const holds = ({ comparisons }: CorrelationRule, value: number): boolean =>
  comparisons.every(({ operator, value: limit }) =>
    operator === 'gte' ? value >= limit : operator === 'lt' ? value < limit : value === limit,
  );

/** Every window that ends with an event, or for conditions that more events can make untrue, windows one after another. */
function windowsOf(rule: CorrelationRule, events: readonly Seen[]): readonly (readonly Seen[])[] {
  const bucketMs = Math.max(1000, rule.timespanMs / 720);
  const span = rule.timespanMs / bucketMs;
  const bucket = ({ timeMs }: Seen): number => Math.floor(timeMs / bucketMs);
  const isRising = rule.type !== 'value_avg' && rule.comparisons.every(({ operator }) => operator === 'gte');
  if (isRising) return events.map((end) => events.filter((each) => bucket(each) <= bucket(end) && bucket(each) > bucket(end) - span));
  const windows: Seen[][] = [];
  for (let rest = [...events]; rest[0] !== undefined; ) {
    const [first] = rest;
    const inside = rest.filter((each) => bucket(each) < bucket(first) + span);
    windows.push(inside);
    rest = rest.slice(inside.length);
  }
  return windows;
}

function oracle(rule: CorrelationRule, all: readonly Seen[]): readonly Told[] {
  const told: Told[] = [];
  for (const actor of new Set(all.map((seen) => seen.actor))) {
    const events = all.filter((seen) => seen.actor === actor).sort((a, b) => a.timeMs - b.timeMs);
    const values = new Map<Seen, number>();
    for (const window of windowsOf(rule, events)) {
      const value = valueIn(rule, window);
      if (holds(rule, value)) for (const seen of window) values.set(seen, Math.max(values.get(seen) ?? 0, value));
    }
    let run: Told | undefined;
    for (const seen of events.filter((each) => values.has(each))) {
      const silent = seen.loud ? 0 : 1;
      const value = values.get(seen) ?? 0;
      if (run !== undefined && seen.timeMs - run.endMs <= Math.max(RUN_GAP_MS, rule.timespanMs))
        run = { ...run, endMs: seen.timeMs, events: run.events + 1, silent: run.silent + silent, value: Math.max(run.value, value) };
      else {
        if (run !== undefined) told.push(run);
        run = { actor, startMs: seen.timeMs, endMs: seen.timeMs, events: 1, silent, value };
      }
    }
    if (run !== undefined) told.push(run);
  }
  return told;
}

/** What is told of lines in the order of their arrival, a later behaviour of a key replacing an earlier one. */
function correlate(rule: CorrelationRule, arrivals: readonly Seen[], advanceEvery: number): readonly Told[] {
  const correlator = createCorrelator({ rules: [rule], seed: [1, 2] });
  const byKey = new Map<string, Behaviour>();
  const keep = (behaviours: readonly Behaviour[]): void => {
    for (const behaviour of behaviours) byKey.set(behaviour.key, behaviour);
  };
  let clock = 0;
  for (const [index, { timeMs, actor, path, bytes, rules, loud }] of arrivals.entries()) {
    clock = Math.max(clock, timeMs);
    keep(
      correlator.observe(occurrence(timeMs, { target: path, bytes }, { actor, loud, observed: rules.map((each) => RULES[each] ?? '') })),
    );
    if (index % advanceEvery === advanceEvery - 1) keep(correlator.advance(clock));
  }
  keep(correlator.settle());
  return [...byKey.values()].map(({ group, startMs, endMs, events, silent, value }) => ({
    actor: group['c-ip'] ?? '',
    startMs,
    endMs,
    events,
    silent,
    value,
  }));
}

const sorted = (told: readonly Told[]): readonly Told[] =>
  [...told].sort((a, b) => (a.actor < b.actor ? -1 : a.actor > b.actor ? 1 : a.startMs - b.startMs));

/** Bursts and pauses, some longer than a run survives. */
const steps = fc.oneof(
  { weight: 10, arbitrary: fc.integer({ min: 0, max: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: 13, max: 400 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1500, max: 2500 }) },
);
const event = fc.record({
  step: steps,
  lateS: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 299 })),
  actor: fc.constantFrom('198.51.100.7', '203.0.113.9'),
  path: fc.constantFrom('/a', '/b', '/c', '/d', '/e'),
  bytes: fc.integer({ min: 0, max: 9 }),
  rules: fc.subarray([0, 1, 2], { minLength: 1 }),
  loud: fc.boolean(),
});
const rules = fc.record({
  type: fc.constantFrom(...TYPES),
  timespanS: fc.constantFrom(1, 10, 60, 3600),
  limit: fc.integer({ min: 1, max: 6 }),
  operator: fc.constantFrom('gte', 'gte', 'gte', 'lt', 'eq') as fc.Arbitrary<'gte' | 'lt' | 'eq'>,
});

it('tells the same whatever the order in which lines come, five minutes late at most', () => {
  fc.assert(
    fc.property(
      rules,
      fc.array(event, { maxLength: 80 }),
      fc.integer({ min: 1, max: 30 }),
      ({ type, timespanS, limit, operator }, list, every) => {
        const isTemporal = type.startsWith('temporal');
        const rule = correlation({
          type,
          timespanMs: timespanS * 1000,
          rules: RULES,
          comparisons: [
            type === 'temporal_ordered'
              ? { operator: 'gte', value: Math.min(3, limit) }
              : { operator, value: isTemporal ? Math.min(3, limit) : limit },
          ],
          fields: type === 'value_count' ? ['cs-uri-stem'] : type.startsWith('value_') ? ['sc-bytes'] : [],
        });
        let timeMs = Date.UTC(2026, 2, 2);
        const seen = list.map(({ step, lateS, ...rest }) => {
          // Times within coarse buckets are not told apart in their order.
          timeMs += step * Math.max(1000, type === 'temporal_ordered' ? rule.timespanMs / 720 : 1000);
          return { ...rest, timeMs, arrivalMs: timeMs + lateS * 1000 };
        });
        const arrivals = [...seen].sort((a, b) => a.arrivalMs - b.arrivalMs);
        expect(sorted(correlate(rule, arrivals, every))).toEqual(sorted(oracle(rule, seen)));
      },
    ),
    { numRuns: 1500 },
  );
});
