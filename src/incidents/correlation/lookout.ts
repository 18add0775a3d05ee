import type { Behaviour } from '../../model/behaviour.ts';
import { actorsIn, forgetActors } from './actors.ts';
import type { Cell } from './cells.ts';
import { type Dense, evaluate, type Group, settledBucket } from './group.ts';
import { LATE_MS } from './plan.ts';
import { groupOf } from './reading.ts';
import { isSame, keepTotals, type Run, type Totals, tellRuns } from './runs.ts';
import type { Table } from './table.ts';

export interface LookoutOptions {
  /** Told of the cells at which a correlation's windows first meet its condition. */
  readonly onMet: (table: Table, group: Group, met: readonly Cell[]) => void;
}

/** Looks at the windows of groups and tells what they have come to. */
export interface Lookout {
  /** A group has a new event. */
  afterEvent(table: Table, group: Group, dense: Dense): void;
  /** Tells all of a group that is about to be forgotten. */
  finish(table: Table, group: Group): void;
  /** Tells all that changed; lines up to `settledMs` are all there. */
  tellAll(table: Table, settledMs: number): void;
  /** What was told since this was last asked. */
  take(): readonly Behaviour[];
}

/** Half the cells and values up to which windows are looked at with every event. */
const SMALL = 32;
/** Growth that is told at once; the rest waits for {@link Lookout.tellAll}. */
const NOTICEABLE = 1.125;
const NONE: readonly Behaviour[] = [];

const isSmall = ({ cells, size }: Dense): boolean => cells.length + size <= 2 * SMALL;
const settledOf = (group: Group): number => group.latestMs - LATE_MS;

function behaviourOf(table: Table, group: Group, { key, totals }: { readonly key: string; readonly totals: Totals }): Behaviour {
  const { info, success } = table.plan.rule;
  const values = groupOf(table.fields, group.key);
  const who = table.actorField < 0 ? actorsIn(group, totals) : { actors: [values['c-ip'] ?? ''], actorCount: 1 };
  const { startMs, endMs, events, silent, value } = totals;
  const { actors, actorCount } = who;
  const example = group.dense?.example ?? '';
  return { key, rule: info, success, group: values, startMs, endMs, events, silent, value, actors, actorCount, example };
}

/** True while something of a group waits for lines that may come late. */
function isWaiting({ plan }: Table, { dense }: Group): boolean {
  if (dense === undefined) return false;
  if (!plan.isRising) return (dense.cells.at(-1)?.bucket ?? Number.NEGATIVE_INFINITY) > dense.decided;
  const counted = dense.cells.findLast((cell) => cell.counted && !cell.over);
  return counted !== undefined && counted.lastMs > (dense.run?.told?.endMs ?? Number.POSITIVE_INFINITY);
}

export function createLookout({ onMet }: LookoutOptions): Lookout {
  let told: Behaviour[] = [];

  const tell = (table: Table, group: Group, { settledMs, all }: { readonly settledMs: number; readonly all: boolean }): void => {
    if (group.dense === undefined) return;
    const tellOf = (run: Run, totals: Totals, isOver: boolean): void => {
      if (isSame(totals, run.told)) return;
      if (!all && !isOver && run.told !== undefined && totals.events < run.told.events * NOTICEABLE) return;
      if (run.key === '') run.key = `${table.plan.rule.info.id}|${group.key}|${totals.startMs}`;
      run.told = totals;
      if (table.isLoud) told.push(behaviourOf(table, group, { key: run.key, totals }));
    };
    tellRuns(group.dense, { gapMs: table.plan.gapMs, settledMs }, tellOf);
  };
  const look = (table: Table, group: Group, settledMs: number): void => {
    if (group.dense === undefined) return;
    const met = evaluate(table.plan, group.dense, settledMs);
    if (met.length > 0) onMet(table, group, met);
  };

  /** Drops cells that no line can change any more, after all was learnt from them. */
  const trim = (table: Table, group: Group, dense: Dense): void => {
    const gone = settledBucket(table.plan, group);
    if ((dense.cells[0]?.bucket ?? Number.POSITIVE_INFINITY) > gone) return;
    const isUndecided = !table.plan.isRising || dense.dirtyFrom - table.plan.span <= gone;
    if (isUndecided) look(table, group, settledOf(group));
    tell(table, group, { settledMs: settledOf(group), all: false });
    const first = dense.cells.findIndex(({ bucket }) => bucket > gone);
    const dropped = dense.cells.splice(0, first < 0 ? dense.cells.length : first);
    keepTotals(dense, dropped);
    for (const { data } of dropped) dense.size -= data.length;
    forgetActors(
      group,
      Math.min(dense.run?.gone?.startMs ?? Number.POSITIVE_INFINITY, dense.cells[0]?.firstMs ?? Number.POSITIVE_INFINITY),
    );
  };

  return {
    afterEvent(table, group, dense) {
      trim(table, group, dense);
      table.stirred.add(group);
      const isDue = table.isEager || isSmall(dense) || dense.fresh * 4 >= dense.cells.length + dense.size / 2;
      if (!table.plan.isRising || !isDue) return;
      look(table, group, settledOf(group));
      tell(table, group, { settledMs: settledOf(group), all: false });
    },
    finish(table, group) {
      look(table, group, Number.POSITIVE_INFINITY);
      tell(table, group, { settledMs: Number.POSITIVE_INFINITY, all: true });
    },
    tellAll(table, settledMs) {
      for (const group of table.stirred) {
        const settled = Math.max(settledMs, settledOf(group));
        look(table, group, settled);
        tell(table, group, { settledMs: settled, all: true });
        if (!isWaiting(table, group)) table.stirred.delete(group);
      }
    },
    take() {
      if (told.length === 0) return NONE;
      const taken = told;
      told = [];
      return taken;
    },
  };
}
