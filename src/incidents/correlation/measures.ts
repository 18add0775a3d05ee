import type { Cell, Event } from './cells.ts';
import type { Comparison, CorrelationRule } from './correlation-rule.ts';

/** What cells that follow one another in a window come to. */
export interface Window {
  /** Takes in the next cell. */
  add(cell: Cell): void;
  /** Leaves out the earliest. */
  remove(cell: Cell): void;
  /** `from` is the first bucket of the window. */
  value(from: number): number;
}

/** How one type of correlation counts. */
export interface Measure {
  /** Puts an event into its cell; how many numbers the cell grew by. */
  put(cell: Cell, event: Event): number;
  window(): Window;
}

/** Counts what the cells hold. */
const eventCount: Measure = {
  put: () => 0,
  window() {
    let count = 0;
    return {
      add(cell) {
        count += cell.count;
      },
      remove(cell) {
        count -= cell.count;
      },
      value: () => count,
    };
  },
};

/** Values of a cell that are searched one by one. */
const MANY = 64;

/** Distinct values by their hashes; a cell keeps at most `most` of them. */
const valueCount = (most: number): Measure => ({
  put(cell, { payload }) {
    const { data } = cell;
    if (data.length >= most || (cell.known === undefined ? data.includes(payload) : cell.known.has(payload))) return 0;
    data.push(payload);
    if (cell.known !== undefined) cell.known.add(payload);
    else if (data.length === MANY) cell.known = new Set(data);
    return 1;
  },
  window() {
    const times = new Map<number, number>();
    return {
      add({ data }) {
        for (const value of data) times.set(value, (times.get(value) ?? 0) + 1);
      },
      remove({ data }) {
        for (const value of data) {
          const left = (times.get(value) ?? 0) - 1;
          if (left > 0) times.set(value, left);
          else times.delete(value);
        }
      },
      value: () => times.size,
    };
  },
});

/** `data` is the sum. */
const valueSum: Measure = {
  put({ data }, { payload }) {
    const grew = data.length === 0 ? 1 : 0;
    data[0] = (data[0] ?? 0) + payload;
    return grew;
  },
  window() {
    let sum = 0;
    return {
      add({ data }) {
        sum += data[0] ?? 0;
      },
      remove({ data }) {
        sum -= data[0] ?? 0;
      },
      value: () => sum,
    };
  },
};

const valueAverage: Measure = {
  put: valueSum.put,
  window() {
    const sum = valueSum.window();
    const count = eventCount.window();
    return {
      add(cell) {
        sum.add(cell);
        count.add(cell);
      },
      remove(cell) {
        sum.remove(cell);
        count.remove(cell);
      },
      value: () => sum.value(0) / Math.max(1, count.value(0)),
    };
  },
};

/** Steps of a logarithmic scale: a percentile is at most 1 % off (as DDSketch does: Masson, Rim, Lee, 2019). */
const GROWTH = Math.log(1.02);
const stepOf = (value: number): number => (value < 1 ? 0 : 1 + Math.floor(Math.log(value) / GROWTH));
const middleOf = (step: number): number => (step === 0 ? 0 : Math.exp((step - 0.5) * GROWTH));

/** `data` is steps and how often each occurred, by turns. */
const valuePercentile = (percentile: number): Measure => ({
  put({ data }, { payload }) {
    const step = stepOf(payload);
    for (let i = 0; i < data.length; i += 2) {
      if (data[i] !== step) continue;
      data[i + 1] = (data[i + 1] ?? 0) + 1;
      return 0;
    }
    data.push(step, 1);
    return 2;
  },
  window() {
    const counts = new Map<number, number>();
    let total = 0;
    const change = ({ data }: Cell, sign: number): void => {
      for (let i = 0; i < data.length; i += 2) {
        const step = data[i] ?? 0;
        const count = (data[i + 1] ?? 0) * sign;
        counts.set(step, (counts.get(step) ?? 0) + count);
        total += count;
      }
    };
    return {
      add: (cell) => change(cell, 1),
      remove: (cell) => change(cell, -1),
      value() {
        let below = 0;
        const wanted = Math.ceil((percentile / 100) * total);
        const steps = [...counts].sort(([a], [b]) => a - b);
        for (const [step, count] of steps) {
          below += count;
          if (below >= wanted) return middleOf(step);
        }
        return 0;
      },
    };
  },
});

