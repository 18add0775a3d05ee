import type { RuleInfo } from '../../model/detection.ts';
import {
  CORRELATION_TYPES,
  type Comparison,
  type CorrelationProblem,
  type CorrelationRule,
  type CorrelationType,
  OPERATORS,
} from './correlation-rule.ts';
import { canonicalField, isNumberField } from './fields.ts';
import { timespanOf } from './timespan.ts';

type Plain = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/** A correlation document as the Sigma loader hands it over. */
export interface CorrelationDocument {
  readonly document: Plain;
  readonly info: RuleInfo;
  readonly about: CorrelationRule['about'];
}

export type Compiled = { readonly rule: CorrelationRule } | { readonly problem: CorrelationProblem };

/** More rules of one correlation than this do not fit into its bit masks. */
const MAX_RULES = 30;
const KNOWN_KEYS: ReadonlySet<string> = new Set(['type', 'rules', 'group-by', 'timespan', 'condition', 'aliases', 'generate']);

class Problem extends Error {
  readonly path: Path;

  constructor(reason: string, path: Path) {
    super(reason);
    this.path = path;
  }
}

const isMap = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value);

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a map' : `"${String(value).slice(0, 60)}"`;
}

function textsAt(map: Plain, key: string, options: { readonly path: Path; readonly what: string }): readonly string[] {
  const { path, what } = options;
  const values: readonly unknown[] = [map[key] ?? []].flat();
  for (const [index, value] of values.entries())
    if (typeof value !== 'string' || value === '')
      throw new Problem(`expected ${what}, found ${shown(value)}`, Array.isArray(map[key]) ? [...path, key, index] : [...path, key]);
  return values.map(String);
}

function typeAt(correlation: Plain): CorrelationType {
  const type = CORRELATION_TYPES.find((known) => known === correlation.type);
  if (type === undefined)
    throw new Problem(`expected "type" to be one of ${CORRELATION_TYPES.join(', ')}, found ${shown(correlation.type)}`, [
      'correlation',
      'type',
    ]);
  return type;
}

function rulesAt(correlation: Plain): readonly string[] {
  const rules = textsAt(correlation, 'rules', { path: ['correlation'], what: 'the name or id of a rule' });
  const path = ['correlation', 'rules'];
  if (rules.length === 0) throw new Problem('expected the names or ids of rules, found none', path);
  if (rules.length > MAX_RULES) throw new Problem(`expected at most ${MAX_RULES} rules, found ${rules.length}`, path);
  if (new Set(rules).size < rules.length) throw new Problem('a rule is named twice', path);
  return rules;
}

function fieldAt(name: string, path: Path): string {
  const field = canonicalField(name);
  if (field === undefined) throw new Problem(`the field "${name}" is not known to correlations`, path);
  return field;
}

function aliasesAt(correlation: Plain, rules: readonly string[]): CorrelationRule['aliases'] {
  const { aliases } = correlation;
  if (aliases === undefined || aliases === null) return {};
  if (!isMap(aliases)) throw new Problem(`expected "aliases" to be a map, found ${shown(aliases)}`, ['correlation', 'aliases']);
  return Object.fromEntries(
    Object.entries(aliases).map(([alias, fields]) => {
      const path = ['correlation', 'aliases', alias];
      if (!isMap(fields)) throw new Problem(`expected a map from rules to fields, found ${shown(fields)}`, path);
      const mapped = Object.entries(fields).map(([rule, field]): [string, string] => {
        if (!rules.includes(rule)) throw new Problem(`the alias names the rule "${rule}", which is not among "rules"`, [...path, rule]);
        if (typeof field !== 'string') throw new Problem(`expected the name of a field, found ${shown(field)}`, [...path, rule]);
        return [rule, fieldAt(field, [...path, rule])];
      });
      const missing = rules.find((rule) => !Object.hasOwn(fields, rule));
      if (missing !== undefined) throw new Problem(`the alias names no field for the rule "${missing}"`, path);
      return [alias, Object.fromEntries(mapped)];
    }),
  );
}

function groupByAt(correlation: Plain, aliases: CorrelationRule['aliases']): readonly string[] {
  const names = textsAt(correlation, 'group-by', { path: ['correlation'], what: 'the name of a field' });
  return names.map((name, index) => (Object.hasOwn(aliases, name) ? name : fieldAt(name, ['correlation', 'group-by', index])));
}

function timespanAt(correlation: Plain): number {
  const timespanMs = typeof correlation.timespan === 'string' ? timespanOf(correlation.timespan) : undefined;
  if (timespanMs === undefined)
    throw new Problem(`expected "timespan" to be a number and one of s, m, h, d, w, M, y, found ${shown(correlation.timespan)}`, [
      'correlation',
      'timespan',
    ]);
  return timespanMs;
}

