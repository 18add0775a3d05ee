import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/ui/actions.ts';
import { actorScreen, cursorRow, topScreen, type UiState, wholeFilter } from '../../src/ui/state.ts';
import { reduce } from '../../src/ui/update.ts';
import { viewOf } from '../../src/ui/view-request.ts';
import { stateAt } from './fixtures/render-app.tsx';
import { busySnapshot, NOW_MS, rows } from './fixtures/snapshot.ts';

const SMALL = { columns: 80, rows: 24 };
const stateAfter = (...actions: readonly Action[]): UiState => stateAt(SMALL, ...actions);
const up: Action = { type: 'move', by: -1 };
const down: Action = { type: 'move', by: 1 };

/** The page that an engine would answer the state's view with, the newest line being `newest`. */
function answer(state: UiState, newest: number): Action {
  const { bottom, rows: count, id } = viewOf(state);
  const last = bottom === 'tail' ? newest : Math.min(newest, bottom.rowId + bottom.shift);
  const page = rows(count).map((row, i) => ({ ...row, id: last - count + 1 + i }));
  return {
    type: 'snapshot',
    snapshot: busySnapshot({ viewId: id, feed: { rows: page, following: bottom === 'tail', newer: newest - last, older: last - count } }),
  };
}

describe('the feed', () => {
  it('follows at first, its cursor on the newest grave row', () => {
    const state = stateAfter();
    expect(viewOf(state).bottom).toBe('tail');
    expect(cursorRow(state)?.text).toBe('/uploads/shell.php?cmd=id');
  });

  it('stops following when the cursor moves, and pins the page', () => {
    const state = stateAfter(up);
    expect(viewOf(state).bottom).toEqual({ rowId: 18_230, shift: 0 });
    expect(state.selected).toBe(18_225);
  });

  it('keeps the selected row while lines arrive', () => {
    const pinned = stateAfter(up);
    const later = reduce(pinned, answer(pinned, 18_542));
    expect(cursorRow(later)?.id).toBe(18_225);
    expect(later.snapshot?.feed.newer).toBe(312);
  });

  it('moves the page when the cursor leaves it, and selects the row at its edge', () => {
    const top = stateAfter({ type: 'move', by: -10 });
    expect(top.selected).toBe(18_216);
    const asked = reduce(top, up);
    expect(viewOf(asked).bottom).toEqual({ rowId: 18_230, shift: -1 });
    const answered = reduce(asked, answer(asked, 18_230));
    expect(answered.selected).toBe(18_215);
    expect(answered.selectOnArrival).toBeUndefined();
  });

  it('adds up moves that come faster than answers', () => {
    const asked = [up, up, up].reduce(reduce, stateAfter({ type: 'move', by: -10 }));
    expect(viewOf(asked).bottom).toEqual({ rowId: 18_230, shift: -3 });
  });

  it('goes no further than there are rows', () => {
    const start = stateAfter(
      { type: 'snapshot', snapshot: busySnapshot({ rowCount: 15, feed: { rows: rows(15), following: true, newer: 0, older: 0 } }) },
      { type: 'move', by: -99 },
    );
    expect(viewOf(start).bottom).toEqual({ rowId: 18_230, shift: 0 });
    expect(start.selected).toBe(18_216);
  });

  it('follows again at the end', () => {
    const state = stateAfter(up, { type: 'edge', to: 'last' });
    expect(viewOf(state).bottom).toBe('tail');
    expect(state.selected).toBeUndefined();
  });

  it('goes to the oldest row held', () => {
    const asked = stateAfter({ type: 'edge', to: 'first' });
    expect(viewOf(asked).bottom).toEqual({ rowId: 18_230, shift: -18_000 });
    expect(asked.selectOnArrival).toBe('first');
  });

  it('holds the page while paused, and follows when it goes on', () => {
    const paused = stateAfter({ type: 'pause' });
    expect(paused.paused).toBe(true);
    expect(viewOf(paused).bottom).toEqual({ rowId: 18_230, shift: 0 });
    const on = reduce(paused, { type: 'pause' });
    expect([on.paused, viewOf(on).bottom]).toEqual([false, 'tail']);
  });

  it('selects a row in sight without moving the page, and centres one out of sight', () => {
    expect(viewOf(stateAfter({ type: 'go-to-row', rowId: 18_220 })).bottom).toEqual({ rowId: 18_230, shift: 0 });
    expect(viewOf(stateAfter({ type: 'go-to-row', rowId: 5 })).bottom).toEqual({ rowId: 5, shift: 7 });
  });

  it('selects the nearest row when the selected one is gone', () => {
    const pinned = stateAfter({ type: 'go-to-row', rowId: 18_220 });
    const filtered = reduce(pinned, {
      type: 'snapshot',
      snapshot: busySnapshot({ viewId: pinned.viewId, feed: { rows: rows(5), following: false, newer: 0, older: 0 } }),
    });
    expect(filtered.selected).toBe(18_226);
  });
});

