import { ADDRESS_SORTS, type Snapshot, WINDOWS } from '../model/snapshot.ts';
import { visible } from '../text/sanitize.ts';
import type { Action } from './actions.ts';
import { openBanDialog, reduceBan } from './ban-dialog.ts';
import { openDialog, reduceDialog } from './dialog.ts';
import { feedStart, followFeed, goToRow, moveInFeed, settleSelection, togglePause } from './feed-moves.ts';
import { feedRows, layout } from './layout.ts';
import { openMuteDialog, reduceMute } from './mute-dialog.ts';
import { settleMoment, turnTime } from './past.ts';
import { orderedRules, ruleKey } from './rules.ts';
import {
  addressCursor,
  alertKey,
  banRowKey,
  baselineKey,
  checkKey,
  findingKey,
  incidentCursor,
  incidentKey,
  MAX_UNDO,
  outputKey,
  PANELS,
  rejectedKey,
  type Screen,
  STATUS_CLASSES,
  sourceKey,
  topScreen,
  type UiState,
} from './state.ts';
import { moveInStory } from './story-moves.ts';
import { viewKey } from './view-request.ts';
import { furthestScroll } from './views/scroll.ts';

/** The one reducer: the state after `action`. Pure; never throws. */
export function reduce(state: UiState, action: Action): UiState {
  const next = step(state, action);
  return next !== state && viewKey(next) !== viewKey(state) ? { ...next, viewId: state.viewId + 1 } : next;
}

function step(state: UiState, action: Action): UiState {
  switch (action.type) {
    case 'snapshot':
      return takeSnapshot(state, action.snapshot);
    case 'tick':
      return forgetMessage({ ...state, nowMs: action.nowMs });
    case 'resize':
      return { ...state, size: action.size };
    case 'move':
      return move(state, action.by);
    case 'edge':
      return toEdge(state, action.to);
    case 'sideways':
      return { ...state, sideways: Math.max(0, Math.min(1000, state.sideways + action.by)) };
    case 'go-to-row':
      return goToRow(toLive(state), action.rowId, feedRows(layout(state.size)));
    case 'focus':
      return { ...state, focus: PANELS[(PANELS.indexOf(state.focus) + action.by + PANELS.length) % PANELS.length] ?? 'feed' };
    case 'pause':
      return togglePause(state);
    case 'alert':
      return { ...state, dialog: openDialog(action.target, visible(action.subject)) };
    case 'dialog':
      return state.dialog ? { ...state, dialog: reduceDialog(state.dialog, action.action) } : state;
    case 'mute':
      return { ...state, muting: openMuteDialog(action.subject, visible(action.words)) };
    case 'ban':
      return { ...state, ban: openBanDialog(action.target, visible(action.subject)) };
    case 'banning':
      return state.ban ? { ...state, ban: reduceBan(state.ban, action.action) } : state;
    case 'muted':
      return { ...state, muting: undefined };
    case 'rule-order': {
      const screen = topScreen(state);
      return screen.kind === 'rules' ? replaceTop(state, { ...screen, order: action.order }) : state;
    }
    case 'muting':
      return state.muting ? { ...state, muting: reduceMute(state.muting, action.action) } : state;
    case 'message':
      return { ...state, message: { text: visible(action.text), tone: action.tone, shownMs: state.nowMs } };
    case 'past':
      return turnTime(state, action.past);
    case 'quiet':
      return state.message ? { ...state, message: undefined } : state;
    case 'done':
      return { ...state, undo: [...state.undo.slice(1 - MAX_UNDO), action.undoable] };
    case 'undone':
      return { ...state, undo: state.undo.slice(0, -1) };
    case 'open':
    case 'show':
    case 'back':
    case 'loaded':
      return navigate(state, action);
    default:
      return choose(state, action);
  }
}

/** Window, sort, theme, filter: what the operator sets. */
function choose(
  state: UiState,
  action: Extract<Action, { type: 'window' | 'sort' | 'reverse' | 'theme' | 'input' | 'filter' | 'find' }>,
): UiState {
  switch (action.type) {
    case 'window':
      return { ...state, window: action.window ?? after(WINDOWS, state.window) };
    case 'sort':
      return { ...state, sort: action.sort ?? after(ADDRESS_SORTS, state.sort) };
    case 'reverse':
      return { ...state, reverse: !state.reverse };
    case 'theme':
      return { ...state, theme: action.theme ?? after(state.themes, state.theme) };
    case 'input':
      return { ...state, input: action.input };
    case 'filter':
      return { ...followFeed(state), filters: action.filters.filter((filter) => filter.trim() !== '') };
    case 'find':
      return { ...state, find: action.text };
  }
}

