import { describe, expect, it } from 'vitest';
import { behavioursOf, caseLogs, entriesOf, isFlagged, loudCorrelations } from './cases.ts';

describe.each(caseLogs().map((log) => [log.name, log] as const))('%s', (_, log) => {
  const entries = entriesOf(log);
  const behaviours = behavioursOf(entries, log.pretended);
  const found = behaviours.map(({ rule, group }) => `${rule.name}: ${Object.values(group)[0] ?? ''}`);

  if (log.fires === undefined) {
    it('makes no incident of medium or above', () => {
      expect(behaviours.filter(({ rule }) => rule.severity !== 'low').map(({ rule, group }) => [rule.name, group])).toEqual([]);
      expect(entries.filter(isFlagged).map(({ raw, target }) => raw || target)).toEqual([]);
    });
  } else {
    it('is noticed', () => {
      const expected = Object.entries(log.fires ?? {}).map(([name, value]) => `${name}: ${value}`);
      expect(expected.filter((each) => !found.includes(each))).toEqual([]);
    });
  }
});

it('every correlation has a case that it notices', () => {
  const noticed = new Set(caseLogs().flatMap(({ fires }) => Object.keys(fires ?? {})));
  expect(loudCorrelations().filter((name) => !noticed.has(name))).toEqual([]);
});
