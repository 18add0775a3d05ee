import { expect, test, vi } from 'vitest';
import { initialState, topScreen } from '../../src/ui/state.ts';
import { createStore } from '../../src/ui/store.ts';
import { paperLines } from '../../src/ui/views/paper.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { NOW_MS } from './fixtures/snapshot.ts';

async function opened(fake: ReturnType<typeof fakeClient> = fakeClient()) {
  const hands = { copy: vi.fn(() => true), notify: vi.fn(), quit: vi.fn() };
  const initial = initialState({ size: { columns: 80, rows: 24 }, nowMs: NOW_MS, themes: ['dark'], theme: 'dark' });
  const store = createStore({ initial, client: fake.client, hands, onFatal: vi.fn() });
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve();
  };
  const press = async (name: string): Promise<void> => {
    store.key({ name, text: [...name].length === 1 ? name : '' });
    await settle();
  };
  await settle();
  return { store, hands, press, fake };
}

test('Y copies the ticket of what is selected and shows it; Esc goes back', async () => {
  const { store, hands, press, fake } = await opened();
  await press('Y');
  expect(fake.asked('ticket')).toEqual([{ target: expect.objectContaining({ kind: 'entry' }) }]);
  expect(hands.copy).toHaveBeenCalledWith('# [HIGH] SQL injection\n');
  expect(topScreen(store.state())).toMatchObject({ kind: 'paper', note: 'copied' });
  await press('esc');
  expect(topScreen(store.state()).kind).toBe('live');
});

test('Y says so where no incident is known', async () => {
  const { store, press, hands } = await opened(fakeClient({ ticket: () => undefined }));
  await press('Y');
  expect(store.state().message?.text).toMatch(/^No incident is known of /);
  expect(hands.copy).not.toHaveBeenCalled();
});

test('X writes the evidence and shows where it is', async () => {
  const { store, press } = await opened();
  await press('X');
  expect(topScreen(store.state())).toMatchObject({ kind: 'paper', text: expect.stringContaining('/state/evidence/a.tar.gz') });
});

test('X says why where it failed', async () => {
  const { store, press } = await opened(
    fakeClient({
      evidence: () => {
        throw new Error('EACCES: permission denied');
      },
    }),
  );
  await press('X');
  expect(store.state().message).toMatchObject({ tone: 'warning', text: 'EACCES: permission denied' });
});

test('a paper is wrapped to its width and harmless', () => {
  const lines = paperLines(`# Title\n${'word '.repeat(20)}\u001b[31m`, 30).map((line) => line.map((part) => part.text).join(''));
  expect(lines[0]).toBe('# Title');
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(30);
  expect(lines.join('')).not.toContain('\u001b');
});