function navigate(state: UiState, action: Extract<Action, { type: 'open' | 'show' | 'back' | 'loaded' }>): UiState {
  switch (action.type) {
    case 'open':
      // A paper is what its own message promised.
      return {
        ...state,
        message: action.screen.kind === 'paper' ? undefined : state.message,
        sideways: 0,
        screens: [state.screens[0], ...state.screens.slice(1, 8), action.screen],
      };
    case 'show':
      return { ...state, sideways: 0, screens: action.screen.kind === 'live' ? [action.screen] : [{ kind: 'live' }, action.screen] };
    case 'back':
      return back(state);
    case 'loaded':
      return {
        ...state,
        screens: mapScreens(state, (screen) => (sameSubject(screen, action.screen) ? keepPlace(screen, action.screen) : screen)),
      };
  }
}

/** Closes what was opened last: dialog, input, screen, find, filter, and last the focus on another panel. */
function back(state: UiState): UiState {
  if (state.dialog) return { ...state, dialog: undefined };
  if (state.muting) return { ...state, muting: undefined };
  if (state.ban) return { ...state, ban: undefined };
  if (state.input) return { ...state, input: undefined };
  const [first, ...rest] = state.screens;
  if (rest.length > 0) return { ...state, screens: [first, ...rest.slice(0, -1)], sideways: 0 };
  if (state.find !== '') return { ...state, find: '' };
  if (state.filters.length > 0) return { ...followFeed(state), filters: state.filters.slice(0, -1) };
  return { ...state, focus: 'feed', sideways: 0 };
}

const toLive = (state: UiState): UiState => (state.screens.length > 1 ? { ...state, screens: [state.screens[0]] } : state);

function mapScreens({ screens }: UiState, change: (screen: Screen) => Screen): UiState['screens'] {
  const [first, ...rest] = screens;
  return [change(first), ...rest.map(change)];
}

function sameSubject(a: Screen, b: Screen): boolean {
  if (a.kind === 'entry' && b.kind === 'entry') return a.rowId === b.rowId;
  if (a.kind === 'rule' && b.kind === 'rule') return a.ruleId === b.ruleId;
  if (a.kind === 'check' && b.kind === 'check') return a.name === b.name;
  if (a.kind === 'rehearsal' && b.kind === 'rehearsal') return a.row.id === b.row.id && a.text === b.text;
  if (a.kind === 'actor' && b.kind === 'actor') return a.address === b.address && a.incidentId === b.incidentId;
  return a.kind === b.kind;
}

/** New contents, at the place where the operator was in the old. */
function keepPlace(old: Screen, fresh: Screen): Screen {
  if (old.kind === 'actor' && fresh.kind === 'actor') return { ...fresh, scroll: old.scroll, step: old.step };
  if (old.kind === 'rules' && fresh.kind === 'rules') return { ...fresh, selected: old.selected, order: old.order };
  if ('scroll' in old && 'scroll' in fresh) return { ...fresh, scroll: old.scroll };
  if ('selected' in old && 'selected' in fresh) return { ...fresh, selected: old.selected };
  return fresh;
}

function takeSnapshot(state: UiState, snapshot: Snapshot): UiState {
  // The answer to a view that has been left already, overtaken by a newer one.
  if (state.snapshot && snapshot.viewId < state.snapshot.viewId) return state;
  const settled = settleSelection({ ...state, snapshot, nowMs: Math.max(state.nowMs, snapshot.wallMs) });
  const taken = settleMoment(settled);
  const notice = snapshot.notices.at(-1);
  if (!notice || notice.id <= state.lastNotice) return taken;
  return { ...taken, lastNotice: notice.id, message: { text: visible(notice.text), tone: 'info', shownMs: taken.nowMs } };
}

const MESSAGE_MS = { info: 6_000, warning: 10_000 } as const;

function forgetMessage(state: UiState): UiState {
  const { message, nowMs } = state;
  return message && nowMs - message.shownMs > MESSAGE_MS[message.tone] ? { ...state, message: undefined } : state;
}

