import { describe, expect, it } from 'vitest';
import type { PastInfo } from '../../src/model/snapshot.ts';
import { commandStep } from '../../src/ui/command-line.ts';
import { COMMANDS } from '../../src/ui/commands.ts';
import { stepForKey } from '../../src/ui/keys.ts';
import { carryOutPast } from '../../src/ui/past.ts';
import type { UiState } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { PAST } from './fixtures/baseline.ts';
import { fakeClient } from './fixtures/fake-client.ts';
import { stateAt } from './fixtures/render-app.tsx';
import { busySnapshot } from './fixtures/snapshot.ts';

const SIZE = { columns: 120, rows: 40 };
const live = (): UiState => stateAt(SIZE);
const shown = (state: UiState, past: PastInfo): UiState =>
  reduce(state, { type: 'snapshot', snapshot: { ...busySnapshot({ viewId: state.viewId }), past } });
const inPast = (past: PastInfo = PAST): UiState => shown(reduce(live(), { type: 'past', past: 'open' }), past);
const effects = (line: string, state: UiState) => {
  const step = commandStep(line, state, COMMANDS);
  return typeof step === 'string' ? step : step.effects;
};

describe('a time on the command line', () => {
  it.each(['02:15', '2:15:30', 'yesterday 14:00', 'today 01:00', '2026-03-02 02:15', '-30m'])(':%s asks the engine for it', (text) => {
    expect(effects(text, live())).toEqual([{ type: 'past', what: 'open', text }]);
  });

  it('other words mean what they meant', () => {
    expect(effects('2', live())).toMatch(/no command/);
    expect(effects('window 5m', live())).toEqual([]);
  });

  it(':.. reads on in the past, and says why not elsewhere', () => {
    expect(effects('..', inPast())).toEqual([{ type: 'past', what: 'more', text: '' }]);
    expect(effects('..', live())).toMatch(/:02:15 goes to one/);
    expect(effects('..', inPast({ ...PAST, state: 'ended' }))).toMatch(/logs end here/);
  });

  it(':now and Esc come back, also while the time is still being looked for', () => {
    const close = [{ type: 'past', what: 'close', text: '' }];
    expect(effects('now', inPast())).toEqual(close);
    const opening = reduce(live(), { type: 'past', past: 'opening' });
    for (const state of [inPast(), opening]) expect(stepForKey(state, { name: 'esc', text: '' }).effects).toEqual(close);
    expect(effects('now', live())).toEqual([]);
  });
});

describe('the past on the screen', () => {
  it('begins and ends with a view of its own, on the live screen, from the newest row on', () => {
    const away = reduce(live(), { type: 'open', screen: { kind: 'help', scroll: 0 } });
    const past = reduce(away, { type: 'past', past: 'open' });
    expect(past.screens).toEqual([{ kind: 'live' }]);
    expect(past.bottom).toBe('tail');
    expect(past.viewId).toBeGreaterThan(away.viewId);
    expect(reduce(past, { type: 'past', past: 'none' }).viewId).toBeGreaterThan(past.viewId);
  });

  it('puts the moment in sight once it was read, and leaves the operator alone after that', () => {
    const rowId = 1_000;
    const reading = inPast({ ...PAST, state: 'reading', rowId });
    expect(reading.bottom).toBe('tail');
    const arrived = shown(reading, { ...PAST, rowId });
    expect(arrived.selected).toBe(rowId);
    const moved = reduce(arrived, { type: 'edge', to: 'last' });
    expect(shown(moved, { ...PAST, rowId }).bottom).toBe('tail');
  });

  it('stays with what is read on, instead of going back to the moment', () => {
    const rowId = 1_000;
    const arrived = shown(inPast({ ...PAST, state: 'reading', rowId }), { ...PAST, rowId });
    const further = reduce(arrived, { type: 'edge', to: 'last' });
    const readingOn = shown(further, { ...PAST, state: 'reading', rowId });
    expect(shown(readingOn, { ...PAST, rowId }).bottom).toBe('tail');
  });

  it('sends no alerts', () => {
    const step = stepForKey(inPast(), { name: 'a', text: 'a' });
    expect(step.actions).toEqual([expect.objectContaining({ type: 'message', text: expect.stringMatching(/This is the past/) })]);
  });
});

describe('what the engine says', () => {
  it('a note of what could not be read is told; an error brings the present back', async () => {
    const noted = fakeClient({ 'past.open': () => ({ ...PAST, note: 'the logs begin at 03:00' }) }).client;
    expect(await carryOutPast(noted, { type: 'past', what: 'open', text: '02:15' })).toEqual([
      { type: 'past', past: 'open' },
      { type: 'message', text: 'the logs begin at 03:00', tone: 'info' },
    ]);
    const failing = (message: string) =>
      fakeClient({
        'past.open': () => {
          throw new Error(message);
        },
      }).client;
    expect(await carryOutPast(failing('there is none'), { type: 'past', what: 'open', text: '02:15' })).toEqual([
      { type: 'past', past: 'none' },
      { type: 'message', text: 'there is none', tone: 'warning' },
    ]);
    expect(await carryOutPast(failing('given up'), { type: 'past', what: 'open', text: '02:15' })).toEqual([]);
  });
});
