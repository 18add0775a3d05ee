import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decide } from '../../../src/alerts/policy/decide.ts';
import { EMPTY_STATE, type PolicyState, packState, unpackState } from '../../../src/alerts/policy/state.ts';
import type { Family } from '../../../src/model/detection.ts';
import { NOON_MS, policyOf, subject } from './story.ts';

const HOUR_MS = 3_600_000;
const FAMILIES: readonly Family[] = ['sqli', 'lfi', 'xss', 'rce', 'auth', 'ssrf', 'scanner', 'php'];

const happening = fc.record({
  afterS: fc.integer({ min: 1, max: 1_500 }),
  incidents: fc.array(
    fc.record({
      id: fc.integer({ min: 0, max: 60 }),
      severity: fc.constantFrom('medium', 'high', 'critical'),
      success: fc.boolean(),
      family: fc.constantFrom(...FAMILIES),
      detections: fc.integer({ min: 0, max: 50 }),
    }),
    { maxLength: 12 },
  ),
});

it('no channel gets more than its ceiling and one digest in any hour, restarts or not, and no first message twice', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), fc.boolean(), (happenings, ceiling, restarts) => {
      const policy = policyOf(
        [{ to: ['pager', 'ops'], when: { success: true }, quiet: '5m', escalate: { after: '10m', to: ['boss'] } }, {}],
        { ceiling },
      );
      let state: PolicyState = EMPTY_STATE;
      let nowMs = NOON_MS;
      const sent: { readonly channel: string; readonly atMs: number; readonly key: string }[] = [];
      const digests: { readonly channel: string; readonly atMs: number }[] = [];
      for (const { afterS, incidents } of happenings) {
        nowMs += afterS * 1000;
        const subjects = incidents.map(({ id, severity, success, family, detections }) =>
          subject({
            id: `i${id}`,
            who: `203.0.113.${id}`,
            severity,
            success,
            families: [family],
            live: detections > 0,
            added: { detections, successes: success ? 1 : 0 },
          }),
        );
        const decided = decide(state, { subjects, nowMs }, policy);
        state = restarts ? unpackState(JSON.parse(JSON.stringify(packState(decided.state)))) : decided.state;
        for (const effect of decided.effects) {
          if (effect.type === 'send')
            sent.push({
              channel: effect.channel,
              atMs: nowMs,
              key: `${effect.channel} ${effect.thread.id} ${effect.kind} ${effect.sequence}`,
            });
          if (effect.type === 'held') digests.push({ channel: effect.channel, atMs: nowMs });
        }
      }
      const inHour = (list: readonly { channel: string; atMs: number }[], { channel, atMs }: { channel: string; atMs: number }): number =>
        list.filter((other) => other.channel === channel && other.atMs <= atMs && other.atMs > atMs - HOUR_MS).length;
      for (const one of sent) expect(inHour(sent, one)).toBeLessThanOrEqual(ceiling);
      for (const one of digests) expect(inHour(digests, one)).toBe(1);
      expect(new Set(sent.map(({ key }) => key)).size).toBe(sent.length);
    }),
    { numRuns: 80 },
  );
});

it('a restart between any two decisions changes none of them', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 25 }), (happenings) => {
      const policy = policyOf([{ hours: ['08:00-20:00'] }], { ceiling: 3, digest: { every: '30m', to: ['ops'], empty: false } });
      let [through, restarted]: [PolicyState, PolicyState] = [EMPTY_STATE, EMPTY_STATE];
      let nowMs = NOON_MS;
      for (const { afterS, incidents } of happenings) {
        nowMs += afterS * 1000;
        const subjects = incidents.map(({ id, detections, ...fields }) =>
          subject({ ...fields, id: `i${id}`, who: `w${id}`, families: [fields.family], added: { detections, successes: 0 } }),
        );
        const a = decide(through, { subjects, nowMs }, policy);
        const b = decide(restarted, { subjects, nowMs }, policy);
        expect(b.effects).toEqual(a.effects);
        through = a.state;
        restarted = unpackState(JSON.parse(JSON.stringify(packState(b.state))));
      }
    }),
    { numRuns: 40 },
  );
});

it('messages that were sent without asking take their share of the hour', () => {
  const policy = policyOf([{}], { ceiling: 5 });
  const others = Array.from({ length: 5 }, () => ({ channel: 'ops', atMs: NOON_MS }));
  const first = subject({ live: true, success: true, added: { detections: 1, successes: 1 } });
  const sentBy = (counted: typeof others) => {
    const gathered = decide(EMPTY_STATE, { subjects: [first], nowMs: NOON_MS, others: counted }, policy);
    const told = decide(gathered.state, { subjects: [], nowMs: NOON_MS + 60_000 }, policy);
    return told.effects.filter(({ type }) => type === 'send').length;
  };
  expect([sentBy([]), sentBy(others)]).toEqual([1, 0]);
});
