import type { RuleInfo } from '../../model/detection.ts';

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'temporal',
  'temporal_ordered',
  'value_sum',
  'value_avg',
  'value_percentile',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

export const OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export interface Comparison {
  readonly operator: (typeof OPERATORS)[number];
  readonly value: number;
}

/** A Sigma correlation (Sigma correlation rules specification 2.1), ready to run once it is linked. Plain data: built-in ones travel as JSON. */
export interface CorrelationRule {
  readonly info: RuleInfo;
  /** Tagged `secmon.success`: where it holds, the attack worked. */
  readonly success: boolean;
  readonly type: CorrelationType;
  /** What it correlates, in the order given: names or ids as written, ids once linked. */
  readonly rules: readonly string[];
  /** Field names or aliases; none: all events are one group. */
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  /** All must hold. */
  readonly comparisons: readonly Comparison[];
  /** Fields of the condition; several are counted together. */
  readonly fields: readonly string[];
  /** Of `value_percentile`, above 0 to 100. */
  readonly percentile: number;
  /** Alias → rule (as in `rules`) → field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly generate: boolean;
  /** Ids of rules and correlations that make no detection or behaviour of their own because of this one. */
  readonly silences: readonly string[];
  /** For people only. */
  readonly about: { readonly falsePositives: readonly string[]; readonly references: readonly string[]; readonly file: string };
}

/** A correlation that cannot be honoured: where in the document, and why. */
export interface CorrelationProblem {
  readonly path: readonly (string | number)[];
  readonly reason: string;
}
