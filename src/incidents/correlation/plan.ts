import type { CorrelationRule } from './correlation-rule.ts';
import { holds, type Measure, measureOf } from './measures.ts';

/** Lines may be this late (design: "Time is the log's own"). */
export const LATE_MS = 5 * 60_000;
/** Silence that ends a run, unless the timespan is longer: that of incidents. */
const RUN_GAP_MS = 30 * 60_000;
/** Buckets of a timespan at most. */
const FINEST = 720;
const SECOND_MS = 1000;
/** Events that a group lists one by one before it becomes cells. */
const MAX_LISTED = 64;

/** What is known of a correlation before any event. */
export interface Plan {
  readonly rule: CorrelationRule;
  readonly measure: Measure;
  readonly bucketMs: number;
  /** Buckets of a window: those of two events in one window differ by less. */
  readonly span: number;
  readonly lateBuckets: number;
  readonly gapMs: number;
  /** More events never make it untrue: it is decided at once, on every window. Otherwise on windows that follow one another, once no line can be missing. */
  readonly isRising: boolean;
  /** Value below which it cannot hold; counts only. */
  readonly least: number;
  /** Events that a group lists before windows are looked at. */
  readonly listed: number;
}

const RISING: ReadonlySet<string> = new Set(['event_count', 'value_count', 'value_sum', 'temporal', 'temporal_ordered']);

export function planOf(rule: CorrelationRule): Plan {
  const { type, comparisons, timespanMs } = rule;
  const bucketMs = Math.max(SECOND_MS, timespanMs / FINEST);
  const isRising = RISING.has(type) && comparisons.every(({ operator }) => operator === 'gt' || operator === 'gte');
  const counts = isRising && type !== 'value_sum';
  const highest = Math.max(...comparisons.map(({ value }) => value));
  const least = counts ? Math.max(1, Math.floor(highest) + (holds(comparisons, Math.floor(highest)) ? 0 : 1)) : 1;
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  return {
    rule,
    measure: measureOf(rule),
    bucketMs,
    span: Math.max(1, Math.round(timespanMs / bucketMs)),
    lateBuckets: Math.ceil(LATE_MS / bucketMs) + 1,
    gapMs: Math.max(RUN_GAP_MS, timespanMs),
    isRising,
    least,
    listed: counts && !isTemporal ? Math.min(least, MAX_LISTED) : isTemporal && isRising ? MAX_LISTED : 1,
  };
}
