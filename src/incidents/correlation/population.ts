import { copied } from './fields.ts';
import { type Group, newGroup, wordsOf } from './group.ts';
import { LATE_MS } from './plan.ts';
import type { Table } from './table.ts';

/** Numbers that all groups hold together: 8 bytes each, and some overhead. */
const MAX_WORDS = 3_000_000;
/** Evictions from one table before the largest is looked for again. */
const CHOSEN = 64;

export interface PopulationOptions {
  readonly tables: readonly Table[];
  readonly maxGroups: number;
  /** Told of a group right before it is forgotten. */
  readonly onForget: (table: Table, group: Group) => void;
}

/** All groups of all correlations, within bounds. */
export interface Population {
  readonly size: number;
  /** Groups forgotten because there were too many. */
  readonly evicted: number;
  make(table: Table, key: string): Group;
  forget(table: Table, group: Group): void;
  /** Keeps account of the memory of a group that took `words` before it changed. */
  changed(table: Table, group: Group, words: number): void;
  /** Forgets groups silent for so long that another event would begin a run anew. */
  cull(table: Table, nowMs: number): void;
}

const byGroups = ({ groups }: Table): number => groups.size;
const byWords = ({ words }: Table): number => words;

/** Of the table that holds most the group goes that was not used of late: who floods one correlation does not empty the others. */
export function createPopulation({ tables, maxGroups, onForget }: PopulationOptions): Population {
  let size = 0;
  let words = 0;
  let evicted = 0;

  const resize = (table: Table, by: number): void => {
    table.words += by;
    words += by;
  };
  const forget = (table: Table, group: Group): void => {
    onForget(table, group);
    table.groups.delete(group.key);
    table.stirred.delete(group);
    size--;
    resize(table, -wordsOf(group));
  };
  /** The first that was not used since the hand last passed: at the latest in the second round. */
  const evictFrom = (table: Table): void => {
    for (let rounds = 0; rounds < 3; ) {
      const group = table.hand.next();
      if (group === undefined) rounds++;
      else if (group.isRecent) group.isRecent = false;
      else {
        forget(table, group);
        evicted++;
        return;
      }
    }
  };
  let [largest] = tables;
  let sinceChosen = CHOSEN;
  const evict = (sizeOf: (table: Table) => number): void => {
    sinceChosen++;
    if (sinceChosen >= CHOSEN || largest?.groups.size === 0) {
      sinceChosen = 0;
      for (const table of tables) if (largest === undefined || sizeOf(table) > sizeOf(largest)) largest = table;
    }
    if (largest !== undefined) evictFrom(largest);
  };

  return {
    get size() {
      return size;
    },
    get evicted() {
      return evicted;
    },
    make(table, key) {
      if (size >= maxGroups) evict(byGroups);
      const group = newGroup(copied(key));
      table.groups.set(group.key, group);
      size++;
      resize(table, wordsOf(group));
      return group;
    },
    forget,
    changed(table, group, before) {
      resize(table, wordsOf(group) - before);
      if (words > MAX_WORDS) evict(byWords);
    },
    cull(table, nowMs) {
      for (const group of table.groups.values()) if (group.seenMs + table.plan.gapMs + LATE_MS < nowMs) forget(table, group);
      table.hand.reset();
    },
  };
}