/** `data` is the first and the last time of each rule, by turns; 0 and -1 for one that does not occur. */
function putTimes(ruleCount: number): Measure['put'] {
  return ({ data }, { payload, timeMs }) => {
    const grew = data.length === 0 ? 2 * ruleCount : 0;
    for (let rule = 0; rule < ruleCount; rule++) {
      if (grew > 0) data.push(0, -1);
      if ((payload & (1 << rule)) === 0) continue;
      const isFirst = (data[2 * rule + 1] ?? -1) < 0;
      data[2 * rule] = isFirst ? timeMs : Math.min(data[2 * rule] ?? timeMs, timeMs);
      data[2 * rule + 1] = Math.max(data[2 * rule + 1] ?? timeMs, timeMs);
    }
    return grew;
  };
}

/** How many of the rules occur. */
const temporal = (ruleCount: number): Measure => ({
  put: putTimes(ruleCount),
  window() {
    const cells = Array.from({ length: ruleCount }, () => 0);
    const change = ({ data }: Cell, by: number): void => {
      for (let rule = 0; rule < ruleCount; rule++) if ((data[2 * rule + 1] ?? -1) >= 0) cells[rule] = (cells[rule] ?? 0) + by;
    };
    return {
      add: (cell) => change(cell, 1),
      remove: (cell) => change(cell, -1),
      value: () => cells.filter((count) => count > 0).length,
    };
  },
});

interface Chain {
  /** Bucket of the first rule's event: the later, the better. */
  readonly from: number;
  /** Time of the last rule's event so far. */
  readonly endMs: number;
}

/** How many of the rules, from the first on, occur in this order (events at one time are in order). */
const temporalOrdered = (ruleCount: number): Measure => ({
  put: putTimes(ruleCount),
  window() {
    const chains: (Chain | undefined)[] = [];
    const add = ({ data, bucket }: Cell): void => {
      let earlier: Chain | undefined;
      let here: Chain | undefined;
      for (let rule = 0; rule < ruleCount; rule++) {
        const before = chains[rule];
        const firstMs = data[2 * rule] ?? 0;
        const lastMs = data[2 * rule + 1] ?? -1;
        let next: Chain | undefined;
        if (lastMs >= 0 && rule === 0) next = { from: bucket, endMs: firstMs };
        else if (lastMs >= 0) {
          const base = here !== undefined && here.endMs <= lastMs ? here : earlier;
          if (base !== undefined && base.endMs <= lastMs) next = { from: base.from, endMs: Math.max(firstMs, base.endMs) };
        }
        earlier = before;
        here = next;
        if (next !== undefined && (before === undefined || next.from >= before.from)) chains[rule] = next;
      }
    };
    return {
      add,
      remove: () => {},
      value(from) {
        let length = 0;
        while (length < ruleCount && (chains[length]?.from ?? Number.NEGATIVE_INFINITY) >= from) length++;
        return length;
      },
    };
  },
});

/** More distinct values of one bucket than these are not told apart. */
const LEAST_VALUES = 64;

export function measureOf({ type, rules, percentile, comparisons }: CorrelationRule): Measure {
  switch (type) {
    case 'event_count':
      return eventCount;
    case 'value_count':
      return valueCount(Math.max(LEAST_VALUES, 2 * Math.ceil(Math.max(...comparisons.map(({ value }) => value)))));
    case 'value_sum':
      return valueSum;
    case 'value_avg':
      return valueAverage;
    case 'value_percentile':
      return valuePercentile(percentile);
    case 'temporal':
      return temporal(rules.length);
    case 'temporal_ordered':
      return temporalOrdered(rules.length);
  }
}

const COMPARE: Readonly<Record<Comparison['operator'], (value: number, limit: number) => boolean>> = {
  gt: (value, limit) => value > limit,
  gte: (value, limit) => value >= limit,
  lt: (value, limit) => value < limit,
  lte: (value, limit) => value <= limit,
  eq: (value, limit) => value === limit,
  neq: (value, limit) => value !== limit,
};

export const holds = (comparisons: readonly Comparison[], value: number): boolean =>
  comparisons.every((comparison) => COMPARE[comparison.operator](value, comparison.value));