type ConditionParts = Pick<CorrelationRule, 'comparisons' | 'fields' | 'percentile'>;

function comparisonsAt(condition: Plain): readonly Comparison[] {
  const path = ['correlation', 'condition'];
  const comparisons = OPERATORS.flatMap((operator) => {
    const value = condition[operator];
    if (value === undefined) return [];
    if (typeof value !== 'number' || !Number.isFinite(value))
      throw new Problem(`expected a number, found ${shown(value)}`, [...path, operator]);
    return [{ operator, value }];
  });
  if (comparisons.length === 0) throw new Problem(`expected one of ${OPERATORS.join(', ')}, found none`, path);
  if (comparisons.length > 2) throw new Problem('expected one comparison, or two that make a range', path);
  return comparisons;
}

function percentileAt(condition: Plain, type: CorrelationType): number {
  const { percentile } = condition;
  const path = ['correlation', 'condition', 'percentile'];
  if (type !== 'value_percentile') {
    if (percentile !== undefined) throw new Problem(`"percentile" does not go with ${type}`, path);
    return 0;
  }
  if (typeof percentile !== 'number' || !(percentile > 0 && percentile <= 100))
    throw new Problem(`expected "percentile" to be a number above 0 and up to 100, found ${shown(percentile)}`, path);
  return percentile;
}

function fieldsAt(condition: Plain, type: CorrelationType): readonly string[] {
  const path = ['correlation', 'condition'];
  const fields = textsAt(condition, 'field', { path, what: 'the name of a field' }).map((name) => fieldAt(name, [...path, 'field']));
  const takesFields = type.startsWith('value_');
  if (takesFields && fields.length === 0) throw new Problem(`${type} needs a "field"`, path);
  if (!takesFields && fields.length > 0) throw new Problem(`"field" does not go with ${type}`, [...path, 'field']);
  if (takesFields && type !== 'value_count' && (fields.length > 1 || !isNumberField(fields[0] ?? '')))
    throw new Problem(`${type} needs one field that holds a number`, [...path, 'field']);
  return fields;
}

function conditionAt(correlation: Plain, type: CorrelationType, ruleCount: number): ConditionParts {
  const { condition } = correlation;
  const path = ['correlation', 'condition'];
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (isTemporal && (condition === undefined || condition === null))
    return { comparisons: [{ operator: 'gte', value: ruleCount }], fields: [], percentile: 0 };
  if (!isMap(condition)) throw new Problem(`expected "condition" to be a map, found ${shown(condition)}`, path);
  const known = [...OPERATORS, 'field', 'percentile'];
  const unknown = Object.keys(condition).find((key) => !known.some((each) => each === key));
  if (unknown !== undefined) throw new Problem(`"${unknown}" is not part of a condition`, [...path, unknown]);
  const comparisons = comparisonsAt(condition);
  if (type === 'temporal_ordered' && (comparisons.length > 1 || comparisons[0]?.operator !== 'gte'))
    throw new Problem('a condition of temporal_ordered can only be "gte"', path);
  return { comparisons, fields: fieldsAt(condition, type), percentile: percentileAt(condition, type) };
}

function compile({ document, info, about }: CorrelationDocument): CorrelationRule {
  const { correlation, tags } = document;
  if (!isMap(correlation)) throw new Problem(`expected "correlation" to be a map, found ${shown(correlation)}`, ['correlation']);
  const unknown = Object.keys(correlation).find((key) => !KNOWN_KEYS.has(key));
  if (unknown !== undefined) throw new Problem(`"${unknown}" is not part of a correlation`, ['correlation', unknown]);
  const generate: unknown = correlation.generate ?? document.generate ?? false;
  if (typeof generate !== 'boolean')
    throw new Problem(`expected "generate" to be true or false, found ${shown(generate)}`, ['correlation', 'generate']);
  const type = typeAt(correlation);
  const rules = rulesAt(correlation);
  const aliases = aliasesAt(correlation, rules);
  return {
    info,
    success: Array.isArray(tags) && tags.includes('secmon.success'),
    type,
    rules,
    groupBy: groupByAt(correlation, aliases),
    timespanMs: timespanAt(correlation),
    ...conditionAt(correlation, type, rules.length),
    aliases,
    generate,
    silences: [],
    about,
  };
}

/** Compiles one Sigma correlation document, or says what in it cannot be honoured and where. It is to be linked ({@link linkCorrelations}) before it runs. */
export function compileCorrelation(document: CorrelationDocument): Compiled {
  try {
    return { rule: compile(document) };
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    return { problem: { path: cause.path, reason: cause.message } };
  }
}
