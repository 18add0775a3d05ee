import type { EngineClient } from '../engine/protocol.ts';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import type { Action, Effect, Step } from './actions.ts';
import { act, cause } from './commands/command.ts';
import { followFeed, goToRow } from './feed-moves.ts';
import { feedRows, layout } from './layout.ts';
import type { UiState } from './state.ts';

/** What looks like a time on the command line; the engine reads it. */
const TIME = /^(?:\d{1,2}:\d|\d{4}-\d|yesterday\b|today\b|-\d+ ?[smhd]$)/i;
const MORE = '..';
/** What the engine says of a time that is not wanted any more. */
const GIVEN_UP = 'given up';
const NOW = 'now';

export const isPast = (state: UiState): boolean => state.past === 'opening' || state.snapshot?.past !== undefined;

/** Back to the present, whether the past is shown or still being looked for. */
export const leavePast = (): Step =>
  cause({ type: 'past', what: 'close', text: '' }, { type: 'message', text: t('going back to live …'), tone: 'info' });

/** What `:02:15`, `:..` and `:now` do; undefined for any other line. */
export function pastStep(text: string, state: UiState): Step | string | undefined {
  if (TIME.test(text))
    return cause(
      { type: 'past', what: 'open', text },
      { type: 'past', past: 'opening' },
      { type: 'message', text: t('looking for {time} in the logs …', { time: visible(text) }), tone: 'info' },
    );
  if (text === NOW) return isPast(state) ? leavePast() : act({ type: 'show', screen: { kind: 'live' } }, { type: 'edge', to: 'last' });
  if (text !== MORE) return undefined;
  const { past } = state.snapshot ?? {};
  if (past === undefined) return t('No time of the past is shown: :02:15 goes to one.');
  if (past.state === 'ended') return t('The logs end here; Esc goes back to live.');
  return cause({ type: 'past', what: 'more', text: '' });
}

/** Asks the engine, and says what the screen learns. */
export async function carryOutPast(client: EngineClient, { what, text }: Extract<Effect, { type: 'past' }>): Promise<readonly Action[]> {
  try {
    if (what === 'open') {
      const { note } = await client.request('past.open', { text });
      return [{ type: 'past', past: 'open' }, note === '' ? { type: 'quiet' } : { type: 'message', text: note, tone: 'info' }];
    }
    if (what === 'more') await client.request('past.more', {});
    else await client.request('past.close', {});
    return what === 'more' ? [{ type: 'edge', to: 'last' }] : [{ type: 'past', past: 'none' }, { type: 'quiet' }];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Another time was asked for meanwhile, or the present: the answer to that counts.
    if (message === GIVEN_UP) return [];
    return [
      { type: 'past', past: 'none' },
      { type: 'message', text: message, tone: 'warning' },
    ];
  }
}

/** Between present and past everything is asked for anew, from the newest row on. */
export function turnTime(state: UiState, past: UiState['past']): UiState {
  if (past === 'opening') return { ...state, past };
  return { ...followFeed(state), past, turns: state.turns + 1, screens: [{ kind: 'live' }], focus: 'feed', selectedAddress: undefined };
}

/** Puts the moment itself in sight once it was read; after that the operator goes where they like, and reads on. */
export function settleMoment(state: UiState): UiState {
  const past = state.snapshot?.past;
  if (past?.rowId === undefined || past.state === 'reading' || state.settledTurn === state.turns) return state;
  const settled = { ...state, settledTurn: state.turns };
  return state.bottom === 'tail' ? goToRow(settled, past.rowId, feedRows(layout(state.size))) : settled;
}
