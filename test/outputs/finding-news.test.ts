import { expect, test } from 'vitest';
import { createFindingNews } from '../../src/outputs/finding-news.ts';
import { said } from '../../src/text/said.ts';
import { keptFinding } from './documents.ts';

const changes = (news: ReturnType<typeof createFindingNews>, ...findings: ReturnType<typeof keptFinding>[]): string[] =>
  news.of(findings).map(({ kept, change }) => `${kept.check} ${kept.finding.key} ${change}`);

test('a finding is news when it is new, says something else, is gone, and when it is back', () => {
  const news = createFindingNews([]);
  const open = keptFinding({ key: 'a' });
  expect(changes(news, open)).toEqual(['zap a new']);
  expect(changes(news, open)).toEqual([]);
  expect(changes(news, keptFinding({ key: 'a', severity: 'critical' }))).toEqual(['zap a changed']);
  const gone = keptFinding({ key: 'a' }, { state: 'gone' });
  expect([changes(news, gone), changes(news, gone), changes(news, open)]).toEqual([['zap a gone'], [], ['zap a new']]);
});

test('numbers that are others with every run are no news, versions are', () => {
  const news = createFindingNews([]);
  const of = (failures: string, offered: string) =>
    keptFinding({
      facts: [
        ['failures in a row', failures],
        ['took', '1.2 s'],
        ['offered', offered],
      ],
      advice: said('answered {n} ms late', { n: failures }),
    });
  expect(changes(news, of('3', '1.18.0-6'))).toHaveLength(1);
  expect(changes(news, of('4', '1.18.0-6'))).toEqual([]);
  expect(changes(news, of('5', '1.18.0-7'))).toEqual(['zap zap 40018 /item changed']);
});

test('what is muted tells nobody until it is muted no longer; what was known at the start was told', () => {
  const muted = keptFinding({ key: 'a' }, { muted: { untilMs: undefined, by: 'kim', note: '' } });
  const news = createFindingNews([keptFinding({ key: 'known' })]);
  expect(changes(news, muted, keptFinding({ key: 'known' }))).toEqual([]);
  expect(changes(news, keptFinding({ key: 'a' }), keptFinding({ key: 'known' }))).toEqual(['zap a new']);
});

test('a check says nothing of the findings of another', () => {
  const news = createFindingNews([]);
  const other = keptFinding({ key: 'a' }, { check: 'bandit' });
  expect([changes(news, other), changes(news, keptFinding({ key: 'a' })), changes(news, other)]).toEqual([
    ['bandit a new'],
    ['zap a new'],
    [],
  ]);
});
