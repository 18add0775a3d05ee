import { expect, test } from 'vitest';
import { topScreen } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { OUTPUTS } from './fixtures/outputs.ts';
import { stateAt } from './fixtures/render-app.tsx';

test('the cursor goes from the sources on to the outputs, and stays on its output while numbers change', () => {
  let state = stateAt({ columns: 80, rows: 24 }, { type: 'show', screen: { kind: 'outputs', list: OUTPUTS, selected: undefined } });
  const selected = (): string | undefined => {
    const screen = topScreen(state);
    return screen.kind === 'outputs' ? screen.selected : undefined;
  };
  const seen = [1, 1, 1, 1, -1].map((by) => {
    state = reduce(state, { type: 'move', by });
    return selected();
  });
  expect(seen).toEqual(['output elk', 'output siem', 'output archive', 'output archive', 'output siem']);
  const screen = topScreen(state);
  if (screen.kind !== 'outputs') throw new Error('another screen');
  state = reduce(state, { type: 'loaded', screen: { ...screen, list: OUTPUTS.toReversed() } });
  expect(selected()).toBe('output siem');
});
