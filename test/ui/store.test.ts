import { describe, expect, it, vi } from 'vitest';
import type { Severity } from '../../src/model/detection.ts';
import { cursorRow, initialState, topScreen } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { busySnapshot, emptySnapshot, NOW_MS } from './fixtures/snapshot.ts';

type Fake = ReturnType<typeof fakeClient>;

function open(fake: Fake = fakeClient()) {
  const hands = { copy: vi.fn(() => true), notify: vi.fn(), quit: vi.fn() };
  const onFatal = vi.fn();
  const initial = initialState({ size: { columns: 80, rows: 24 }, nowMs: NOW_MS, themes: ['dark', 'light'], theme: 'dark' });
  const store = createStore({ initial, client: fake.client, hands, onFatal });
  /** Presses keys one after another, answers settling between them. */
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const name of keys) {
      store.key({ name, text: name === 'space' ? ' ' : [...name].length === 1 ? name : '' });
      await settle();
    }
  };
  return { store, fake, hands, onFatal, press, message: () => store.state().message?.text ?? '' };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

async function opened(fake?: Fake) {
  const all = open(fake);
  await settle();
  return all;
}

describe('the store', () => {
  it('asks for a view at once, and for another one only when it differs', async () => {
    const { fake, press } = await opened();
    expect(fake.asked('view')).toEqual([expect.objectContaining({ id: 1, rows: 15, bottom: 'tail', window: '5m', addressRows: 2 })]);
    await press('t', 'tab', 'tab', 'tab', 'tab', 'w');
    expect(fake.asked('view')).toHaveLength(2);
    expect(fake.asked('view').at(-1)).toMatchObject({ id: 2, window: '15m' });
  });

  it('opens the entry under the cursor, asking once', async () => {
    const { store, fake, press } = await opened();
    await press('enter', 'j', 'k');
    expect(fake.asked('entry')).toEqual([{ rowId: 18_226 }]);
    expect(topScreen(store.state())).toMatchObject({ kind: 'entry', detail: { severity: 'critical' } });
  });

  it('says so when the entry is gone', async () => {
    const { store, press } = await opened(fakeClient({ entry: () => undefined }));
    await press('enter');
    expect(topScreen(store.state())).toMatchObject({ kind: 'entry', detail: 'gone' });
  });

  it('opens who is behind the row, and refreshes while open', async () => {
    const { store, fake, press } = await opened();
    await press('i');
    store.dispatch({ type: 'tick', nowMs: NOW_MS + 2_000 });
    expect(fake.asked('actor')).toEqual([
      { address: '198.51.100.7', incidentId: '' },
      { address: '198.51.100.7', incidentId: '' },
    ]);
  });

  it('seeks suspicious rows from the newest at first, then from the cursor', async () => {
    const fake = fakeClient({ seek: ({ direction }) => (direction < 0 ? 18_218 : undefined) });
    const { store, press, message } = await opened(fake);
    await press('e');
    expect(fake.asked('seek')).toEqual([{ rowId: 18_231, direction: -1, filter: '', what: 'suspicious' }]);
    expect(cursorRow(store.state())?.id).toBe(18_218);
    await press('e');
    expect(fake.asked('seek').at(-1)).toMatchObject({ rowId: 18_218, direction: 1 });
    expect(message()).toBe('No newer suspicious line; E goes back.');
  });

  it('filters what is typed, and Esc takes it away again', async () => {
    const { store, fake, press } = await opened();
    await press('f', ...'status>=500', 'enter');
    expect(fake.asked('view').at(-1)).toMatchObject({ filter: 'status>=500', bottom: 'tail' });
    await press('esc');
    expect(fake.asked('view').at(-1)).toMatchObject({ filter: '' });
    expect(store.state().filters).toEqual([]);
  });

  it('keeps a filter that cannot be read in the line, and says why', async () => {
    const { store, press } = await opened();
    await press('f', ...'status:abc', 'enter');
    expect(store.state().input).toMatchObject({ text: 'status:abc', error: expect.stringContaining('404') });
    expect(store.state().filters).toEqual([]);
  });

  it('filters by the status under the cursor on Enter', async () => {
    const { fake, press } = await opened();
    await press('tab', 'tab', 'enter');
    expect(fake.asked('view').at(-1)).toMatchObject({ filter: 'status:5xx' });
  });

  it('sends an alert after showing what will be sent', async () => {
    const { store, fake, press } = await opened();
    await press('a');
    expect(store.state().dialog).toMatchObject({ chosen: ['ops-mail'], previews: [{ channel: 'ops-mail' }] });
    await press('tab', ...'look', 'enter');
    expect(fake.asked('alert.send')).toEqual([{ target: { kind: 'entry', rowId: 18_226 }, channels: ['ops-mail'], note: 'look' }]);
    expect(fake.asked('alert.preview').at(-1)).toMatchObject({ note: 'look' });
    expect(store.state().dialog).toMatchObject({ phase: 'done', results: [{ channel: 'ops-mail', delivery: { ok: true } }] });
    await press('enter');
    expect(store.state().dialog).toBeUndefined();
  });

  it('does not send to no channel, nor twice', async () => {
    const { fake, press, message } = await opened();
    await press('a', 'space', 'enter');
    expect(message()).toBe('Choose a channel first: Space on it.');
    await press('space');
    await press('enter', 'esc');
    expect(fake.asked('alert.send')).toHaveLength(1);
  });

  it('shows a failure of the engine as the result of sending', async () => {
    const fake = fakeClient({
      'alert.send': () => {
        throw new Error('the outbox is full');
      },
    });
    const { store, press } = await opened(fake);
    await press('a', 'enter');
    expect(store.state().dialog?.results).toEqual([
      { channel: 'ops-mail', delivery: { ok: false, retryable: false, reason: 'the outbox is full' }, waiting: false },
    ]);
  });

  it('alerts about the address in the address panel, and the incident in the incident panel', async () => {
    const { store, press } = await opened();
    await press('tab', 'a');
    expect(store.state().dialog?.target).toEqual({ kind: 'address', address: '198.51.100.7' });
    await press('esc', 'tab', 'tab', 'j', 'a');
    expect(store.state().dialog?.target).toEqual({ kind: 'incident', incidentId: '2' });
  });

  it('copies the line as logged, and shows it', async () => {
    const { hands, press, message } = await opened();
    await press('y');
    expect(hands.copy).toHaveBeenCalledWith('198.51.100.7 POST /uploads/shell.php?cmd=id');
    expect(message()).toBe('copied: 198.51.100.7 POST /uploads/shell.php?cmd=id');
  });

  it('says why a key does nothing now', async () => {
    const { press, message } = await opened(fakeClient({ view: ({ id }) => emptySnapshot({ viewId: id }) }));
    await press('enter');
    expect(message()).toBe('There is no line to open yet.');
    await press('n');
    expect(message()).toBe('Nothing to find yet: / asks what.');
    await press('G');
    expect(message()).toBe('Following already.');
    await press('2', 'f');
    expect(message()).toBe('filter works on the live screen, not here.');
    await press('3', 'enter');
    expect(message()).toBe('Enter does nothing here.');
  });

  it('says of a key of the screen behind a dialog how to get there', async () => {
    const { press, message } = await opened();
    await press('a', 'Y');
    expect(message()).toBe('Y does nothing in this dialog; Esc closes it.');
  });

  it('says what it could complete to where a word has several ends', async () => {
    const { store, press } = await opened();
    await press(':', ...'ba', 'tab');
    expect(store.state().input).toMatchObject({ text: 'ba', error: expect.stringContaining('ban  bans  baseline') });
  });

  it('runs commands by name, completing with Tab', async () => {
    const { store, press } = await opened();
    await press(':', ...'wi', 'tab', ...'60', 'tab', 'enter');
    expect(store.state().window).toBe('60m');
    await press(':', ...'theme light', 'enter');
    expect(store.state().theme).toBe('light');
    await press(':', ...'nonsense', 'enter');
    expect(store.state().input?.error).toBe('There is no command "nonsense"; ? shows all.');
  });

  it('leaves on q from the live screen only', async () => {
    const { hands, press } = await opened();
    await press('?', 'q');
    expect(hands.quit).not.toHaveBeenCalled();
    await press('q');
    expect(hands.quit).toHaveBeenCalledOnce();
  });

  it('passes on what the engine says unasked', async () => {
    const { store, fake, hands, onFatal } = await opened();
    fake.emit({ type: 'notify', text: 'ALERT' });
    fake.emit({ type: 'fatal', message: 'disk full' });
    const risk: Severity = 'low';
    fake.emit({ type: 'snapshot', snapshot: busySnapshot({ risk }) });
    expect(hands.notify).toHaveBeenCalledWith('ALERT');
    expect(onFatal).toHaveBeenCalledWith('disk full');
    expect(store.state().snapshot?.risk).toBe('low');
  });

  it('tells nobody anything once closed', async () => {
    const { store, fake } = await opened();
    const listener = vi.fn();
    store.subscribe(listener);
    store.close();
    fake.emit({ type: 'snapshot', snapshot: busySnapshot({ lines: 1 }) });
    expect(listener).not.toHaveBeenCalled();
  });
});
