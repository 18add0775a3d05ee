import { expect, it } from 'vitest';
import { refusalText } from '../../../src/detection/rule-files.ts';
import { loadRuleSet, silentIds, wantedIds } from '../../../src/engine/rules/rule-set.ts';

const base = (name: string, more = ''): string =>
  `title: ${name}\nname: ${name}\n${more}logsource:\n  category: webserver\ndetection:\n  a:\n    sc-status: 401\n  condition: a\n`;
const correlation = (name: string, lines: string, tags = ''): string => `title: ${name}\nname: ${name}\n${tags}correlation:\n${lines}`;
const count = (rules: string, more = ''): string =>
  `  type: event_count\n  rules:\n    - ${rules}\n  group-by:\n    - c-ip\n  timespan: 5m\n  condition:\n    gte: 3\n${more}`;
const file = (text: string) => [{ name: 'own.yml', text }];
const reasonsOf = async (text: string): Promise<readonly string[]> => (await loadRuleSet(file(text))).refused.map(refusalText);

it('links base rules and correlations of one file, and silences the base rules', async () => {
  const set = await loadRuleSet(file(`${base('failed')}---\n${correlation('many', count('failed'))}`));
  expect(set.refused).toEqual([]);
  expect([...silentIds(set)]).toEqual(['failed']);
  expect([...wantedIds(set)]).toEqual(['failed']);
  expect(set.right).toBe(2);
});

it('leaves base rules loud under "generate: true", and those tagged silent silent', async () => {
  const text = `${base('failed')}---\n${base('passed', 'tags:\n  - secmon.silent\n')}---\n${correlation('many', count('failed\n    - passed', '  generate: true\n'))}`;
  expect([...silentIds(await loadRuleSet(file(text)))]).toEqual(['passed']);
});

it('never silences a built-in rule for a correlation of a person', async () => {
  const builtIn = await loadRuleSet(file(base('failed')));
  const set = await loadRuleSet(file(correlation('many', count('failed'))), builtIn);
  expect(set.refused).toEqual([]);
  expect(set.own.correlations).toHaveLength(1);
  expect([...silentIds(set)]).toEqual([]);
});

it('survives the way through JSON', async () => {
  const { correlations } = await loadRuleSet(file(`${base('failed')}---\n${correlation('many', count('failed'))}`));
  expect(JSON.parse(JSON.stringify(correlations))).toEqual(correlations);
});

it('means every rule by a beginning of names', async () => {
  const set = await loadRuleSet(file(`${base('sqli-a')}---\n${base('sqli-b')}---\n${correlation('many', count('"sqli-*"'))}`));
  expect(set.correlations[0]?.rules).toEqual(['sqli-a', 'sqli-b']);
});

it('chains correlations, and refuses a circle and a field that is not grouped by', async () => {
  const chained = `${base('failed')}---\n${correlation('many', count('failed'))}---\n${correlation('more', count('many'))}`;
  expect(await reasonsOf(chained)).toEqual([]);
  const circle = `${correlation('one', count('two'))}---\n${correlation('two', count('one'))}`;
  expect((await reasonsOf(circle))[0]).toBe('own.yml:5: the chain goes round: one → two → one');
  const ungrouped = `${base('failed')}---\n${correlation('many', count('failed'))}---\n${correlation('more', count('many').replace('c-ip', 'cs-username'))}`;
  expect(await reasonsOf(ungrouped)).toEqual(['own.yml:28: the correlation "many" is not grouped by "cs-username"']);
});

it('refuses what leans on a correlation that is refused', async () => {
  const text = `${correlation('many', count('nowhere'))}---\n${correlation('more', count('many'))}`;
  expect(await reasonsOf(text)).toEqual([
    'own.yml:6: no rule here has the id or name "nowhere"',
    'own.yml:17: it needs "many", which is refused',
  ]);
});

it.each([
  ['an unknown type', (text: string) => text.replace('event_count', 'median'), '10: expected "type" to be one of'],
  [
    'a timespan in words',
    (text: string) => text.replace('5m', 'an hour'),
    'expected "timespan" to be a number and one of s, m, h, d, w, M, y',
  ],
  ['a field that no entry has', (text: string) => text.replace('c-ip', 'Image'), 'the field "Image" is not known to correlations'],
  ['no limit', (text: string) => text.replace('gte: 3', 'field: c-ip'), 'expected one of gt, gte, lt, lte, eq, neq, found none'],
  [
    'a field that is not counted',
    (text: string) => text.replace('gte: 3', 'gte: 3\n    field: c-ip'),
    '"field" does not go with event_count',
  ],
  ['values of no field', (text: string) => text.replace('event_count', 'value_count'), 'value_count needs a "field"'],
  [
    'a sum of texts',
    (text: string) => text.replace('event_count', 'value_sum').replace('gte: 3', 'gte: 3\n    field: c-ip'),
    'value_sum needs one field that holds a number',
  ],
  [
    'no percentile',
    (text: string) => text.replace('event_count', 'value_percentile').replace('gte: 3', 'gte: 3\n    field: sc-bytes'),
    'expected "percentile" to be a number above 0 and up to 100',
  ],
  ['a word that is not in the specification', (text: string) => `${text}  window: 5m\n`, '"window" is not part of a correlation'],
])('refuses %s, with line and reason', async (_, change, reason) => {
  const text = change(`${base('failed')}---\n${correlation('many', count('failed'))}`);
  const [refusal = ''] = await reasonsOf(text);
  expect(refusal).toMatch(/^own\.yml:\d+: /);
  expect(refusal).toContain(reason.replace(/^\d+: /, ''));
});
