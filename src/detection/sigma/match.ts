import type { View } from '../decode/places.ts';
import type { Found } from '../regex.ts';
import { type ScannedView, scannedView } from './field-views.ts';
import { type FieldMeaning, meaningOf } from './fields.ts';
import { compare, numberIn, timePartOf } from './numbers.ts';
import type { CompiledRule, Condition, Item, Selection, Test } from './rule.ts';
import { findInView, type Subject, type ViewTest, type ViewTests } from './view-tests.ts';

/** A place where an item of a rule held. */
export interface Evidence {
  readonly sigmaField: string;
  readonly view: View;
  readonly found: Found;
}

/** Answers for one item; adds to `evidence` where it held. */
type Predicate = (subject: Subject, evidence: Evidence[]) => boolean;

/** A number as a text that tests can be asked about. */
function numberView(meaning: FieldMeaning, { entry, budget }: Subject): readonly ScannedView[] {
  const number = meaning.type === 'number' ? numberIn(entry, meaning.of, budget) : undefined;
  if (number === undefined) return [];
  const text = String(number);
  return [scannedView({ origin: { field: 'message', start: 0, text }, text, steps: [], lower: text })];
}

function isAbsent(meaning: FieldMeaning, { entry, views }: Subject): boolean {
  if (meaning.type === 'text') return meaning.places.every((place) => views.of(place).length === 0);
  return (meaning.type === 'number' ? numberIn(entry, meaning.of) : entry.timeMs) === undefined;
}

/** A test that is about the entry rather than about a text of it; undefined for those that are about a text. */
function entryTest(test: Test, meaning: FieldMeaning): ((subject: Subject) => boolean) | undefined {
  if (test.type === 'absent') return (subject) => isAbsent(meaning, subject);
  if (test.type === 'number' && meaning.type === 'number') {
    return ({ entry, budget }) => {
      const number = numberIn(entry, meaning.of, budget);
      return number !== undefined && compare(number, test.operator, test.value);
    };
  }
  if (test.type === 'time')
    return ({ entry }) => entry.timeMs !== undefined && compare(timePartOf(entry.timeMs, test.part), test.operator, test.value);
  return undefined;
}

/** Every test must hold in the view; where the first of them does. */
function allIn(tests: readonly ViewTest[], scanned: ScannedView, subject: Subject): Found | undefined {
  let first: Found | undefined;
  for (const test of tests) {
    const found = findInView(test, scanned, subject);
    if (found === undefined) return undefined;
    first ??= found;
  }
  return first;
}

function anyIn(tests: readonly ViewTest[], scanned: ScannedView, subject: Subject): Found | undefined {
  for (const test of tests) {
    const found = findInView(test, scanned, subject);
    if (found !== undefined) return found;
  }
  return undefined;
}

function itemPredicate(item: Item, allTests: ViewTests): Predicate {
  const meaning = meaningOf(item.field);
  const entryTests = item.tests.flatMap((test) => entryTest(test, meaning) ?? []);
  const viewTests = allTests.of(item);
  const inView = item.all ? allIn : anyIn;
  const gates = new Set(viewTests.flatMap(({ gate }) => gate ?? []));
  const isGated = gates.size > 0 && (item.all || viewTests.every(({ gate }) => gate !== undefined));
  const findAmong = (scanned: readonly ScannedView[], subject: Subject, evidence: Evidence[]): boolean => {
    for (const each of scanned) {
      if (isGated && subject.views.passed(each).length === 0) continue;
      const found = inView(viewTests, each, subject);
      if (found === undefined) continue;
      evidence.push({ sigmaField: item.field, view: each.view, found });
      return true;
    }
    return false;
  };
  const holds: Predicate = (subject, evidence) => {
    const direct = item.all ? entryTests.length > 0 && entryTests.every((test) => test(subject)) : entryTests.some((test) => test(subject));
    if (viewTests.length === 0) return direct;
    if (item.all ? entryTests.length > 0 && !direct : direct) return direct;
    if (meaning.type !== 'text') return findAmong(numberView(meaning, subject), subject, evidence);
    return meaning.places.some(
      (place) => (!isGated || subject.views.mayPass(place, gates)) && findAmong(subject.views.of(place), subject, evidence),
    );
  };
  return item.negated ? (subject) => !holds(subject, []) : holds;
}

function selectionPredicate(selection: Selection, viewTests: ViewTests): Predicate {
  const maps = selection.map((items) => items.map((item) => itemPredicate(item, viewTests)));
  return (subject, evidence) => {
    for (const predicates of maps) {
      const collected: Evidence[] = [];
      if (!predicates.every((predicate) => predicate(subject, collected))) continue;
      evidence.push(...collected);
      return true;
    }
    return false;
  };
}

function conditionPredicate(condition: Condition, selections: ReadonlyMap<string, Predicate>): Predicate {
  switch (condition.type) {
    case 'selection':
      return selections.get(condition.name) ?? (() => false);
    case 'not': {
      const inner = conditionPredicate(condition.of, selections);
      return (subject) => !inner(subject, []);
    }
    case 'and': {
      const parts = condition.of.map((part) => conditionPredicate(part, selections));
      return (subject, evidence) => parts.every((part) => part(subject, evidence));
    }
    case 'or': {
      const parts = condition.of.map((part) => conditionPredicate(part, selections));
      return (subject, evidence) => parts.some((part) => part(subject, evidence));
    }
  }
}

/** Undefined when a rule does not match, else where it did (empty when nothing can be pointed at). */
export type Matcher = (subject: Subject) => readonly Evidence[] | undefined;

/** Makes a rule runnable. */
export function createMatcher(rule: CompiledRule, viewTests: ViewTests): Matcher {
  const selections = new Map(Object.entries(rule.selections).map(([name, selection]) => [name, selectionPredicate(selection, viewTests)]));
  const holds = conditionPredicate(rule.condition, selections);
  return (subject) => {
    const evidence: Evidence[] = [];
    return holds(subject, evidence) ? evidence : undefined;
  };
}
