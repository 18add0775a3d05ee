import type { HashSeed } from '../../collections/hash.ts';
import type { Behaviour } from '../../model/behaviour.ts';
import { noteActor } from './actors.ts';
import type { Cell, Event } from './cells.ts';
import type { CorrelationRule } from './correlation-rule.ts';
import type { Occurrence } from './fields.ts';
import { createFirsts } from './firsts.ts';
import { addToGroup, type Example, type Group, isSetBack, isTooLate, mayWait, tellsNothingAlone, wordsOf } from './group.ts';
import { createLookout } from './lookout.ts';
import { LATE_MS } from './plan.ts';
import { createPopulation } from './population.ts';
import { groupOf, hash53, joinValues } from './reading.ts';
import { createTables, type Feed, feedsOf, type Table } from './table.ts';

export interface CorrelatorOptions {
  /** Linked correlations. */
  readonly rules: readonly CorrelationRule[];
  /** Random at start, so that nobody can make two values collide. */
  readonly seed: HashSeed;
  /** Groups of all correlations together (default 50,000). */
  readonly maxGroups?: number;
}

/** Follows what happens over time. Event time only; bounded memory. */
export interface Correlator {
  /** Takes in an entry; the behaviours that newly hold or grew noticeably. A later one with the same key replaces an earlier one. */
  observe(occurrence: Occurrence): readonly Behaviour[];
  /** What grew since it was last told, and what no late line can change any more at this event time. Call it about once a second. */
  advance(nowMs: number): readonly Behaviour[];
  /** The input has ended: decides what waited for late lines. */
  settle(): readonly Behaviour[];
  readonly groups: number;
  /** Groups forgotten because there were too many. */
  readonly evicted: number;
  /** Events that came more than five minutes late and were not counted. */
  readonly late: number;
}

/** An event on its way into a group. */
interface Addition {
  readonly key: string;
  readonly event: Event;
  readonly actor: string;
  readonly example: Example;
}

const MAX_GROUPS = 50_000;
const MAX_HASH = Number.MAX_SAFE_INTEGER - 1;
const HALF_HASH = 2 ** 52;
/** Far apart, and small enough to be added exactly. */
const SALT_STEP = 0x9_e377_9b97;
const NO_FEEDS: readonly Feed[] = [];

/** The bits of a correlation's rules that an entry matched; 0 when an earlier one of them counted it already. */
function bitsOf(
  rule: CorrelationRule,
  observed: readonly string[],
  { ruleIndex, at }: { readonly ruleIndex: number; readonly at: number },
): number {
  if (observed.length === 1 || rule.rules.length === 1) return 1 << ruleIndex;
  for (let earlier = 0; earlier < at; earlier++) if (rule.rules.includes(observed[earlier] ?? '')) return 0;
  let bits = 0;
  for (const [index, id] of rule.rules.entries()) if (observed.includes(id)) bits |= 1 << index;
  return bits;
}

/** What was found out by slot, until it is cleared. */
interface Once<T> {
  /** Finds it out where it is not known; always for slot -1. */
  read(slot: number, find: () => T | undefined): T | undefined;
  clear(): void;
}

function createOnce<T>(): Once<T> {
  const known: (T | undefined)[] = [];
  /** When each was found out, counted in clearings. */
  const found: number[] = [];
  let now = 1;
  return {
    read(slot, find) {
      if (slot < 0) return find();
      if (found[slot] !== now) {
        found[slot] = now;
        known[slot] = find();
      }
      return known[slot];
    },
    clear() {
      now++;
    },
  };
}

