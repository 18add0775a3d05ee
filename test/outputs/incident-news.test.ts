import { expect, test } from 'vitest';
import { createIncidentNews } from '../../src/outputs/incident-news.ts';
import { incident } from '../make.ts';

test('an incident is news when it opens, gets worse, works, comes back or ends; growing alone once a minute', () => {
  const news = createIncidentNews();
  const told = (fields: Parameters<typeof incident>[0], atMs: number): boolean => news.isNews(incident({ id: 'a', ...fields }), atMs);
  expect(told({}, 0)).toBe(true);
  expect(told({ detections: 50 }, 1_000)).toBe(false);
  expect(told({ detections: 51, severity: 'critical' }, 2_000)).toBe(true);
  expect(told({ detections: 52, severity: 'critical' }, 3_000)).toBe(false);
  expect(told({ severity: 'critical', successes: 1 }, 4_000)).toBe(true);
  expect(told({ severity: 'critical', successes: 2 }, 5_000)).toBe(false);
  expect(told({ severity: 'critical', successes: 2 }, 64_000)).toBe(true);
  expect(told({ severity: 'critical', successes: 2, state: 'closed' }, 65_000)).toBe(true);
  expect(told({ severity: 'critical', successes: 2, state: 'new', reopened: 1 }, 66_000)).toBe(true);
  expect(news.isNews(incident({ id: 'b' }), 66_000)).toBe(true);
});
