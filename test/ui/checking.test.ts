import { expect, test } from 'vitest';
import { initialState, topScreen } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { CHECKS, checkDetail } from './fixtures/checks.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { frameOf, textOf } from './fixtures/render-app.tsx';
import { busySnapshot, NOW_MS } from './fixtures/snapshot.ts';

const key = (name: string) => ({ name, text: name.length === 1 ? name : '' });
const settle = () => new Promise((resolve) => setImmediate(resolve));

async function onChecks(overrides: Parameters<typeof fakeClient>[0] = {}) {
  const fake = fakeClient(overrides);
  const initial = initialState({ size: { columns: 120, rows: 40 }, nowMs: NOW_MS, themes: ['dark'], theme: 'dark' });
  const store = createStore({
    initial,
    client: fake.client,
    hands: { copy: () => true, notify: () => {}, quit: () => {} },
    onFatal: () => {},
  });
  store.dispatch({ type: 'snapshot', snapshot: busySnapshot({ viewId: store.state().viewId, rowCount: 10 }) });
  const press = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      store.key(key(name));
      await settle();
      await settle();
    }
  };
  await press('7');
  return { fake, store, press };
}

test('7 shows the checks, with what the one under the cursor found', async () => {
  const { store, fake, press } = await onChecks();
  expect(topScreen(store.state())).toMatchObject({ kind: 'checks', list: CHECKS, detail: checkDetail({ name: 'zap' }) });
  await press('j', 'j', 'j');
  expect(fake.asked('check.detail').at(-1)).toEqual({ name: 'updates' });
  expect(topScreen(store.state())).toMatchObject({ selected: 'updates', detail: { row: { name: 'updates' } } });
});

test('Enter opens all findings, Esc goes back', async () => {
  const { store, press } = await onChecks();
  await press('enter', 'j');
  expect(topScreen(store.state())).toMatchObject({ kind: 'check', name: 'zap', selected: 'open 10038 /' });
  await press('esc');
  expect(topScreen(store.state()).kind).toBe('checks');
});

test('r runs the selected check again, x stops the one that runs', async () => {
  const { store, fake, press } = await onChecks();
  await press('r');
  expect(fake.asked('check.run')).toEqual([]);
  expect(store.state().message?.text).toBe('It runs already; x stops it.');
  await press('x');
  expect(fake.asked('check.stop')).toEqual([{ name: 'zap' }]);
  await press('j', 'r');
  expect(fake.asked('check.run')).toEqual([{ name: 'bandit', attack: false }]);
  expect(store.state().message?.text).toBe('bandit runs');
});

test('an attack is begun only after a whole yes', async () => {
  const list = CHECKS.map((row) => ({ ...row, running: undefined }));
  const { store, fake, press } = await onChecks({ checks: () => list });
  await press('A', 'y', 'enter');
  expect(fake.asked('check.run')).toEqual([]);
  expect(store.state().message?.text).toBe('Not scanned.');
  await press('A', 'y', 'e', 's', 'enter');
  expect(fake.asked('check.run')).toEqual([{ name: 'zap', attack: true }]);
});

test('what does not attack is not asked to', async () => {
  const { store, fake, press } = await onChecks();
  await press('j', 'A');
  expect(store.state()).toMatchObject({ input: undefined, message: { text: 'Only ZAP with a target can attack: checks.zap.targets.' } });
  expect(fake.asked('check.run')).toEqual([]);
});

test('why a run cannot begin is said', async () => {
  const { store, press } = await onChecks({
    'check.run': () => {
      throw new Error('Bandit needs folders of Python code');
    },
  });
  await press('j', 'r');
  expect(store.state().message).toMatchObject({ text: 'Bandit needs folders of Python code', tone: 'warning' });
});

test('m on a finding mutes it alone: what worked is no part of the dialog', async () => {
  const { store, fake, press } = await onChecks();
  await press('enter', 'm');
  const { muting } = store.state();
  expect(muting).toMatchObject({ subject: { kind: 'finding', check: 'zap', key: '40018 /item id' }, words: 'GET /item' });
  expect(fake.asked('mute.options')).toEqual([{ subject: muting?.subject }]);
  const seen: (string | undefined)[] = [];
  for (let i = 0; i < 4; i++) {
    await press('tab');
    seen.push(store.state().muting?.focus);
  }
  expect(seen).toEqual(['place', 'span', 'note', 'rule']);
});

test('a check whose findings are all muted says so', async () => {
  const list = CHECKS.map((row) => ({ ...row, running: undefined, missing: undefined, worst: undefined, muted: 2 }));
  const { store } = await onChecks({ checks: () => list });
  expect(textOf(frameOf(store.state())).join('\n')).toContain('nothing open, 2 muted');
});

test('what is gone cannot be muted', async () => {
  const { store, press } = await onChecks();
  await press('enter', 'j', 'j', 'j', 'm');
  expect(topScreen(store.state())).toMatchObject({ selected: expect.stringMatching(/^gone /) });
  expect(store.state().muting).toBeUndefined();
});
