import { randomBytes } from 'node:crypto';
import type { CorrelationRule } from '../incidents/correlation/correlation-rule.ts';
import { type Correlator, createCorrelator } from '../incidents/correlation/correlator.ts';
import type { Occurrence } from '../incidents/correlation/fields.ts';
import type { IncidentTracker } from '../incidents/tracker.ts';
import type { Behaviour } from '../model/behaviour.ts';
import type { Trust } from './clients/trust.ts';
import type { Muting } from './rules/mutes.ts';
import type { RuleTally } from './rules/rule-list.ts';

/** What happens over time, on its way into incidents. */
export interface Behaviours {
  /** Takes in an entry that correlations want. */
  observe(occurrence: Occurrence): void;
  /** Lets event time go on; call it about once a second. */
  advance(nowMs: number): void;
  /** The input has ended. */
  settle(): void;
  /** Takes in what no correlation can tell: of the logs themselves, of the share that one client has. */
  tell(behaviour: Behaviour): void;
  /** Takes these correlations in place of those with the same id, until the next call; they begin to count now. */
  replace(changed: readonly CorrelationRule[]): void;
  /** Groups forgotten because there were too many. */
  readonly evicted: number;
}

export interface BehaviourParts {
  readonly correlations: readonly CorrelationRule[];
  readonly incidents: IncidentTracker;
  /** Who is known to be harmless: what they do over time is never more than low. */
  readonly trust: Trust;
  readonly muting?: Muting;
  readonly tally?: RuleTally;
  /** What an actor was answered lately. */
  readonly answered?: (actor: string) => { readonly hits: number; readonly errors: number } | undefined;
  /** Told of each that went into an incident. */
  readonly onTold?: (behaviour: Behaviour) => void;
}

/** Those that depend on the changed ones, these included, and all that they need to run. */
function affected(correlations: readonly CorrelationRule[], changed: readonly CorrelationRule[]) {
  const byId = new Map([...correlations, ...changed].map((rule) => [rule.info.id, rule]));
  const told = new Set(changed.map(({ info }) => info.id));
  for (let before = -1; before !== told.size; ) {
    before = told.size;
    for (const { info, rules } of byId.values()) if (rules.some((id) => told.has(id))) told.add(info.id);
  }
  const needed = new Set(told);
  for (const id of needed) for (const child of byId.get(id)?.rules ?? []) if (byId.has(child)) needed.add(child);
  return { told, rules: [...byId.values()].filter(({ info }) => needed.has(info.id)) };
}

/** What the few stray requests of many people behind one address add up to as well, if these are few among all. */
const ADDS_UP: ReadonlySet<string> = new Set(['scan-paths-fast', 'user-agent-rotation', 'flood-random-paths', 'scan-server-errors']);
/** Up to this share of errors an address gets what it asks for: an office, a network in front, a program that looks whether files are there. */
const FEW_ERRORS = 0.5;

/** The rule for user agents that name a search engine. */
const CRAWLER_CLAIM = 'web-crawler-claim';

const lowered = (behaviour: Behaviour): Behaviour => ({
  ...behaviour,
  success: false,
  rule: { ...behaviour.rule, severity: 'low' },
});

export function createBehaviours({ correlations, incidents, trust, muting, tally, answered, onTold }: BehaviourParts): Behaviours {
  const bytes = randomBytes(8);
  const seed = [bytes.readInt32LE(0), bytes.readInt32LE(4)] as const;
  const correlator = createCorrelator({ rules: correlations, seed });
  // Changed correlations run beside the others; of those that they stand for nothing is told meanwhile.
  let replaced: { readonly told: ReadonlySet<string>; readonly correlator: Correlator } | undefined;
  const both = (run: (each: Correlator) => readonly Behaviour[]): readonly Behaviour[] => {
    const own = run(correlator);
    if (replaced === undefined) return own;
    const { told } = replaced;
    const isTold = ({ rule }: Behaviour): boolean => told.has(rule.id);
    return [...own.filter((behaviour) => !isTold(behaviour)), ...run(replaced.correlator).filter(isTold)];
  };
  const getsWhatItAsksFor = (actor: string, { rule }: Behaviour): boolean => {
    const row = ADDS_UP.has(rule.name) ? answered?.(actor) : undefined;
    return row !== undefined && row.errors <= row.hits * FEW_ERRORS;
  };
  const take = (found: readonly Behaviour[], source: string): void => {
    for (const behaviour of found) {
      const muted = muting?.hidesBehaviour(behaviour) === true;
      tally?.behaviour(behaviour, muted);
      if (muted) continue;
      const actor = behaviour.group['c-ip'];
      const harmless = actor !== undefined && (trust.ofActor(actor) || getsWhatItAsksFor(actor, behaviour));
      const told = harmless ? lowered(behaviour) : behaviour;
      incidents.behaviour(told, behaviour.group['source'] ?? source);
      onTold?.(told);
    }
  };
  /** Without claims that no address disproves: most who say that they are a search engine are one. */
  const believed = (given: Occurrence): Occurrence | undefined => {
    if (!given.observed.includes(CRAWLER_CLAIM) || trust.isPretended(given.entry.address, given.entry.userAgent)) return given;
    const observed = given.observed.filter((id) => id !== CRAWLER_CLAIM);
    return observed.length === 0 ? undefined : { ...given, observed };
  };
  return {
    observe(given) {
      const occurrence = believed(given);
      if (occurrence === undefined) return;
      const found = both((each) => each.observe(occurrence));
      if (found.length === 0) return;
      // Remembers a verified crawler before its behaviour is judged.
      trust.ofClient(occurrence.entry.address, occurrence.entry.userAgent);
      take(found, occurrence.source);
    },
    advance: (nowMs) =>
      take(
        both((each) => each.advance(nowMs)),
        '',
      ),
    settle: () =>
      take(
        both((each) => each.settle()),
        '',
      ),
    tell: (behaviour) => take([behaviour], ''),
    replace(changed) {
      const { told, rules } = affected(correlations, changed);
      replaced = changed.length === 0 ? undefined : { told, correlator: createCorrelator({ rules, seed }) };
    },
    get evicted() {
      return correlator.evicted + (replaced?.correlator.evicted ?? 0);
    },
  };
}
