import type { CorrelationRule } from '../../incidents/correlation/correlation-rule.ts';
import { t } from '../../lang/lang.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import type { Hit, RuleInfo } from '../../model/detection.ts';
import type { RuleList, RuleMoment, RuleRow } from '../../model/rule-list.ts';
import { copyText } from '../../text/copy-text.ts';
import type { Feed } from '../feed/feed.ts';
import type { HeldLine } from '../feed/held-line.ts';
import type { Mutes } from './mutes.ts';
import { type RuleSet, silentIds } from './rule-set.ts';

/** How often each rule fired in this session. */
export interface RuleTally {
  /** Hits of a line: those that count, and those under a mute. */
  line(hits: readonly Hit[], muted: readonly Hit[], what: { readonly success: boolean; readonly timeMs: number }): void;
  behaviour(behaviour: Behaviour, muted: boolean): void;
  of(ruleId: string): RuleCounts;
  /** Runs of a correlation, the latest last. */
  runs(ruleId: string): readonly Run[];
  /** Detections and behaviours together. */
  readonly total: number;
}

export interface RuleCounts {
  hits: number;
  successes: number;
  muted: number;
  lastMs: number | undefined;
}

export interface Run {
  readonly behaviour: Behaviour;
  readonly muted: boolean;
}

const MAX_RUNS = 1_000;
const NONE: Readonly<RuleCounts> = { hits: 0, successes: 0, muted: 0, lastMs: undefined };

export function createRuleTally(): RuleTally {
  const counts = new Map<string, RuleCounts>();
  const runs = new Map<string, Run>();
  let total = 0;
  const countsOf = (ruleId: string, timeMs: number): RuleCounts => {
    let found = counts.get(ruleId);
    if (found === undefined) {
      found = { ...NONE };
      counts.set(ruleId, found);
    }
    found.lastMs = Math.max(found.lastMs ?? timeMs, timeMs);
    return found;
  };
  return {
    line(hits, muted, { success, timeMs }) {
      if (hits.length > 0) total++;
      for (const { rule } of hits) {
        const found = countsOf(rule.id, timeMs);
        found.hits++;
        if (success) found.successes++;
      }
      for (const { rule } of muted) countsOf(rule.id, timeMs).muted++;
    },
    behaviour(behaviour, muted) {
      const before = runs.get(behaviour.key);
      const found = countsOf(behaviour.rule.id, behaviour.endMs);
      if (before === undefined) {
        if (muted) found.muted++;
        else {
          found.hits++;
          total++;
        }
      }
      if (behaviour.success && !muted && before?.behaviour.success !== true) found.successes++;
      runs.delete(behaviour.key);
      runs.set(copyText(behaviour.key), { behaviour, muted });
      const oldest = runs.keys().next().value;
      if (runs.size > MAX_RUNS && oldest !== undefined) runs.delete(oldest);
    },
    of: (ruleId) => counts.get(ruleId) ?? NONE,
    runs: (ruleId) => [...runs.values()].filter(({ behaviour }) => behaviour.rule.id === ruleId),
    get total() {
      return total;
    },
  };
}

export interface RuleListParts {
  readonly ruleSet: RuleSet;
  readonly tally: RuleTally;
  readonly mutes: Mutes;
  /** The condition as {@link conditionWords} writes it, and what was changed for this session (`''` for nothing). */
  readonly wordsOf: (rule: CorrelationRule | undefined, id: string) => { readonly condition: string; readonly changed: string };
}

/** Every rule and correlation that makes detections by itself, with what it did. */
export function ruleList({ ruleSet, tally, mutes, wordsOf }: RuleListParts): RuleList {
  const silent = silentIds(ruleSet);
  const held = mutes.current();
  const isMuted = ({ id, name }: RuleInfo): boolean =>
    held.some(({ filter }) => filter.rules === 'any' || filter.rules.includes(id) || filter.rules.includes(name));
  const rowOf = (info: RuleInfo, correlation: CorrelationRule | undefined): RuleRow => ({
    id: info.id,
    name: info.name,
    title: t(info.title),
    severity: info.severity,
    families: info.families,
    isCorrelation: correlation !== undefined,
    ...tally.of(info.id),
    hasMutes: isMuted(info),
    ...wordsOf(correlation, info.id),
  });
  const rows = [...ruleSet.rules.map(({ info }) => rowOf(info, undefined)), ...ruleSet.correlations.map((rule) => rowOf(rule.info, rule))];
  return { rows: rows.filter(({ id }) => !silent.has(id)), total: tally.total, mutes: mutes.list() };
}

const MAX_MOMENTS = 20;

const momentOfLine = (line: HeldLine, muted: boolean): RuleMoment => ({
  rowId: line.id,
  timeMs: line.entry.timeMs,
  who: line.entry.address.slice(0, 64),
  text: `${line.entry.method} ${line.entry.target || line.entry.message}`.trim().slice(0, 300),
  success: line.success && !muted,
  muted,
});

const momentOfRun = ({ behaviour, muted }: Run): RuleMoment => ({
  rowId: undefined,
  timeMs: behaviour.endMs,
  who: behaviour.group['c-ip'] ?? t('{n} addresses', { n: behaviour.actorCount }),
  text: t('{events} events, {example}', { events: behaviour.events, example: behaviour.example }).slice(0, 300),
  success: behaviour.success,
  muted,
});

/** The last held lines that a rule flagged, or the last runs of a correlation; the latest first. */
export function momentsOf(ruleId: string, { feed, tally }: { readonly feed: Feed; readonly tally: RuleTally }): readonly RuleMoment[] {
  const isOf = ({ rule }: Hit): boolean => rule.id === ruleId;
  const moments = tally.runs(ruleId).map(momentOfRun);
  for (const line of feed.all()) {
    const muted = line.muted?.some(isOf) === true;
    if (muted || line.hits?.some(isOf)) moments.push(momentOfLine(line, muted));
    if (moments.length > 4 * MAX_MOMENTS) moments.splice(0, moments.length - MAX_MOMENTS);
  }
  return moments.slice(-MAX_MOMENTS).reverse();
}
