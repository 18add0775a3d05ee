import { describe, expect, test } from 'vitest';
import { initialState, topScreen } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { busySnapshot, NOW_MS } from './fixtures/snapshot.ts';

async function opened(fake = fakeClient()) {
  const copied: string[] = [];
  const initial = initialState({ size: { columns: 120, rows: 40 }, nowMs: NOW_MS, themes: ['dark'], theme: 'dark' });
  const hands = { copy: (text: string) => copied.push(text) > 0, notify: () => {}, quit: () => {} };
  const store = createStore({ initial, client: fake.client, hands, onFatal: () => {} });
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  store.dispatch({ type: 'snapshot', snapshot: busySnapshot({ viewId: store.state().viewId, rowCount: 10 }) });
  await settle();
  return {
    fake,
    store,
    copied,
    message: () => store.state().message?.text ?? '',
    async press(...keys: readonly string[]) {
      for (const name of keys) {
        store.key({ name, text: name === 'space' ? ' ' : [...name].length === 1 ? name : '' });
        await settle();
      }
    },
  };
}

describe('m', () => {
  test('asks about the line under the cursor, shows the line for what is chosen, writes it on Enter, and u takes it back', async () => {
    const { fake, store, press, message } = await opened();
    await press('m');
    expect(fake.asked('mute.options')).toEqual([{ subject: { kind: 'entry', rowId: expect.any(Number) } }]);
    expect(fake.asked('mute.preview')).toMatchObject([{ ruleIds: ['sqli-union-select'], place: { kind: 'parameter' }, span: '7 days' }]);
    await press('down', 'down', 'tab', 'down', 'tab', 'k', 'tab', 'space', 'tab', 'o', 'k', 'm');
    expect(fake.asked('mute.preview').at(-1)).toMatchObject({
      ruleIds: ['sqli-union-select', 'double-encoded-payload'],
      place: { kind: 'path' },
      span: '1 day',
      successes: true,
      note: 'okm',
    });
    await press('enter');
    expect(fake.asked('mute.write')).toEqual([{ draftId: 'draft' }]);
    expect(store.state().muting).toBeUndefined();
    expect(message()).toBe('Mute sqli-union-select at /item: written to /etc/secmon/mutes.yml; u takes it back');
    await press('u');
    expect(fake.asked('mute.remove')).toEqual([{ id: 'new' }]);
    expect(store.state().undo).toEqual([]);
  });

  test('writes nothing on Esc, nor before the line is there, nor where nothing is held', async () => {
    const never = fakeClient({ 'mute.options': () => [] });
    const { fake, store, press, message } = await opened(never);
    await press('m', 'enter');
    expect(message()).toBe('There is nothing to mute.');
    await press('esc');
    expect(store.state().muting).toBeUndefined();
    expect(fake.asked('mute.write')).toEqual([]);
  });

  test('says what keeps it from being written, and leaves the dialog open', async () => {
    const refusing = fakeClient({
      'mute.write': () => {
        throw new Error('mutes.yml cannot be written (EACCES)');
      },
    });
    const { store, press, message } = await opened(refusing);
    await press('m', 'enter');
    expect(message()).toBe('mutes.yml cannot be written (EACCES)');
    expect(store.state().muting).toMatchObject({ writing: false });
    expect(store.state().undo).toEqual([]);
  });

  test.each([
    [['2', 'm'], { kind: 'incident' }],
    [['tab', 'm'], { kind: 'address' }],
    [['5', 'm'], { kind: 'rule', ruleId: 'sqli-union-select' }],
  ])('after %j asks about %j', async (keys, subject) => {
    const { fake, press } = await opened();
    await press(...keys);
    expect(fake.asked('mute.options')).toMatchObject([{ subject }]);
  });
});

describe('the Rules screen', () => {
  test('sorts, and opens the rule under the cursor', async () => {
    const { fake, store, press } = await opened();
    await press('5', 's', 'down', 'enter');
    expect(store.state().screens).toMatchObject([{ kind: 'live' }, { kind: 'rules', order: 'level' }, { kind: 'rule' }]);
    expect(fake.asked('rule')).toEqual([{ ruleId: 'java-log4shell' }]);
    await press('esc', 's', 's');
    expect(topScreen(store.state())).toMatchObject({ kind: 'rules', order: 'hits', selected: 'java-log4shell' });
  });

  test('rehearses what is typed, copies the document, applies it for the session, and u takes it back', async () => {
    const { fake, store, press, copied, message } = await opened();
    await press('5', 's', 'down', 'down', 'down', 'R');
    const before = store.state().input?.text ?? '';
    await press('enter');
    expect(fake.asked('rehearse')).toMatchObject([{ text: before }]);
    expect(topScreen(store.state())).toMatchObject({ kind: 'rehearsal', result: { lines: 21_480 } });
    await press('R', 'x', 'enter');
    expect(fake.asked('rehearse').at(-1)).toMatchObject({ text: `${before}x` });
    expect(store.state().screens).toHaveLength(3);
    await press('y');
    expect(copied[0]).toContain('auth-brute-force-own');
    await press('enter');
    expect(fake.asked('rule.change')).toMatchObject([{ text: `${before}x` }]);
    expect(message()).toContain('for this session');
    expect(topScreen(store.state()).kind).toBe('rules');
    await press('u');
    expect(fake.asked('rule.restore')).toEqual([{ changeId: 'change' }]);
  });

  test('says what is wrong with a change, and Esc gives a rehearsal up', async () => {
    const refusing = fakeClient({
      rehearse: () => {
        throw new Error('A threshold and a time, please');
      },
    });
    const { fake, store, press } = await opened(refusing);
    await press('5', 'R', 'enter');
    expect(topScreen(store.state())).toMatchObject({ result: { problem: 'A threshold and a time, please' } });
    await press('esc');
    expect(fake.asked('rehearse.cancel')).toEqual([]);
    expect(topScreen(store.state()).kind).toBe('rules');
    const endless = await opened(fakeClient({ rehearse: () => new Promise(() => {}) as never }));
    await endless.press('5', 'R', 'enter', 'esc');
    expect(endless.fake.asked('rehearse.cancel')).toHaveLength(1);
    expect(topScreen(endless.store.state()).kind).toBe('rules');
  });
});
