import { inlineYaml } from '../../detection/mutes/inline-yaml.ts';
import { placeOfText } from '../../detection/mutes/mute-places.ts';
import { type Comparison, type CorrelationRule, OPERATORS } from '../../incidents/correlation/correlation-rule.ts';
import { timespanOf, timespanText } from '../../incidents/correlation/timespan.ts';
import { t } from '../../lang/lang.ts';
import type { MutePlace } from '../../model/mute.ts';

/** What may be tried with a rule. */
export type RuleChange =
  /** Quiet: everywhere or in one place. */
  | { readonly kind: 'off'; readonly place: MutePlace }
  /** A correlation with another threshold or time. */
  | { readonly kind: 'limits'; readonly comparisons: readonly Comparison[]; readonly timespanMs: number };

const SIGNS: Readonly<Record<string, Comparison['operator']>> = { '>=': 'gte', '>': 'gt', '<=': 'lte', '<': 'lt', '=': 'eq' };
const LIMIT = /^(>=|<=|>|<|=|[a-z]{2,3})? ?(\d{1,9}(?:\.\d{1,6})?)$/;

/** The threshold and time of a correlation in the words that {@link readChange} takes: `gte 10 within 5m`. */
export const conditionWords = ({ comparisons, timespanMs }: Pick<CorrelationRule, 'comparisons' | 'timespanMs'>): string =>
  `${comparisons.map(({ operator, value }) => `${operator} ${value}`).join(' and ')} within ${timespanText(timespanMs)}`;

function comparisonOf(text: string): Comparison | undefined {
  const [, sign = 'gte', value = ''] = LIMIT.exec(text.trim()) ?? [];
  const operator = SIGNS[sign] ?? OPERATORS.find((known) => known === sign);
  return value === '' || operator === undefined ? undefined : { operator, value: Number(value) };
}

/** Reads `off`, `off /path`, `off 198.51.100.0/24`, or for a correlation `gte 10 within 5m`; a sentence says what is wrong with anything else. */
export function readChange(text: string, correlation: CorrelationRule | undefined): RuleChange | string {
  const words = text.trim().replace(/ +/g, ' ').slice(0, 400);
  if (words === 'off' || words.startsWith('off ')) {
    const place = placeOfText(words.slice(4));
    return place === undefined ? t('off takes a path, an address or a network: off /search, off 198.51.100.0/24.') : { kind: 'off', place };
  }
  if (correlation === undefined) return t('A rule for single lines has no threshold: off, off /search or off 198.51.100.0/24.');
  const [limits = '', timespan, ...rest] = words.split(/ ?\b(?:within|in) /);
  const timespanMs = timespan === undefined ? correlation.timespanMs : timespanOf(timespan);
  const comparisons = limits.split(' and ').map(comparisonOf);
  const known = comparisons.filter((each) => each !== undefined);
  if (rest.length > 0 || timespanMs === undefined || known.length < comparisons.length || known.length > 2)
    return t('A threshold and a time, as now: {condition}; or off.', { condition: conditionWords(correlation) });
  return { kind: 'limits', comparisons: known, timespanMs };
}

/** The change as a sentence. */
export const changeWords = (change: RuleChange): string =>
  change.kind === 'off' ? `off ${change.place.kind === 'everywhere' ? '' : change.place.words}`.trim() : conditionWords(change);

/** The correlations with one of them changed. */
export const withLimits = (
  correlations: readonly CorrelationRule[],
  ruleId: string,
  { comparisons, timespanMs }: Extract<RuleChange, { kind: 'limits' }>,
): readonly CorrelationRule[] => correlations.map((rule) => (rule.info.id === ruleId ? { ...rule, comparisons, timespanMs } : rule));

/** A correlation as a Sigma document of a person's own, to be put into a file for `--rules`. */
export function correlationYaml(
  rule: CorrelationRule,
  { id, nameOf }: { readonly id: string; readonly nameOf: (id: string) => string },
): string {
  const { info, type, groupBy, timespanMs, comparisons, fields, percentile, aliases, generate, success } = rule;
  const named = Object.entries(aliases).map(([alias, of]) => [
    alias,
    Object.fromEntries(Object.entries(of).map(([each, field]) => [nameOf(each), field])),
  ]);
  const condition = {
    ...Object.fromEntries(comparisons.map(({ operator, value }) => [operator, value])),
    ...(fields.length > 0 ? { field: fields.length === 1 ? fields[0] : fields } : {}),
    ...(type === 'value_percentile' ? { percentile } : {}),
  };
  const tags = [
    ...info.techniques.map((technique) => `attack.${technique.toLowerCase()}`),
    ...info.families.map((family) => `secmon.${family}`),
    ...(success ? ['secmon.success'] : []),
  ];
  const lines: readonly (readonly [string, unknown])[] = [
    ['title', info.title],
    ['name', `${info.name}-own`],
    ['id', id],
    ['description', info.description],
    ['level', info.severity],
    ['tags', tags],
  ];
  const inner: readonly (readonly [string, unknown])[] = [
    ['type', type],
    ['rules', rule.rules.map(nameOf)],
    ...(groupBy.length > 0 ? [['group-by', groupBy] as const] : []),
    ['timespan', timespanText(timespanMs)],
    ['condition', condition],
    ...(named.length > 0 ? [['aliases', Object.fromEntries(named)] as const] : []),
    ...(generate ? [['generate', true] as const] : []),
  ];
  const text = (pairs: typeof lines, indent: string): string[] => pairs.map(([key, value]) => `${indent}${key}: ${inlineYaml(value)}`);
  return `${[...text(lines, ''), 'correlation:', ...text(inner, '  ')].join('\n')}\n`;
}
