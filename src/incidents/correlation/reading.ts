import { type HashSeed, hash64 } from '../../collections/hash.ts';
import type { CorrelationRule } from './correlation-rule.ts';
import { canonicalField, numberReader, type Occurrence, textReader } from './fields.ts';

/** Stands between the values of several fields. */
const BETWEEN = '\u0000';

/** A field of a correlation, read by whatever rule was seen. */
type Read = (occurrence: Occurrence, ruleIndex: number) => string;

/** The fields that a group goes by, as Sigma names them: an alias by the field of its first rule. */
export const groupFields = ({ groupBy, aliases, rules }: CorrelationRule): readonly string[] =>
  groupBy.map((name) => aliases[name]?.[rules[0] ?? ''] ?? name);

function fieldReader({ aliases, rules }: CorrelationRule, name: string): Read {
  const fields = aliases[name];
  if (fields === undefined) return textReader(name);
  const readers = rules.map((rule) => textReader(canonicalField(fields[rule] ?? name) ?? name));
  return (occurrence, ruleIndex) => readers[ruleIndex]?.(occurrence) ?? '';
}

const bare = (value: string): string => (value.includes(BETWEEN) ? value.replaceAll(BETWEEN, ' ') : value);

function joined(reads: readonly Read[]): (occurrence: Occurrence, ruleIndex: number) => string | undefined {
  const [first, second] = reads;
  if (first === undefined) return () => '';
  if (second === undefined) return (occurrence, rule) => first(occurrence, rule) || undefined;
  if (reads.length === 2) {
    return (occurrence, rule) => {
      const one = first(occurrence, rule);
      const other = one === '' ? '' : second(occurrence, rule);
      return other === '' ? undefined : `${bare(one)}${BETWEEN}${bare(other)}`;
    };
  }
  return (occurrence, rule) => {
    const values = reads.map((read) => read(occurrence, rule));
    return values.includes('') ? undefined : joinValues(values);
  };
}

/** How a correlation reads an occurrence. */
export interface Reading {
  /** The same for correlations whose keys are alike; undefined where an alias makes them depend on the rule. */
  readonly keyName: string | undefined;
  /** The same for correlations that count the same values; undefined where an alias makes them depend on the rule, or where none are counted. */
  readonly valueName: string | undefined;
  /** The group's key; undefined where a field is missing. */
  key(occurrence: Occurrence, ruleIndex: number): string | undefined;
  /** What its measure is given; undefined where there is nothing to count. */
  payload(occurrence: Occurrence, ruleBits: number, ruleIndex: number): number | undefined;
}

/** 53 of the 64 bits: what a number holds. */
export function hash53(text: string, seed: HashSeed): number {
  const { low, high } = hash64(text, seed);
  return (high >>> 11) * 2 ** 32 + low;
}

/** Values of several fields as one key. */
export const joinValues = (values: readonly string[]): string => (values.length === 1 ? (values[0] ?? '') : values.map(bare).join(BETWEEN));

export function readingOf(rule: CorrelationRule, seed: HashSeed): Reading {
  const key = joined(rule.groupBy.map((name) => fieldReader(rule, name)));
  const nameOf = (names: readonly string[]): string | undefined =>
    names.some((name) => Object.hasOwn(rule.aliases, name)) ? undefined : names.join(BETWEEN);
  const keyName = nameOf(rule.groupBy);
  const [field = ''] = rule.fields;
  const value = joined(rule.fields.map((name) => fieldReader(rule, name)));
  const number = numberReader(field);
  switch (rule.type) {
    case 'event_count':
      return { keyName, valueName: undefined, key, payload: () => 0 };
    case 'temporal':
    case 'temporal_ordered':
      return { keyName, valueName: undefined, key, payload: (_, ruleBits) => ruleBits };
    case 'value_count':
      return {
        keyName,
        valueName: nameOf(rule.fields),
        key,
        payload(occurrence, _, ruleIndex) {
          const text = value(occurrence, ruleIndex);
          return text === undefined ? undefined : hash53(text, seed);
        },
      };
    default:
      return { keyName, valueName: undefined, key, payload: number };
  }
}

/** The values of a key, by field. */
export function groupOf(fields: readonly string[], key: string): Readonly<Record<string, string>> {
  const values = fields.length > 1 ? key.split(BETWEEN) : [key];
  return Object.fromEntries(fields.map((field, index) => [field, values[index] ?? '']));
}
