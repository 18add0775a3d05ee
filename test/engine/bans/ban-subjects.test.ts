import { expect, test } from 'vitest';
import type { Banner } from '../../../src/actions/banner.ts';
import { subjectsOf } from '../../../src/engine/bans/ban-subjects.ts';
import { createFeed } from '../../../src/engine/feed/feed.ts';
import type { IncidentTracker } from '../../../src/incidents/tracker.ts';
import { entry, incident } from '../../make.ts';

const LINE = {
  sourceId: 1,
  sourceName: 'a',
  sequence: 1,
  hits: undefined,
  severity: undefined,
  families: [],
  outcome: undefined,
  success: false,
  note: '',
};

function known(related: readonly string[], networks: boolean) {
  const feed = createFeed();
  for (const address of ['2001:db8:1:2::5', '2001:DB8:1:2:0::6', '2001:db8:9::1', '203.0.113.9'])
    feed.push({ ...LINE, entry: entry({ kind: 'http', address }) });
  const held = incident({ id: 'target', actor: '', related, relatedCount: related.length });
  const incidents = { byId: (id: string) => (id === 'target' ? held : undefined) } as Partial<IncidentTracker> as IncidentTracker;
  const banner = { name: 'some', takesNetworks: async () => networks } as Partial<Banner> as Banner;
  return { feed, incidents, banner };
}

const OF_TARGET = { kind: 'incident', incidentId: 'target' } as const;
const texts = async (...args: Parameters<typeof subjectsOf>) => (await subjectsOf(...args)).map(({ text }) => text);

test('the target of an incident is the set of its actors, each once, host names left out', async () => {
  const related = ['203.0.113.9', 'crawler.example.org', '203.0.113.9', '2001:db8:1:2::/64'];
  expect(await texts(OF_TARGET, known(related, true))).toEqual(['203.0.113.9', '2001:db8:1:2::/64']);
});

test('where networks cannot be banned, the addresses seen in them are', async () => {
  expect(await texts(OF_TARGET, known(['2001:db8:1:2::/64'], false))).toEqual(['2001:db8:1:2::5', '2001:db8:1:2::6']);
  await expect(subjectsOf(OF_TARGET, known(['2001:db8:7::/64'], false))).rejects.toThrow('some takes single addresses only');
});

test('one address of IPv6 stands for its /64 where that can be banned', async () => {
  const six = { kind: 'entry', rowId: 1 } as const;
  expect(await texts(six, known([], true))).toEqual(['2001:db8:1:2::/64']);
  expect(await texts(six, known([], false))).toEqual(['2001:db8:1:2::5']);
  expect(await texts({ kind: 'entry', rowId: 4 }, known([], true))).toEqual(['203.0.113.9']);
});

test('nothing to ban is said', async () => {
  await expect(subjectsOf({ kind: 'entry', rowId: 99 }, known([], true))).rejects.toThrow('there is no address in this to ban');
  await expect(subjectsOf({ kind: 'address', address: 'unix:' }, known([], true))).rejects.toThrow('"unix:" is no address');
});

test('of many at most a hundred', async () => {
  const related = Array.from({ length: 150 }, (_, i) => `203.0.113.${i}`);
  expect(await texts(OF_TARGET, known(related, true))).toHaveLength(100);
});
