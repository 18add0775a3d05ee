import type { Entry, EntryKind } from '../../model/entry.ts';
import type { Findings } from '../detector.ts';
import { type FieldMeaning, meaningOf } from './fields.ts';
import { compare, isStatic, numberIn } from './numbers.ts';
import type { CompiledRule, Condition, Item, Selection, Test } from './rule.ts';

/** True, false, or undefined where facts alone do not tell. */
type Verdict = boolean | undefined;

/** What status, method, protocol, kind of file, a short target, and whether there is a query or a message alone say of the rules. */
export interface Facts {
  /** Indexes of rules that nothing leads to and that may match. */
  readonly open: readonly number[];
  /** The silent rules that match. */
  readonly held: readonly string[];
  /** What there is to tell when nothing else matches. */
  readonly findings: Findings | undefined;
  /** 1 for rules that need not be evaluated: they cannot match, or are silent and do. */
  readonly done: Uint8Array;
}

export interface FactsOptions {
  readonly rules: readonly CompiledRule[];
  readonly kind: EntryKind;
  /** Indexes of rules that nothing leads to. */
  readonly always: readonly number[];
  readonly isSilent: (rule: CompiledRule) => boolean;
}

const METHODS = ['', 'GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'CONNECT', 'TRACE', 'PROPFIND'];
const METHOD_NUMBER: ReadonlyMap<string, number> = new Map(METHODS.map((method, index) => [method, index]));
const PROTOCOLS = ['', 'HTTP/1.0', 'HTTP/1.1', 'HTTP/2.0', 'HTTP/2', 'HTTP/3.0', 'HTTP/3'];
const PROTOCOL_NUMBER: ReadonlyMap<string, number> = new Map(PROTOCOLS.map((protocol, index) => [protocol, index]));
const MAX_STATUS = 1000;
/** A target of at most so many characters is short: neither its length nor the number of its parameters is more. */
const SHORT = 200;
const isShort = ({ target }: Entry): boolean => target.length <= SHORT;

/** What a number test says of any number from 0 to {@link SHORT}. */
function smallHolds(test: Test): Verdict {
  if (test.type !== 'number' || test.value < SHORT) return undefined;
  if (test.operator === 'gt') return false;
  if (test.operator === 'lte') return true;
  return test.value === SHORT ? undefined : test.operator === 'lt';
}

/** What a test says of a word that stands for itself, whatever is decoded. */
function wordHolds(test: Test, word: string): Verdict {
  if (test.type === 'absent') return word === '';
  if (test.type !== 'glob') return undefined;
  const [piece = '', ...rest] = test.pieces;
  if (rest.length > 0 || piece.includes('\uffff')) return undefined;
  const text = test.cased ? word : word.toLowerCase();
  if (test.fromStart) return test.toEnd ? text === piece : text.startsWith(piece);
  return test.toEnd ? text.endsWith(piece) : text.includes(piece);
}

/** Whether a parameter is there is known; how many there are only where there is none. */
function parametersHold(test: Test, entry: Entry): Verdict {
  if (test.type !== 'number') return test.type === 'absent' ? false : undefined;
  if (!entry.target.includes('?')) return compare(0, test.operator, test.value);
  const verdict = isShort(entry) ? smallHolds(test) : undefined;
  if (verdict !== undefined) return verdict;
  return (test.operator === 'gte' && test.value <= 1) || (test.operator === 'gt' && test.value < 1) ? true : undefined;
}

function testHolds(test: Test, meaning: FieldMeaning, entry: Entry): Verdict {
  if (meaning.type === 'number' && (meaning.of === 'status' || meaning.of === 'static')) {
    const number = numberIn(entry, meaning.of);
    if (test.type === 'absent') return number === undefined;
    return test.type === 'number' ? number !== undefined && compare(number, test.operator, test.value) : undefined;
  }
  if (meaning.type === 'number' && meaning.of === 'param-count') return parametersHold(test, entry);
  if (meaning.type === 'number' && meaning.of === 'target-length') return isShort(entry) ? smallHolds(test) : undefined;
  if (meaning.type !== 'text' || meaning.places.length !== 1 || meaning.structure !== undefined) return undefined;
  const [place] = meaning.places;
  if (place === 'message') return entry.message === '' ? wordHolds(test, '') : undefined;
  if (place === 'protocol') return PROTOCOL_NUMBER.has(entry.protocol) ? wordHolds(test, entry.protocol) : undefined;
  return place === 'method' && METHOD_NUMBER.has(entry.method) ? wordHolds(test, entry.method) : undefined;
}

const both = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes(false) ? false : verdicts.includes(undefined) ? undefined : true;
const either = (verdicts: readonly Verdict[]): Verdict =>
  verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
const not = (verdict: Verdict): Verdict => (verdict === undefined ? undefined : !verdict);

function itemHolds({ field, tests, all, negated }: Item, entry: Entry): Verdict {
  const verdicts = tests.map((test) => testHolds(test, meaningOf(field), entry));
  const verdict = all ? both(verdicts) : either(verdicts);
  return negated ? not(verdict) : verdict;
}

const selectionHolds = (selection: Selection, entry: Entry): Verdict =>
  either(selection.map((items) => both(items.map((item) => itemHolds(item, entry)))));

function conditionHolds(condition: Condition, selections: CompiledRule['selections'], entry: Entry): Verdict {
  switch (condition.type) {
    case 'selection':
      return selectionHolds(selections[condition.name] ?? [], entry);
    case 'not':
      return not(conditionHolds(condition.of, selections, entry));
    case 'and':
      return both(condition.of.map((part) => conditionHolds(part, selections, entry)));
    case 'or':
      return either(condition.of.map((part) => conditionHolds(part, selections, entry)));
  }
}

const asksFor = (rules: readonly CompiledRule[], of: string): boolean =>
  rules.some(({ selections }) =>
    Object.values(selections)
      .flat(2)
      .some(({ field }) => {
        const meaning = meaningOf(field);
        return meaning.type === 'number' && meaning.of === of;
      }),
  );

/** Tells what follows from facts of which few combinations occur, and remembers it of each. */
export function createFacts({ rules, kind, always, isSilent }: FactsOptions): (entry: Entry) => Facts {
  const ofKind = rules.flatMap((rule, index) => (rule.kinds.includes(kind) ? [{ rule, index }] : []));
  const asksStatic = asksFor(
    ofKind.map(({ rule }) => rule),
    'static',
  );
  const asksQuery = asksFor(
    ofKind.map(({ rule }) => rule),
    'param-count',
  );
  const known = new Map<number, Facts>();
  const find = (entry: Entry): Facts => {
    const done = new Uint8Array(rules.length);
    const held: string[] = [];
    for (const { rule, index } of ofKind) {
      const { id } = rule.info;
      const verdict = conditionHolds(rule.condition, rule.selections, entry);
      if (verdict === false || (verdict === true && isSilent(rule))) done[index] = 1;
      if (verdict === true && isSilent(rule)) held.push(id);
    }
    const open = always.filter((index) => done[index] === 0);
    return { open, held, done, findings: held.length === 0 ? undefined : { hits: [], observed: held } };
  };
  return (entry) => {
    const method = METHOD_NUMBER.get(entry.method) ?? METHODS.length;
    const staticPart = asksStatic && isStatic(entry.target) ? 1 : 0;
    const status = Number.isInteger(entry.status) && entry.status >= 0 && entry.status < MAX_STATUS ? entry.status : -1;
    if (status < 0) return find(entry);
    const queryPart = asksQuery && entry.target.includes('?') ? 1 : 0;
    const textPart = (isShort(entry) ? 1 : 0) + (entry.message === '' ? 2 : 0);
    const protocol = PROTOCOL_NUMBER.get(entry.protocol) ?? PROTOCOLS.length;
    const words = (status * (METHODS.length + 1) + method) * (PROTOCOLS.length + 1) + protocol;
    const key = ((words * 2 + staticPart) * 2 + queryPart) * 4 + textPart;
    let facts = known.get(key);
    if (facts === undefined) {
      facts = find(entry);
      known.set(key, facts);
    }
    return facts;
  };
}
