import { BlockList, isIP } from 'node:net';
import type { Entry } from '../../model/entry.ts';
import { type EntryViews, lowerOf, type Place, type View } from '../decode/places.ts';
import { createSearch, type Found } from '../regex.ts';
import { FIELDS, type FieldMeaning, KEYWORD_PLACES } from './fields.ts';
import { findGlob } from './glob.ts';
import { compare, numberIn, timePartOf } from './numbers.ts';
import type { CompiledRule, Condition, Item, Selection, Test } from './rule.ts';

/** A place where an item of a rule held. */
export interface Evidence {
  readonly sigmaField: string;
  readonly view: View;
  readonly found: Found;
}

/** What the items are asked about. */
export interface Subject {
  readonly entry: Entry;
  readonly views: EntryViews;
}

/** Answers for one item; adds to `evidence` where it held. */
type Predicate = (subject: Subject, evidence: Evidence[]) => boolean;

/** Where a test holds in a text. */
type ViewTest = (view: View, subject: Subject) => Found | undefined;

const KEYWORDS: FieldMeaning = { type: 'text', places: KEYWORD_PLACES };

function fieldrefTest(test: Extract<Test, { type: 'fieldref' }>): ViewTest {
  const meaning = FIELDS[test.field];
  const places: readonly Place[] = meaning?.type === 'text' ? meaning.places : [];
  return (view, { views }) => {
    const text = test.cased ? view.text : lowerOf(view);
    for (const other of places.flatMap((place) => views.of(place))) {
      const value = test.cased ? other.text : lowerOf(other);
      const at = test.at === 'end' ? text.length - value.length : test.at === 'inside' ? text.indexOf(value) : 0;
      if (at >= 0 && text.startsWith(value, at) && (test.at !== 'whole' || value.length === text.length))
        return { start: at, end: at + value.length };
    }
    return undefined;
  };
}

function cidrTest(test: Extract<Test, { type: 'cidr' }>): ViewTest {
  const network = new BlockList();
  network.addSubnet(test.network, test.bits, isIP(test.network) === 6 ? 'ipv6' : 'ipv4');
  return ({ text }) => {
    const family = isIP(text);
    return family !== 0 && network.check(text, family === 6 ? 'ipv6' : 'ipv4') ? { start: 0, end: text.length } : undefined;
  };
}

function viewTest(test: Test): ViewTest {
  switch (test.type) {
    case 'glob':
      return test.cased ? (view) => findGlob(view.text, test) : (view) => findGlob(lowerOf(view), test);
    case 'regex': {
      const search = createSearch(test);
      return (view) => search(view.text);
    }
    case 'cidr':
      return cidrTest(test);
    case 'fieldref':
      return fieldrefTest(test);
    default:
      return () => undefined;
  }
}

/** Views of a field, a list for each of its places, made when they are needed; a number's is its decimal form. */
function* viewListsOf(meaning: FieldMeaning, subject: Subject): Generator<readonly View[]> {
  if (meaning.type === 'text') for (const place of meaning.places) yield subject.views.of(place);
  const number = meaning.type === 'number' ? numberIn(subject.entry, meaning.of) : undefined;
  if (number === undefined) return;
  const text = String(number);
  yield [{ origin: { field: 'message', start: 0, text }, text, steps: [], lower: text }];
}

function isAbsent(meaning: FieldMeaning, { entry, views }: Subject): boolean {
  if (meaning.type === 'text') return meaning.places.every((place) => views.of(place).length === 0);
  return (meaning.type === 'number' ? numberIn(entry, meaning.of) : entry.timeMs) === undefined;
}

/** A test that is about the entry rather than about a text of it; undefined for those that are about a text. */
function entryTest(test: Test, meaning: FieldMeaning): ((subject: Subject) => boolean) | undefined {
  if (test.type === 'absent') return (subject) => isAbsent(meaning, subject);
  if (test.type === 'number' && meaning.type === 'number') {
    return ({ entry }) => {
      const number = numberIn(entry, meaning.of);
      return number !== undefined && compare(number, test.operator, test.value);
    };
  }
  if (test.type === 'time')
    return ({ entry }) => entry.timeMs !== undefined && compare(timePartOf(entry.timeMs, test.part), test.operator, test.value);
  return undefined;
}

function allIn(tests: readonly ViewTest[], view: View, subject: Subject): Found | undefined {
  let first: Found | undefined;
  for (const test of tests) {
    const found = test(view, subject);
    if (found === undefined) return undefined;
    first ??= found;
  }
  return first;
}

function anyIn(tests: readonly ViewTest[], view: View, subject: Subject): Found | undefined {
  for (const test of tests) {
    const found = test(view, subject);
    if (found !== undefined) return found;
  }
  return undefined;
}

function itemPredicate(item: Item): Predicate {
  const meaning = item.field === '' ? KEYWORDS : (FIELDS[item.field] ?? KEYWORDS);
  const entryTests: ((subject: Subject) => boolean)[] = [];
  const viewTests: ViewTest[] = [];
  for (const test of item.tests) {
    const direct = entryTest(test, meaning);
    if (direct === undefined) viewTests.push(viewTest(test));
    else entryTests.push(direct);
  }
  const inView = item.all ? allIn : anyIn;
  const holds: Predicate = (subject, evidence) => {
    const direct = item.all ? entryTests.length > 0 && entryTests.every((test) => test(subject)) : entryTests.some((test) => test(subject));
    if (viewTests.length === 0) return direct;
    if (item.all ? entryTests.length > 0 && !direct : direct) return direct;
    for (const views of viewListsOf(meaning, subject)) {
      for (const view of views) {
        const found = inView(viewTests, view, subject);
        if (found === undefined) continue;
        evidence.push({ sigmaField: item.field, view, found });
        return true;
      }
    }
    return false;
  };
  return item.negated ? (subject) => !holds(subject, []) : holds;
}

function selectionPredicate(selection: Selection): Predicate {
  const maps = selection.map((items) => items.map(itemPredicate));
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

/** Makes a rule runnable: undefined when it does not match, else where it did (empty when nothing can be pointed at). */
export function createMatcher(rule: CompiledRule): (subject: Subject) => readonly Evidence[] | undefined {
  const selections = new Map(Object.entries(rule.selections).map(([name, selection]) => [name, selectionPredicate(selection)]));
  const holds = conditionPredicate(rule.condition, selections);
  return (subject) => {
    const evidence: Evidence[] = [];
    return holds(subject, evidence) ? evidence : undefined;
  };
}
