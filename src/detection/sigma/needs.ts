import type { Place } from '../decode/places.ts';
import { isScanned, meaningOf } from './fields.ts';
import { worthOfAll } from './literal-worth.ts';
import type { CompiledRule, Condition, Item, Selection } from './rule.ts';
import type { ViewTest, ViewTests } from './view-tests.ts';

/** A test with gates, and the places of which it must hold in one. */
export interface PlacedTest {
  readonly test: ViewTest;
  readonly places: readonly Place[];
}

/** Tests of which at least one must hold; undefined when nothing is known. */
export type Need = readonly PlacedTest[] | undefined;

const worthOf = (need: Need): number =>
  need === undefined || need.length === 0 ? 0 : Math.min(...need.map(({ test }) => worthOfAll(test.gates))) - Math.log2(need.length);

/** Any one of them must hold. */
const union = (needs: readonly Need[]): Need =>
  needs.length === 0 || needs.some((need) => need === undefined) ? undefined : needs.flatMap((need) => need ?? []);

/** All of them must hold: the best will do. */
const best = (needs: readonly Need[]): Need =>
  needs.reduce<Need>((a, b) => (b !== undefined && (a === undefined || worthOf(b) > worthOf(a)) ? b : a), undefined);

function ofItem(item: Item, viewTests: ViewTests): Need {
  const meaning = meaningOf(item.field);
  if (item.negated || meaning.type !== 'text' || !isScanned(meaning)) return undefined;
  const tests = viewTests.of(item);
  const isEntire = tests.length > 0 && !item.tests.some((test) => test.type === 'absent' || test.type === 'fieldref');
  if (!isEntire && !item.all) return undefined;
  const needs = tests.map((test): Need => (test.gate === undefined ? undefined : [{ test, places: meaning.places }]));
  return item.all ? best(needs) : union(needs);
}

const ofSelection = (selection: Selection, viewTests: ViewTests): Need =>
  union(selection.map((items) => best(items.map((item) => ofItem(item, viewTests)))));

function ofCondition(condition: Condition, selections: Readonly<Record<string, Selection>>, viewTests: ViewTests): Need {
  switch (condition.type) {
    case 'selection':
      return ofSelection(selections[condition.name] ?? [], viewTests);
    case 'not':
      return undefined;
    case 'and':
      return best(condition.of.map((part) => ofCondition(part, selections, viewTests)));
    case 'or':
      return union(condition.of.map((part) => ofCondition(part, selections, viewTests)));
  }
}

/** Tests of which at least one must hold in an entry that a rule matches; undefined when nothing can be said. */
export const neededBy = ({ condition, selections }: CompiledRule, viewTests: ViewTests): Need =>
  ofCondition(condition, selections, viewTests);
