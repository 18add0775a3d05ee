import type { Comparison, CorrelationRule } from './correlation-rule.ts';
import { timespanText } from './timespan.ts';

const OPERATOR_WORDS: Readonly<Record<Comparison['operator'], string>> = {
  gt: 'more than',
  gte: 'at least',
  lt: 'fewer than',
  lte: 'at most',
  eq: 'exactly',
  neq: 'not',
};

/** What the value of a correlation is: `distinct cs-uri-stem`. */
export function valueText({ type, fields, percentile }: CorrelationRule): string {
  const field = fields.join(', ');
  switch (type) {
    case 'event_count':
      return 'events';
    case 'value_count':
      return `distinct ${field}`;
    case 'value_sum':
      return `sum of ${field}`;
    case 'value_avg':
      return `average of ${field}`;
    case 'value_percentile':
      return `percentile ${percentile} of ${field}`;
    case 'temporal':
      return 'of the rules';
    case 'temporal_ordered':
      return 'of the rules, in this order';
  }
}

/** What a correlation asks, as lines that a person reads. `nameOf` gives the name of a rule by its id. */
export function correlationLines(rule: CorrelationRule, nameOf: (id: string) => string): readonly string[] {
  const limits = rule.comparisons.map(({ operator, value }) => `${OPERATOR_WORDS[operator]} ${value}`).join(' and ');
  const aliases = Object.entries(rule.aliases).map(
    ([alias, fields]) =>
      `${alias}: ${Object.entries(fields)
        .map(([id, field]) => `${field} of ${nameOf(id)}`)
        .join(', ')}`,
  );
  return [
    `${limits} ${valueText(rule)}`,
    `within     ${timespanText(rule.timespanMs)}`,
    `by         ${rule.groupBy.join(', ') || 'all together'}`,
    ...aliases,
    `rules      ${rule.rules.map((id) => nameOf(id) + (rule.silences.includes(id) ? ' (silent)' : '')).join(', ')}`,
    ...(rule.success ? ['where it holds, the attack worked'] : []),
  ];
}
