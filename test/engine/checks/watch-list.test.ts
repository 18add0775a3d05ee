import { expect, test } from 'vitest';
import { openAccessWatch } from '../../../src/engine/checks/watch-list.ts';
import { createIncidentTracker } from '../../../src/incidents/tracker.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { fakeClock } from '../../alerts/samples.ts';
import { entry } from '../../make.ts';

const SETTINGS = { accounts: ['root'], paths: ['/admin'], hours: [] };
const origin = (live: boolean) => ({ live, sourceName: 'access.log' });

async function watching(changes: { readonly store?: Awaited<ReturnType<typeof openStore>> } = {}) {
  const clock = fakeClock();
  const store = changes.store ?? (await openStore({ path: ':memory:', now: clock.now }));
  let id = 0;
  const incidents = createIncidentTracker({ newId: () => `i${++id}` });
  const tell = (behaviour: Parameters<typeof incidents.behaviour>[0]): void =>
    incidents.behaviour(behaviour, behaviour.group['source'] ?? '');
  const watch = openAccessWatch({ settings: SETTINGS, timeZone: 'UTC', store, clock, tell, nowMs: () => undefined });
  return { watch, incidents, clock, store };
}

test('a first success of somebody new is an incident of that address, with its story', async () => {
  const { watch, incidents } = await watching();
  watch.saw(entry({ target: '/admin/', address: '192.0.2.1' }), origin(false));
  for (let i = 0; i < 3; i++) watch.saw(entry({ target: '/admin/', address: '203.0.113.9', status: 403 }), origin(true));
  watch.saw(entry({ target: '/admin/users', address: '203.0.113.9' }), origin(true));
  expect(incidents.open()).toMatchObject([
    { actor: '203.0.113.9', severity: 'high', title: 'first success of somebody new', sources: ['access.log'] },
  ]);
  expect(
    incidents
      .story('203.0.113.9')
      .map(({ text }) => text)
      .join(),
  ).toContain('/admin: address 203.0.113.9');
  watch.close();
});

test('what has no address is an incident of the account', async () => {
  const { watch, incidents } = await watching();
  watch.saw(
    entry({ kind: 'application', program: 'usermod', message: "add 'bob' to group 'sudo'", address: '', target: '', method: '' }),
    origin(true),
  );
  expect(incidents.open()).toMatchObject([
    { target: { kind: 'account', value: 'bob' }, severity: 'high', title: 'rights of an account were changed' },
  ]);
  watch.close();
});

test('who was there is kept, soon and at the end', async () => {
  const { watch, clock, store } = await watching();
  watch.saw(entry({ target: '/admin/', address: '192.0.2.1' }), origin(true));
  expect(store.kept.get('watch-list')).toBeUndefined();
  clock.advance(10_000);
  expect(store.kept.get('watch-list')).toBeDefined();
  watch.close();
  expect(clock.timers).toBe(0);
  const again = await watching({ store });
  again.watch.saw(entry({ target: '/admin/', address: '192.0.2.1' }), origin(true));
  expect(again.incidents.open()).toEqual([]);
  again.watch.close();
});
