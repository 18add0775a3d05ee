import { expect, test } from 'vitest';
import { initialState } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { busySnapshot, INCIDENTS, NOW_MS } from './fixtures/snapshot.ts';

const key = (name: string) => ({ name, text: name.length === 1 ? name : '' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function onIncidents() {
  const fake = fakeClient();
  const initial = initialState({ size: { columns: 120, rows: 40 }, nowMs: NOW_MS, themes: ['dark'], theme: 'dark' });
  const store = createStore({
    initial,
    client: fake.client,
    hands: { copy: () => true, notify: () => {}, quit: () => {} },
    onFatal: () => {},
  });
  store.dispatch({ type: 'snapshot', snapshot: busySnapshot({ viewId: store.state().viewId, rowCount: 10 }) });
  store.key(key('2'));
  await settle();
  return { fake, store };
}

test('x asks for a note, acknowledges, and u takes it back', async () => {
  const { fake, store } = await onIncidents();
  const [incident] = INCIDENTS;
  store.key(key('x'));
  expect(store.state().input?.purpose).toBe('note');
  for (const letter of 'ok') store.key(key(letter));
  store.key(key('enter'));
  await settle();
  expect(fake.asked('incident.mark')).toEqual([{ incidentId: incident?.id, state: 'acknowledged', note: 'ok' }]);
  expect(store.state().message?.text).toBe('198.51.100.7 is acknowledged; u takes it back');
  store.key(key('u'));
  await settle();
  expect(fake.asked('incident.mark').at(-1)).toEqual({ incidentId: incident?.id, state: 'new', note: '' });
  expect(store.state().undo).toEqual([]);
});

test('c closes at once; what is that already is not done again', async () => {
  const { fake, store } = await onIncidents();
  store.key(key('c'));
  await settle();
  expect(fake.asked('incident.mark')).toMatchObject([{ state: 'closed' }]);
  store.key(key('down'));
  store.key(key('down'));
  store.key(key('x'));
  expect(store.state().input).toBeUndefined();
  expect(store.state().message?.text).toContain('acknowledged already');
});
