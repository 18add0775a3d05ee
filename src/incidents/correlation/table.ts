import type { HashSeed } from '../../collections/hash.ts';
import type { CorrelationRule } from './correlation-rule.ts';
import type { Group } from './group.ts';
import { type Plan, planOf } from './plan.ts';
import { groupFields, type Reading, readingOf } from './reading.ts';

/** One correlation with its groups. */
export interface Table {
  /** Tells tables apart in hashes of keys: an odd number. */
  readonly salt: number;
  readonly plan: Plan;
  readonly reading: Reading;
  /** The same for tables whose keys, or whose values, are read alike; -1 where they depend on the rule that was seen. */
  readonly keySlot: number;
  readonly valueSlot: number;
  /** Field names of the group. */
  readonly fields: readonly string[];
  /** Where among them the client's address stands; -1 where the group does not say it. */
  readonly actorField: number;
  /** Its behaviours are told; false for one that only feeds another. */
  readonly isLoud: boolean;
  /** Others wait for it: its windows are looked at with every event. */
  readonly isEager: boolean;
  readonly groups: Map<string, Group>;
  /** Where eviction goes on: a map's front fills with holes, so that it must not begin anew each time. */
  readonly hand: Hand;
  /** Groups with something to look at or to tell. */
  readonly stirred: Set<Group>;
  /** Memory of its groups, in numbers. */
  words: number;
}

/** Goes round the groups of a table. */
export interface Hand {
  /** The next one; undefined once a round, at its end. */
  next(): Group | undefined;
  /** Begins anew. An iterator that rests keeps every table alive that the map has outgrown since. */
  reset(): void;
}

function handOver(groups: ReadonlyMap<string, Group>): Hand {
  let rest = groups.values();
  return {
    next() {
      const next = rest.next();
      if (!next.done) return next.value;
      rest = groups.values();
      return undefined;
    },
    reset() {
      rest = groups.values();
    },
  };
}

/** A table that a rule feeds, and which of its rules that is. */
export interface Feed {
  readonly table: Table;
  readonly ruleIndex: number;
}

export function createTables(rules: readonly CorrelationRule[], seed: HashSeed): readonly Table[] {
  const silenced = new Set(rules.flatMap(({ silences }) => silences));
  const wanted = new Set(rules.flatMap((rule) => rule.rules));
  const keySlots = new Map<string, number>();
  const valueSlots = new Map<string, number>();
  return childrenFirst(rules).map((rule, index) => {
    const fields = groupFields(rule);
    const groups = new Map<string, Group>();
    const reading = readingOf(rule, seed);
    return {
      salt: 2 * index + 1,
      plan: planOf(rule),
      reading,
      keySlot: slotOf(keySlots, reading.keyName),
      valueSlot: slotOf(valueSlots, reading.valueName),
      fields,
      actorField: fields.indexOf('c-ip'),
      isLoud: !silenced.has(rule.info.id),
      isEager: wanted.has(rule.info.id),
      groups,
      hand: handOver(groups),
      stirred: new Set(),
      words: 0,
    };
  });
}

/** A number for a name, counted up from 0; -1 for none. */
function slotOf(slots: Map<string, number>, name: string | undefined): number {
  if (name === undefined) return -1;
  const slot = slots.get(name) ?? slots.size;
  slots.set(name, slot);
  return slot;
}

/** Correlations behind those that they are chained to. */
function childrenFirst(rules: readonly CorrelationRule[]): readonly CorrelationRule[] {
  const byId = new Map(rules.map((rule) => [rule.info.id, rule]));
  const ordered = new Set<CorrelationRule>();
  const place = (rule: CorrelationRule): void => {
    for (const id of rule.rules) {
      const child = byId.get(id);
      if (child !== undefined && !ordered.has(child)) place(child);
    }
    ordered.add(rule);
  };
  for (const rule of rules) place(rule);
  return [...ordered];
}

/** Which tables each rule feeds, by id. */
export function feedsOf(tables: readonly Table[]): ReadonlyMap<string, readonly Feed[]> {
  const feeds = new Map<string, Feed[]>();
  for (const table of tables) {
    for (const [ruleIndex, id] of table.plan.rule.rules.entries()) {
      const list = feeds.get(id) ?? [];
      list.push({ table, ruleIndex });
      feeds.set(id, list);
    }
  }
  return feeds;
}
