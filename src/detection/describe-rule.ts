import { fieldOf, type Place } from './decode/places.ts';
import { meaningOf } from './sigma/fields.ts';
import type { CompiledRule, Condition, Item, Test } from './sigma/rule.ts';
import { ANY_CHAR } from './sigma/values.ts';

const MODIFIER_AT = { whole: '', start: '|startswith', end: '|endswith', inside: '|contains' } as const;

/** A condition as Sigma writes it. */
function conditionText(condition: Condition, isInner = false): string {
  switch (condition.type) {
    case 'selection':
      return condition.name;
    case 'not':
      return `not ${conditionText(condition.of, true)}`;
    default: {
      const text = condition.of.map((part) => conditionText(part, true)).join(` ${condition.type} `);
      return isInner && condition.of.length > 1 ? `(${text})` : text;
    }
  }
}

function globText(test: Extract<Test, { type: 'glob' }>): string {
  const text = test.pieces.map((piece) => piece.replaceAll('*', '\\*').replaceAll(ANY_CHAR, '?')).join('*');
  return `${test.fromStart ? '' : '*'}${text}${test.toEnd || text === '' ? '' : '*'}${test.cased ? '  (in this case)' : ''}`;
}

/** What a test asks, in a line. */
function testText(test: Test): string {
  switch (test.type) {
    case 'glob':
      return globText(test);
    case 'regex':
      return `/${test.source}/${test.flags}${test.native ? '' : '  (re2)'}`;
    case 'number':
      return `${test.operator} ${test.value}`;
    case 'time':
      return `${test.part} ${test.operator} ${test.value}`;
    case 'absent':
      return 'absent';
    case 'cidr':
      return `in ${test.network}/${test.bits}`;
    case 'fieldref':
      return `${MODIFIER_AT[test.at].slice(1) || 'equals'} the value of ${test.field}`;
  }
}

const itemLines = ({ field, tests, all, negated }: Item): readonly string[] => [
  `${field === '' ? 'any text' : field}${negated ? ', none of' : all ? ', all of' : tests.length > 1 ? ', any of' : ''}:`,
  ...tests.map((test) => `  ${testText(test)}`),
];

/** The selections and the condition of a rule, as lines that a person reads. */
export function detectionLines({ selections, condition }: CompiledRule): readonly string[] {
  const named = Object.entries(selections).flatMap(([name, selection]) => [
    `${name}:`,
    ...selection.flatMap((items, index) => [
      ...(selection.length > 1 ? [`  ${index === 0 ? 'either' : 'or'}`] : []),
      ...items.flatMap(itemLines).map((line) => `  ${selection.length > 1 ? '  ' : ''}${line}`),
    ]),
  ]);
  return [...named, `condition: ${conditionText(condition)}`];
}

/** Places of an entry that a rule looks at, in the order of first use, each with whether decoded forms are looked at too. */
export function placesOf({ selections }: CompiledRule): readonly { readonly place: Place; readonly isDecoded: boolean }[] {
  const items = Object.values(selections).flatMap((selection) => selection.flat());
  const places = items.flatMap(({ field }) => {
    const meaning = meaningOf(field);
    return meaning.type === 'text' ? meaning.places : [];
  });
  const logged = new Set(['address']);
  return [...new Set(places)].map((place) => ({
    place,
    isDecoded: !logged.has(fieldOf(place)) && place !== 'program' && place !== 'level',
  }));
}
