import type { FeedPage } from '../model/snapshot.ts';
import { cursorRow, type UiState } from './state.ts';

/** The page in sight and where it stands, as an anchor that further moves can add to. */
function standing(state: UiState): { page: FeedPage; last: number; base: { rowId: number; shift: number }; answered: boolean } | undefined {
  const page = state.snapshot?.feed;
  const last = page?.rows.at(-1);
  if (!page || !last) return undefined;
  const answered = state.snapshot?.viewId === state.viewId;
  const base = answered || state.bottom === 'tail' ? { rowId: last.id, shift: 0 } : state.bottom;
  return { page, last: last.id, base, answered };
}

/** Moves the selection by so many rows; beyond the page the page goes along. Any move stops following. */
export function moveInFeed(state: UiState, by: number): UiState {
  const at = standing(state);
  if (!at) return state;
  const { page, base } = at;
  const count = page.rows.length;
  const now = page.rows.findIndex((row) => row.id === cursorRow(state)?.id);
  const wanted = (now < 0 ? count - 1 : now) + by;
  const beyond = wanted < 0 ? wanted : Math.max(0, wanted - (count - 1));
  const edge = wanted < 0 ? page.rows[0] : page.rows[Math.min(wanted, count - 1)];
  const allowed = beyond < 0 ? Math.max(beyond, -page.older) : Math.min(beyond, page.newer);
  const bottom = allowed === 0 ? base : { rowId: base.rowId, shift: base.shift + allowed };
  const selectOnArrival = allowed === 0 ? (at.answered ? undefined : state.selectOnArrival) : allowed < 0 ? 'first' : 'last';
  return { ...state, bottom, selected: edge?.id, selectOnArrival };
}

/** To the oldest row held. */
export function feedStart(state: UiState): UiState {
  const at = standing(state);
  if (!at) return state;
  const { page, base } = at;
  const first = page.rows[0]?.id;
  if (page.older === 0) return { ...state, bottom: base, selected: first };
  return { ...state, bottom: { rowId: base.rowId, shift: base.shift - page.older }, selected: first, selectOnArrival: 'first' };
}

/** Follows the newest rows again. */
export const followFeed = (state: UiState): UiState => ({
  ...state,
  bottom: 'tail',
  selected: undefined,
  selectOnArrival: undefined,
  paused: false,
});

/** Holds the page where it is, or follows again. */
export function togglePause(state: UiState): UiState {
  if (state.paused) return followFeed(state);
  const at = standing(state);
  const row = cursorRow(state);
  return { ...state, paused: true, bottom: at ? at.base : state.bottom, selected: state.selected ?? row?.id };
}

/** Goes to a row by id; a row out of sight is put into the middle of the page. */
export function goToRow(state: UiState, rowId: number, pageRows: number): UiState {
  const at = standing(state);
  const inSight = at?.page.rows.some((row) => row.id === rowId);
  if (at && inSight) return { ...state, bottom: at.base, selected: rowId, selectOnArrival: undefined };
  return { ...state, bottom: { rowId, shift: Math.floor(pageRows / 2) }, selected: rowId, selectOnArrival: undefined };
}

/** The selection after a snapshot came: an edge that was asked for, or the nearest row when the selected one is gone. */
export function settleSelection(state: UiState): UiState {
  const rows = state.snapshot?.feed.rows ?? [];
  if (state.snapshot?.viewId !== state.viewId || rows.length === 0) return state;
  if (state.selectOnArrival) {
    const edge = state.selectOnArrival === 'first' ? rows[0] : rows.at(-1);
    return { ...state, selected: edge?.id, selectOnArrival: undefined };
  }
  const { selected } = state;
  if (selected === undefined || rows.some((row) => row.id === selected)) return state;
  const nearest = rows.find((row) => row.id > selected) ?? rows.at(-1);
  return { ...state, selected: nearest?.id };
}
