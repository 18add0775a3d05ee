import type { View } from '../engine/protocol.ts';
import { addressRows, feedRows, layout } from './layout.ts';
import { type UiState, wholeFilter } from './state.ts';

/** What the engine must be asked for, given the state. */
export function viewOf(state: UiState): View {
  const places = layout(state.size);
  return {
    id: state.viewId,
    rows: feedRows(places),
    bottom: state.bottom,
    filter: wholeFilter(state),
    window: state.window,
    sort: state.sort,
    reverse: state.reverse,
    addressRows: addressRows(places),
  };
}

/** Equal for two states that ask for the same view. */
export const viewKey = (state: UiState): string => JSON.stringify({ ...viewOf(state), id: 0, turns: state.turns });
