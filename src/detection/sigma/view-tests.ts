import { BlockList, isIP } from 'node:net';
import type { Entry } from '../../model/entry.ts';
import { lowerOf, type Place } from '../decode/places.ts';
import { createSearch, type Found, WINDOW } from '../regex.ts';
import { structureOf } from '../structure/structures.ts';
import { type Budget, JUDGE_COST, LINEAR_COST, NATIVE_COST } from './budget.ts';
import { type ScannedView, scannedView } from './field-views.ts';
import { FIELDS, type FieldMeaning, meaningOf } from './fields.ts';
import type { GateBook } from './gate-book.ts';
import { type Gates, gatesOf, gatesOfStructure } from './gates.ts';
import { findGlob } from './glob.ts';
import type { Item, Test } from './rule.ts';
import type { ScannedViews } from './scanned-views.ts';

/** What rules are asked about. */
export interface Subject {
  readonly entry: Entry;
  readonly views: ScannedViews;
  readonly budget: Budget;
}

/** Where a test holds in a text. */
type FindIn = (scanned: ScannedView, subject: Subject) => Found | undefined;

/** A test of one text. */
export interface ViewTest {
  /** Without them it cannot hold; empty when nothing is known. */
  readonly gates: Gates;
  /** Their number in the book; undefined: always look. */
  readonly gate: number | undefined;
  readonly find: FindIn;
  /** Depends on nothing but the text, and costs more than remembering what was found. */
  readonly isKept: boolean;
}

/** What a test finds in a view; undefined without looking when the view does not pass its gate. */
export function findInView(test: ViewTest, scanned: ScannedView, subject: Subject): Found | undefined {
  if (test.gate !== undefined && !subject.views.passed(scanned).includes(test.gate)) return undefined;
  if (!test.isKept) return test.find(scanned, subject);
  let found = scanned.found.get(test);
  if (found === undefined && !scanned.found.has(test)) {
    found = test.find(scanned, subject);
    if (!subject.budget.isSpent()) scanned.found.set(test, found);
  }
  return found;
}

/** Searches a text, a long one window by window: where the gates are passed, and a pattern tied to an end only at that end. */
function regexTest(test: Extract<Test, { type: 'regex' }>, gate: number | undefined): FindIn {
  const search = createSearch(test);
  const cost = test.native ? NATIVE_COST : LINEAR_COST;
  return (scanned, { views, budget }) => {
    const { text } = scanned.view;
    if (text.length <= WINDOW) return budget.spend(text.length * cost) ? search(text) : undefined;
    for (const window of views.windows(scanned)) {
      if ((test.anchoredStart && !window.isFirst) || (test.anchoredEnd && !window.isLast)) continue;
      if (gate !== undefined && !window.passed.includes(gate)) continue;
      const found = budget.spend(window.text.length * cost) ? search(window.text) : undefined;
      if (found !== undefined) return { start: found.start + window.start, end: found.end + window.start };
    }
    return undefined;
  };
}

function fieldrefTest(test: Extract<Test, { type: 'fieldref' }>): FindIn {
  const meaning = FIELDS[test.field];
  const places: readonly Place[] = meaning?.type === 'text' ? meaning.places : [];
  return ({ view }, { views }) => {
    const text = test.cased ? view.text : lowerOf(view);
    for (const { view: other } of places.flatMap((place) => views.of(place))) {
      const value = test.cased ? other.text : lowerOf(other);
      const at = test.at === 'end' ? text.length - value.length : test.at === 'inside' ? text.indexOf(value) : 0;
      if (at >= 0 && text.startsWith(value, at) && (test.at !== 'whole' || value.length === text.length))
        return { start: at, end: at + value.length };
    }
    return undefined;
  };
}

function cidrTest(test: Extract<Test, { type: 'cidr' }>): FindIn {
  const network = new BlockList();
  network.addSubnet(test.network, test.bits, isIP(test.network) === 6 ? 'ipv6' : 'ipv4');
  return ({ view: { text } }) => {
    const family = isIP(text);
    return family !== 0 && network.check(text, family === 6 ? 'ipv6' : 'ipv4') ? { start: 0, end: text.length } : undefined;
  };
}

function findIn(test: Test, gate?: number): FindIn {
  switch (test.type) {
    case 'glob':
      return test.cased ? ({ view }) => findGlob(view.text, test) : ({ view }) => findGlob(lowerOf(view), test);
    case 'regex':
      return regexTest(test, gate);
    case 'cidr':
      return cidrTest(test);
    case 'fieldref':
      return fieldrefTest(test);
    default:
      return () => undefined;
  }
}

/** True for tests that are about a text rather than about the entry. */
const isOfText = (test: Test, meaning: FieldMeaning): boolean =>
  test.type !== 'absent' && test.type !== 'time' && !(test.type === 'number' && meaning.type === 'number');

/** Tests of the structure that a text has rather than of the text itself, as one test. */
function structureTest(item: Item, tests: readonly Test[], meaning: FieldMeaning): FindIn | undefined {
  const structure = meaning.type === 'text' ? meaning.structure : undefined;
  if (structure === undefined || tests.length === 0) return undefined;
  const finds = tests.map((test) => findIn(test));
  return ({ view }, subject) => {
    const judged = subject.budget.spend(view.text.length * JUDGE_COST) ? structureOf(view, structure) : undefined;
    if (judged === undefined) return undefined;
    const description = scannedView(judged.description);
    const holds = (find: FindIn): boolean => find(description, subject) !== undefined;
    return (item.all ? finds.every(holds) : finds.some(holds)) ? judged.found : undefined;
  };
}

/** The tests of items that are about texts, each made once; without a book nothing is gated. */
export interface ViewTests {
  of(item: Item): readonly ViewTest[];
}

export function createViewTests(book: GateBook | undefined): ViewTests {
  const made = new Map<Item, readonly ViewTest[]>();
  const make = (item: Item): readonly ViewTest[] => {
    const meaning = meaningOf(item.field);
    const tests = item.tests.filter((test) => isOfText(test, meaning));
    const structure = structureTest(item, tests, meaning);
    if (structure !== undefined) {
      const gates = gatesOfStructure(meaning);
      return [{ gates, gate: book?.numberOf(gates), find: structure, isKept: !tests.some((test) => test.type === 'fieldref') }];
    }
    return tests.map((test) => {
      const gates = meaning.type === 'text' ? gatesOf(test) : [];
      const gate = book?.numberOf(gates);
      return { gates, gate, find: findIn(test, gate), isKept: test.type === 'regex' };
    });
  };
  return {
    of(item) {
      let tests = made.get(item);
      if (tests === undefined) {
        tests = make(item);
        made.set(item, tests);
      }
      return tests;
    },
  };
}
