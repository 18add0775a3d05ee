import type { TextField } from '../../model/entry.ts';
import { fieldOf } from '../decode/places.ts';
import { FIELDS, type FieldMeaning, isScanned, KEYWORD_PLACES } from './fields.ts';
import { factsOf, minimal, type Surroundings, worth } from './regex-literals.ts';
import type { Condition, Item, Selection, Test } from './rule.ts';
import { literalOf } from './values.ts';

/** Literals, and the fields of the entry that they are looked for in. */
export interface Needed {
  readonly literals: readonly string[];
  readonly fields: readonly TextField[];
}
/** Literals for several sets of fields, of which any may occur; undefined when nothing is known. */
type Need = readonly Needed[] | undefined;

const KEYWORDS: FieldMeaning = { type: 'text', places: KEYWORD_PLACES };

/** More than this many for one rule would only fill the automaton. */
const MAX_LITERALS = 2500;
/** Sets worth less than this occur in nearly every line: not worth looking for. */
const WORTHLESS = 20_000;

/** Fields that hold addresses or single words; every other is prose. */
const ADDRESSES: ReadonlySet<TextField> = new Set<TextField>(['target', 'referer', 'user', 'method', 'protocol', 'host']);
const surroundings = (fields: readonly TextField[]): Surroundings =>
  fields.every((field) => field === 'target') ? 'target' : fields.every((field) => ADDRESSES.has(field)) ? 'address' : 'prose';
const worthOf = (need: Need): number =>
  need === undefined || need.length === 0 ? 0 : Math.min(...need.map((part) => worth(part.literals, surroundings(part.fields))));

const ofTest = (test: Test, where: Surroundings): readonly string[] | undefined => {
  if (test.type === 'glob') return [literalOf(test).replace(/\s/g, ' ')];
  return test.type === 'regex' ? factsOf(test.source, where)?.literals : undefined;
};

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];

/** Any one of them must hold: a literal of each is needed; those of the same fields are put together. */
function union(needs: readonly Need[]): Need {
  const known = needs.flatMap((need) => need ?? []);
  if (needs.length === 0 || needs.some((need) => worthOf(need) === 0)) return undefined;
  const keys = distinct(known.map((part) => part.fields.join()));
  const joined = keys.map((key): Needed => {
    const same = known.filter((part) => part.fields.join() === key);
    return { literals: minimal(same.flatMap((part) => part.literals)), fields: same[0]?.fields ?? [] };
  });
  return joined.some((part) => part.literals.length > MAX_LITERALS) ? undefined : joined;
}

/** All of them must hold: the best set will do. */
const best = (needs: readonly Need[]): Need => needs.reduce<Need>((a, b) => (worthOf(b) > worthOf(a) ? b : a), undefined);

function ofItem(item: Item): Need {
  const meaning = item.field === '' ? KEYWORDS : FIELDS[item.field];
  if (item.negated || meaning === undefined || !isScanned(meaning) || meaning.type !== 'text') return undefined;
  const fields = distinct(meaning.places.map(fieldOf));
  const needs = item.tests.map((test): Need => {
    const literals = ofTest(test, surroundings(fields));
    return literals === undefined ? undefined : [{ literals, fields }];
  });
  return item.all ? best(needs) : union(needs);
}

const ofSelection = (selection: Selection): Need => union(selection.map((items) => best(items.map(ofItem))));

function ofCondition(condition: Condition, selections: Readonly<Record<string, Selection>>): Need {
  switch (condition.type) {
    case 'selection':
      return ofSelection(selections[condition.name] ?? []);
    case 'not':
      return undefined;
    case 'and':
      return best(condition.of.map((part) => ofCondition(part, selections)));
    case 'or':
      return union(condition.of.map((part) => ofCondition(part, selections)));
  }
}

/** Literals of which at least one must occur in an entry that a rule matches; undefined when nothing useful can be said. */
export function literalsOf(condition: Condition, selections: Readonly<Record<string, Selection>>): readonly Needed[] | undefined {
  const needed = ofCondition(condition, selections);
  return needed !== undefined && worthOf(needed) >= WORTHLESS - MAX_LITERALS ? needed : undefined;
}
