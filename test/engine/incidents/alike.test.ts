import { expect, test } from 'vitest';
import { alikeTo } from '../../../src/engine/incidents/alike.ts';
import { incident } from '../../make.ts';

const rules = (...names: string[]) => Object.fromEntries(names.map((name) => [name, 1]));
const one = incident({ id: 'one', actor: '198.51.100.7', rules: rules('a', 'b', 'c') });

test.each([
  ['out of the same network', incident({ id: 'x', actor: '198.51.100.200', rules: rules('z') }), 'same network'],
  ['by the same rules', incident({ id: 'x', actor: '203.0.113.1', rules: rules('a', 'b', 'c', 'd') }), 'same 3 rules'],
  ['by both', incident({ id: 'x', actor: '198.51.100.9', rules: rules('a', 'b') }), 'same network, same 2 rules'],
])('alike %s', (_, other, why) => {
  expect(alikeTo(one, [one, other])).toEqual([{ incidentId: 'x', actor: other.actor, why }]);
});

test.each([
  ['one rule in common', incident({ id: 'x', actor: '203.0.113.1', rules: rules('a') })],
  ['few of many rules in common', incident({ id: 'x', actor: '203.0.113.1', rules: rules('a', 'b', 'd', 'e', 'f', 'g') })],
  ['a target', incident({ id: 'x', actor: '', rules: rules('a', 'b', 'c') })],
])('not alike: %s', (_, other) => {
  expect(alikeTo(one, [other])).toEqual([]);
});