export function createCorrelator({ rules, seed, maxGroups = MAX_GROUPS }: CorrelatorOptions): Correlator {
  const tables = createTables(rules, seed);
  const feeds = feedsOf(tables);
  let nowMs = Number.NEGATIVE_INFINITY;
  let late = 0;
  const firsts = createFirsts();
  let hashedKey = '';
  let hashed = 0;
  /** A hash of a table's key, never 0; keys of one occurrence are often alike. */
  const saltedHash = (key: string, salt: number): number => {
    if (key !== hashedKey) {
      hashedKey = key;
      hashed = hash53(key, seed) % HALF_HASH;
    }
    return ((hashed + salt * SALT_STEP) % MAX_HASH) + 1;
  };

  const lookout = createLookout({
    /** Lets parents know where a chained correlation was first met. */
    onMet(table, group, met) {
      const parents = feeds.get(table.plan.rule.info.id) ?? NO_FEEDS;
      const values = parents.length === 0 ? {} : groupOf(table.fields, group.key);
      for (const parent of parents) for (const cell of met) addChained(parent, values, cell);
    },
  });
  const population = createPopulation({ tables, maxGroups, onForget: lookout.finish });

  /** A group at its second event; the first waits elsewhere, where one event tells nothing and the group says whose it is. */
  const beginGroup = (table: Table, key: string, event: Event): Group | undefined => {
    if (table.actorField < 0 || !mayWait(table.plan)) return population.make(table, key);
    const hash = saltedHash(key, table.salt);
    const first = firsts.take(hash);
    if (first === undefined) {
      if (!tellsNothingAlone(table.plan, event)) return population.make(table, key);
      firsts.put(hash, event);
      return undefined;
    }
    const group = population.make(table, key);
    const words = wordsOf(group);
    addToGroup(table.plan, group, first, key);
    population.changed(table, group, words);
    return group;
  };
  const groupFor = (table: Table, { key, event }: Addition): Group | undefined => {
    const known = table.groups.get(key);
    if (known === undefined) return beginGroup(table, key, event);
    known.isRecent = true;
    if (!isTooLate(table.plan, known, event.timeMs)) return known;
    late++;
    if (!isSetBack(known)) return undefined;
    population.forget(table, known);
    return population.make(table, key);
  };
  const add = (table: Table, addition: Addition): void => {
    const group = groupFor(table, addition);
    if (group === undefined) return;
    const { event, actor, example } = addition;
    group.seenMs = Math.max(nowMs, event.timeMs);
    const words = wordsOf(group);
    if (table.actorField < 0) noteActor(group, actor, event.timeMs);
    addToGroup(table.plan, group, event, example);
    if (group.dense !== undefined) lookout.afterEvent(table, group, group.dense);
    population.changed(table, group, words);
  };

  function addChained({ table, ruleIndex }: Feed, values: Readonly<Record<string, string>>, cell: Cell): void {
    const { rule } = table.plan;
    const child = rule.rules[ruleIndex] ?? '';
    const read = (name: string): string => values[rule.aliases[name]?.[child] ?? name] ?? '';
    const payload = rule.type === 'value_count' ? hash53(joinValues(rule.fields.map(read)), seed) : 1 << ruleIndex;
    add(table, {
      key: joinValues(rule.groupBy.map(read)),
      event: { timeMs: cell.firstMs, payload, isSilent: false },
      actor: values['c-ip'] ?? '',
      example: joinValues(Object.values(values)),
    });
  }

  /** Keys and values of the occurrence at hand: tables that read alike read it once. */
  const keys = createOnce<string>();
  const values = createOnce<number>();
  /** Takes an occurrence into a table; `at` is the place of the rule among those observed. */
  const see = ({ table, ruleIndex }: Feed, occurrence: Occurrence, at: number): void => {
    const bits = bitsOf(table.plan.rule, occurrence.observed, { ruleIndex, at });
    if (bits === 0) return;
    const { reading, keySlot, valueSlot } = table;
    const payload = values.read(valueSlot, () => reading.payload(occurrence, bits, ruleIndex));
    if (payload === undefined) return;
    const key = keys.read(keySlot, () => reading.key(occurrence, ruleIndex));
    if (key === undefined) return;
    const event = { timeMs: occurrence.timeMs, payload, isSilent: !occurrence.loud };
    add(table, { key, event, actor: occurrence.actor, example: occurrence });
  };

  return {
    observe(occurrence) {
      const { observed, timeMs } = occurrence;
      if (timeMs > nowMs) nowMs = timeMs;
      keys.clear();
      values.clear();
      for (let at = 0; at < observed.length; at++) {
        const fed = feeds.get(observed[at] ?? '') ?? NO_FEEDS;
        for (const feed of fed) see(feed, occurrence, at);
      }
      return lookout.take();
    },
    advance(atMs) {
      if (atMs > nowMs) nowMs = atMs;
      for (const table of tables) {
        lookout.tellAll(table, nowMs - LATE_MS);
        population.cull(table, nowMs);
      }
      return lookout.take();
    },
    settle() {
      for (const table of tables) lookout.tellAll(table, Number.POSITIVE_INFINITY);
      return lookout.take();
    },
    get groups() {
      return population.size;
    },
    get evicted() {
      return population.evicted + firsts.evicted;
    },
    get late() {
      return late;
    },
  };
}
