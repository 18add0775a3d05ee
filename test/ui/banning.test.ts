import { expect, test } from 'vitest';
import type { BanPreview } from '../../src/model/ban.ts';
import { initialState } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { REFUSED_PREVIEW } from './fixtures/bans.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { busySnapshot, INCIDENTS, NOW_MS } from './fixtures/snapshot.ts';

const key = (name: string) => ({ name, text: name.length === 1 ? name : '' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function onIncidents(preview?: BanPreview) {
  const fake = fakeClient(preview === undefined ? {} : { 'ban.preview': () => preview });
  const initial = initialState({ size: { columns: 120, rows: 40 }, nowMs: NOW_MS, themes: ['dark'], theme: 'dark' });
  const hands = { copy: () => true, notify: () => {}, quit: () => {} };
  const store = createStore({ initial, client: fake.client, hands, onFatal: () => {} });
  store.dispatch({ type: 'snapshot', snapshot: busySnapshot({ viewId: store.state().viewId, rowCount: 10 }) });
  const press = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      store.key(key(name));
      await settle();
    }
  };
  await press('2');
  return { fake, store, press };
}

const target = { kind: 'incident', incidentId: INCIDENTS[0]?.id };

test('b shows what would be run, Enter runs exactly that, u takes it back', async () => {
  const { fake, store, press } = await onIncidents();
  await press('b');
  expect(fake.asked('ban.preview')).toEqual([{ target, banner: '', seconds: 3600, word: '' }]);
  expect(store.state().ban?.preview?.commands).toEqual([
    'fail2ban-client -s /var/run/fail2ban/fail2ban.sock set secmon banip 198.51.100.7',
  ]);
  await press('enter');
  expect(fake.asked('ban.run')).toEqual([{ target, banner: 'fail2ban secmon', seconds: 3600, word: '' }]);
  expect(store.state().ban).toMatchObject({ phase: 'done', effects: { '198.51.100.7': 'ban not effective: still 12/s, behind a proxy?' } });
  await press('u');
  expect(fake.asked('ban.end')).toEqual([{ subjects: ['198.51.100.7'], banner: 'fail2ban secmon' }]);
  expect(store.state()).toMatchObject({ ban: undefined, undo: [], message: { text: 'fail2ban unbanned 198.51.100.7 in jail secmon' } });
});

test('how long and by what are chosen; a span of its own is typed', async () => {
  const { fake, store, press } = await onIncidents();
  await press('b', 'down', 'down', '2', ' ', 'h');
  expect(store.state().ban).toMatchObject({ span: 'other', other: '2 h' });
  await press('tab', 'down', 'enter');
  expect(fake.asked('ban.run')).toMatchObject([{ banner: 'fail2ban sshd', seconds: 7200 }]);
});

test('nothing is run while what is typed is no span', async () => {
  const { fake, store, press } = await onIncidents();
  await press('b', 'down', 'down', 'x', 'enter');
  expect(store.state().message?.text).toBe('Type how long: 90 s, 20 min, 3 h, 2 days.');
  expect(fake.asked('ban.run')).toEqual([]);
});

test('what is refused is run only with the typed word, and a dry run leaves nothing to take back', async () => {
  const { fake, store, press } = await onIncidents(REFUSED_PREVIEW);
  await press('b', 'enter');
  expect(store.state().message?.text).toBe('All of it is refused: Tab to the last part and type anyway to ban in spite of it.');
  await press('tab', 'tab', ...'anyway', 'enter');
  expect(fake.asked('ban.preview').at(-1)).toMatchObject({ word: 'anyway' });
  expect(fake.asked('ban.run')).toMatchObject([{ word: 'anyway' }]);
  expect(store.state().undo).toEqual([]);
});

test('what keeps a ban from being done is said instead of doing it', async () => {
  const { fake, store, press } = await onIncidents({ ...REFUSED_PREVIEW, candidates: [], problem: 'fail2ban does not run here' });
  await press('b', 'enter');
  expect(store.state().message?.text).toBe('fail2ban does not run here');
  expect(fake.asked('ban.run')).toEqual([]);
});

test('6 shows the bans, and b ends the selected one', async () => {
  const { fake, store, press } = await onIncidents();
  await press('6', 'down', 'b');
  expect(fake.asked('ban.end')).toEqual([{ subjects: ['2001:db8:1:2::/64'], banner: 'nftables' }]);
  expect(store.state().message?.text).toBe('fail2ban unbanned 2001:db8:1:2::/64 in jail secmon');
});

test('a line that names no address is said to have none; the dialog stays closed', async () => {
  const { fake, store } = await onIncidents();
  const snapshot = busySnapshot({ viewId: store.state().viewId, rowCount: 1 });
  const { rows, ...feed } = snapshot.feed;
  store.dispatch({ type: 'snapshot', snapshot: { ...snapshot, feed: { ...feed, rows: rows.map((row) => ({ ...row, address: '' })) } } });
  for (const name of ['esc', 'b']) {
    store.key(key(name));
    await settle();
  }
  expect(store.state().message?.text).toBe('This line names no address that could be banned.');
  expect(store.state().ban).toBeUndefined();
  expect(fake.asked('ban.preview')).toEqual([]);
});

test('b says in one sentence where there is no address to ban, instead of asking what nobody can answer', async () => {
  const { store, press } = await onIncidents();
  const say = async (): Promise<string | undefined> => {
    await press('b');
    expect(store.state().ban).toBeUndefined();
    return store.state().message?.text;
  };
  const show = (rest: Parameters<typeof busySnapshot>[0]): void =>
    store.dispatch({ type: 'snapshot', snapshot: busySnapshot({ viewId: store.state().viewId, ...rest }) });
  const [incident] = INCIDENTS;
  const [row] = busySnapshot().feed.rows;
  if (!incident || !row) throw new Error('the fixture has incidents and rows');
  await press('esc');
  show({ feed: { rows: [{ ...row, address: 'web1.example' }], following: true, newer: 0, older: 0 } });
  expect(await say()).toBe('This line names no address that could be banned.');
  await press('tab');
  show({ addresses: [{ address: 'web1.example', hits: 1, errors: 0, bytes: 0, severity: undefined }] });
  expect(await say()).toBe('web1.example is a name: an address alone can be banned.');
  await press('tab', 'tab');
  show({ incidents: [{ ...incident, actor: '', target: { kind: 'source', value: 'app.log' }, related: [], relatedCount: 0 }] });
  expect(await say()).toBe('This incident names no address that could be banned.');
});