describe('snapshots', () => {
  it('are ignored when overtaken by a newer view', () => {
    const filtered = stateAfter({ type: 'filter', filters: ['sqli'] });
    const answered = reduce(filtered, { type: 'snapshot', snapshot: busySnapshot({ viewId: filtered.viewId, lines: 5 }) });
    expect(reduce(answered, { type: 'snapshot', snapshot: busySnapshot({ viewId: 1, lines: 4 }) }).snapshot?.lines).toBe(5);
  });

  it('show a notice once, made harmless, for a few seconds', () => {
    const notice = { type: 'snapshot', snapshot: busySnapshot({ notices: [{ id: 7, text: 'log rotated\x1b[2J' }] }) } as const;
    const shown = stateAfter(notice);
    expect(shown.message?.text).toBe('log rotated␛[2J');
    const gone = reduce(shown, { type: 'tick', nowMs: NOW_MS + 7_000 });
    expect(gone.message).toBeUndefined();
    expect(reduce(gone, notice).message).toBeUndefined();
  });
});

describe('the view asked for', () => {
  it.each<[string, Action, boolean]>([
    ['a filter', { type: 'filter', filters: ['sqli'] }, true],
    ['another window', { type: 'window' }, true],
    ['another order', { type: 'sort' }, true],
    ['the order reversed', { type: 'reverse' }, true],
    ['more rows', { type: 'resize', size: { columns: 120, rows: 40 } }, true],
    ['a second', { type: 'tick', nowMs: NOW_MS + 1000 }, false],
    ['another theme', { type: 'theme' }, false],
    ['another panel', { type: 'focus', by: 1 }, false],
    ['a text to find', { type: 'find', text: 'x' }, false],
  ])('changes its id with %s only if it differs', (_, action, changes) => {
    const before = stateAfter();
    expect(reduce(before, action).viewId - before.viewId).toBe(Number(changes));
  });

  it('combines filters so that all must hold', () => {
    expect(wholeFilter(stateAfter({ type: 'filter', filters: ['a OR b', 'status:5xx'] }))).toBe('(a OR b) (status:5xx)');
  });
});

describe('back', () => {
  it('closes one level at a time, what was opened last first', () => {
    const opened = stateAfter(
      { type: 'filter', filters: ['a', 'b'] },
      { type: 'find', text: 'x' },
      { type: 'open', screen: { kind: 'entry', rowId: 1, detail: 'gone', scroll: 0 } },
      { type: 'open', screen: actorScreen('x') },
      { type: 'alert', target: { kind: 'address', address: 'x' }, subject: 'x' },
    );
    const seen: string[] = [];
    let state = opened;
    for (let i = 0; i < 6; i++) {
      state = reduce(state, { type: 'back' });
      seen.push(`${state.dialog ? 'dialog' : topScreen(state).kind} ${state.find} ${state.filters.join('+')}`);
    }
    expect(seen).toEqual(['actor x a+b', 'entry x a+b', 'live x a+b', 'live  a+b', 'live  a', 'live  ']);
  });
});

describe('panels and lists', () => {
  it('go round with Tab', () => {
    const next: Action = { type: 'focus', by: 1 };
    expect([next, next, next, next].map((_, i, all) => all.slice(0, i + 1).reduce(reduce, stateAfter()).focus)).toEqual([
      'addresses',
      'status',
      'incidents',
      'feed',
    ]);
  });

  it('keep the selected address while the order changes', () => {
    const state = stateAfter({ type: 'focus', by: 1 }, down, down);
    expect(state.selectedAddress).toBe('192.0.2.44');
    const resorted = reduce(state, { type: 'snapshot', snapshot: busySnapshot({ addresses: busySnapshot().addresses.toReversed() }) });
    expect(resorted.selectedAddress).toBe('192.0.2.44');
  });

  it('keep place and selection when a list is read anew', () => {
    const items = busySnapshot().incidents;
    const open = stateAfter({ type: 'show', screen: { kind: 'incidents', items, selected: undefined } }, down);
    const fresh = reduce(open, { type: 'loaded', screen: { kind: 'incidents', items: [...items], selected: undefined } });
    expect(topScreen(fresh)).toMatchObject({ kind: 'incidents', selected: '2' });
  });

  it('ignore an answer to a screen that was left', () => {
    const state = stateAfter({ type: 'open', screen: actorScreen('a') });
    const late = reduce(state, { type: 'loaded', screen: { kind: 'entry', rowId: 3, detail: 'gone', scroll: 0 } });
    expect(late.screens).toEqual(state.screens);
  });

  it('scroll text no further than its end', () => {
    const help = stateAfter({ type: 'open', screen: { kind: 'help', scroll: 0 } }, { type: 'edge', to: 'last' });
    const screen = topScreen(help);
    const scroll = screen.kind === 'help' ? screen.scroll : 0;
    expect(scroll).toBeGreaterThan(20);
    expect(topScreen(reduce(help, down))).toEqual(screen);
    expect(topScreen(reduce(help, up))).toMatchObject({ scroll: scroll - 1 });
  });
});
