import { randomBytes } from 'node:crypto';
import { createDetector } from '../detection/detect.ts';
import type { HeldLine } from '../engine/feed/held-line.ts';
import { type RuleSet, silentIds, wantedIds } from '../engine/rules/rule-set.ts';
import type { CorrelationRule } from '../incidents/correlation/correlation-rule.ts';
import { createCorrelator } from '../incidents/correlation/correlator.ts';
import { valueText } from '../incidents/correlation/describe.ts';
import { t } from '../lang/lang.ts';
import type { Behaviour } from '../model/behaviour.ts';
import { actorOf } from '../net/address.ts';
import { visible } from '../text/sanitize.ts';
import { count } from '../text/units.ts';

const SHOWN = 40;

/** Correlations that are tried over a log: feed it lines, then ask. */
export interface CorrelationReport {
  line(line: HeldLine): void;
  /** Every group that they found, with count, value and times. */
  lines(): readonly string[];
}

/** Rules and correlations that the tested ones need, these included. */
function needed(tested: RuleSet, all: RuleSet): RuleSet {
  const byId = new Map(all.correlations.map((rule) => [rule.info.id, rule]));
  const correlations = new Set<CorrelationRule>(tested.correlations);
  for (const { rules } of correlations) {
    for (const id of rules) {
      const child = byId.get(id);
      if (child !== undefined) correlations.add(child);
    }
  }
  const wanted = new Set([...correlations].flatMap(({ rules }) => rules));
  return { rules: all.rules.filter(({ info }) => wanted.has(info.id)), correlations: [...correlations] };
}

const timeText = (timeMs: number): string => new Date(timeMs).toISOString().replace('T', ' ').slice(0, 19);

function behaviourLine({ rule, group, events, value, startMs, endMs, actorCount }: Behaviour, all: RuleSet): string {
  const named = Object.entries(group).map(([field, text]) => `${field} ${visible(text)}`);
  const correlation = all.correlations.find(({ info }) => info.id === rule.id);
  const what = correlation === undefined ? '' : `, ${count(Math.round(value))} ${valueText(correlation)}`;
  const who = actorCount > 1 ? `, ${t('{n} addresses', { n: count(actorCount) })}` : '';
  const period = t('{from} to {to}', { from: timeText(startMs), to: timeText(endMs) });
  return `${period}  ${rule.name}  ${named.join(', ')}  ${t('{events} events', { events: count(events) })}${what}${who}`;
}

export function correlationReport(tested: RuleSet, all: RuleSet): CorrelationReport {
  const set = needed(tested, all);
  const ids = new Set(tested.correlations.map(({ info }) => info.id));
  const detector = createDetector({ rules: set.rules, silent: silentIds(set), wanted: wantedIds(set) });
  const bytes = randomBytes(8);
  const correlator = createCorrelator({
    rules: set.correlations.map((rule) => ({ ...rule, silences: [] })),
    seed: [bytes.readUInt32LE(0), bytes.readUInt32LE(4)],
  });
  const found = new Map<string, Behaviour>();
  const keep = (behaviours: readonly Behaviour[]): void => {
    for (const behaviour of behaviours) if (ids.has(behaviour.rule.id)) found.set(behaviour.key, behaviour);
  };
  let lastMs = 0;
  return {
    line({ entry, sourceName, hits }) {
      if (set.correlations.length === 0) return;
      const timeMs = entry.timeMs ?? lastMs;
      lastMs = timeMs;
      const findings = detector.detect(entry);
      if (findings === undefined || findings.observed.length === 0) return;
      const actor = entry.address === '' ? '' : actorOf(entry.address);
      keep(correlator.observe({ entry, timeMs, observed: findings.observed, loud: hits !== undefined, actor, source: sourceName }));
    },
    lines() {
      if (set.correlations.length === 0) return [];
      keep(correlator.settle());
      const told = [...found.values()].sort((a, b) => a.startMs - b.startMs || (a.key < b.key ? -1 : 1));
      const more = told.length > SHOWN ? [t('… and {more} more', { more: count(told.length - SHOWN) })] : [];
      return [
        ...told.slice(0, SHOWN).map((behaviour) => behaviourLine(behaviour, all)),
        ...more,
        '',
        t('{groups} groups found', { groups: count(told.length) }),
      ];
    },
  };
}
