import { decide } from '../../../src/alerts/policy/decide.ts';
import { compilePolicy, type Policy } from '../../../src/alerts/policy/policy.ts';
import type { PolicySettings } from '../../../src/alerts/policy/policy-schema.ts';
import { type Effect, EMPTY_STATE, type PolicyState, type SendEffect } from '../../../src/alerts/policy/state.ts';
import type { Subject } from '../../../src/alerts/policy/subject.ts';

/** Monday, 2 March 2026, noon. */
export const NOON_MS = Date.UTC(2026, 2, 2, 12);

type RuleFields = Partial<PolicySettings['policy'][number]>;

export const policyOf = (rules: readonly RuleFields[] = [{}], others: Partial<PolicySettings> = {}): Policy =>
  compilePolicy(
    {
      policy: rules.map((rule) => ({
        ...(rule.never ? {} : { to: ['ops'] }),
        quiet: '30m',
        updates: ['worse', 'succeeded', 'ended'],
        ...rule,
      })),
      ceiling: 10,
      ...others,
    },
    'UTC',
  );

export const subject = (fields: Partial<Subject> = {}): Subject => ({
  id: 'a',
  who: '203.0.113.66',
  actor: '203.0.113.66',
  title: 'SQL injection',
  severity: 'high',
  success: false,
  risk: 60,
  families: ['sqli'],
  outcomes: ['refused'],
  tags: [],
  sources: ['access.log'],
  passed: [],
  state: 'new',
  live: true,
  added: { detections: 1, successes: 0 },
  ...fields,
});

/** A policy and its state as time goes by; times in seconds after noon. */
export function story(policy: Policy = policyOf()) {
  let state: PolicyState = EMPTY_STATE;
  const effects: { readonly second: number; readonly effect: Effect }[] = [];
  const at = (second: number, ...subjects: readonly Subject[]): readonly Effect[] => {
    const decided = decide(state, { subjects, nowMs: NOON_MS + second * 1000, explain: true }, policy);
    state = decided.state;
    for (const effect of decided.effects) effects.push({ second, effect });
    return decided.effects;
  };
  return {
    at,
    /** Lets time pass second by second. */
    until(second: number, from: number): void {
      for (let now = from; now <= second; now++) at(now);
    },
    sends: () =>
      effects.flatMap(({ second, effect }) =>
        effect.type === 'send' ? [`${second} ${effect.channel} ${effect.kind} ${effect.sequence} ${effect.thread.who}`] : [],
      ),
    of: <T extends Effect['type']>(type: T) =>
      effects.filter(({ effect }) => effect.type === type) as { second: number; effect: Extract<Effect, { type: T }> }[],
    sent: (): SendEffect[] => effects.flatMap(({ effect }) => (effect.type === 'send' ? [effect] : [])),
    notes: (): string[] => [...new Set(effects.flatMap(({ effect }) => (effect.type === 'note' ? [`${effect.what}: ${effect.why}`] : [])))],
    get state() {
      return state;
    },
    set state(other: PolicyState) {
      state = other;
    },
  };
}