function move(state: UiState, by: number): UiState {
  if (state.dialog) return { ...state, dialog: reduceDialog(state.dialog, { type: 'move', by, furthest: furthestScroll(state) }) };
  if (state.ban) return { ...state, ban: reduceBan(state.ban, { type: 'move', by, furthest: furthestScroll(state) }) };
  if (state.muting) return { ...state, muting: reduceMute(state.muting, { type: 'move', by, furthest: furthestScroll(state) }) };
  const screen = topScreen(state);
  switch (screen.kind) {
    case 'live':
      return moveInPanel(state, by);
    case 'actor':
      return replaceTop(state, moveInStory(screen, by, state));
    case 'entry':
    case 'rule':
    case 'rehearsal':
    case 'paper':
    case 'help':
      return replaceTop(state, { ...screen, scroll: Math.max(0, Math.min(furthestScroll(state), screen.scroll + by)) });
    case 'incidents':
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(screen.items, incidentKey), screen.selected, by) });
    case 'alerts':
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(screen.items, alertKey), screen.selected, by) });
    case 'baseline': {
      const rows = screen.report === 'loading' ? [] : screen.report.rows;
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(rows, baselineKey), screen.selected, by) });
    }
    case 'bans': {
      const rows = screen.list === 'loading' ? [] : screen.list.rows;
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(rows, banRowKey), screen.selected, by) });
    }
    case 'rules': {
      const rows = screen.list === 'loading' ? [] : orderedRules(screen.list, screen.order);
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(rows, ruleKey), screen.selected, by) });
    }
    case 'checks':
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(screen.list, checkKey), screen.selected, by) });
    case 'check': {
      const findings = typeof screen.detail === 'string' ? [] : screen.detail.findings;
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(findings, findingKey), screen.selected, by) });
    }
    case 'outputs': {
      const outputs = screen.list === 'loading' ? [] : screen.list;
      const keys = [...(state.snapshot?.sources ?? []).map(sourceKey), ...outputs.map(outputKey)];
      return replaceTop(state, { ...screen, selected: stepKey(keys, screen.selected, by) });
    }
    case 'rejected':
      return replaceTop(state, { ...screen, selected: stepKey(keysOf(screen.items, rejectedKey), screen.selected, by) });
  }
}

function moveInPanel(state: UiState, by: number): UiState {
  switch (state.focus) {
    case 'feed':
      return moveInFeed(state, by);
    case 'addresses': {
      const keys = keysOf(state.snapshot?.addresses ?? [], (row) => row.address);
      return { ...state, selectedAddress: stepKey(keys, addressCursor(state)?.address, by) };
    }
    case 'status': {
      const at = STATUS_CLASSES.indexOf(state.selectedStatus) + by;
      return { ...state, selectedStatus: STATUS_CLASSES[Math.max(0, Math.min(STATUS_CLASSES.length - 1, at))] ?? '5xx' };
    }
    case 'incidents':
      return { ...state, selectedIncident: stepKey(keysOf(state.snapshot?.incidents ?? [], incidentKey), incidentCursor(state)?.id, by) };
  }
}

/** Far enough for any list that fits into a snapshot or a reply. */
const FAR = 1_000_000;

function toEdge(state: UiState, to: 'first' | 'last'): UiState {
  const onFeed = !state.dialog && !state.muting && !state.ban && topScreen(state).kind === 'live' && state.focus === 'feed';
  if (onFeed) return to === 'first' ? feedStart(state) : followFeed(state);
  return move(state, to === 'first' ? -FAR : FAR);
}

const keysOf = <T>(items: readonly T[] | 'loading', key: (item: T) => string): string[] => (items === 'loading' ? [] : items.map(key));

function stepKey(keys: readonly string[], selected: string | undefined, by: number): string | undefined {
  const at = Math.max(0, selected === undefined ? 0 : keys.indexOf(selected));
  return keys[Math.max(0, Math.min(keys.length - 1, at + by))];
}

function replaceTop(state: UiState, screen: Screen): UiState {
  const [first, ...rest] = state.screens;
  return { ...state, screens: rest.length === 0 ? [screen] : [first, ...rest.slice(0, -1), screen] };
}

function after<T>(values: readonly T[], value: T): T {
  return values[(values.indexOf(value) + 1) % values.length] ?? value;
}
