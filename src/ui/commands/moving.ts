import { feedRows, layout } from '../layout.ts';
import { isFollowing, topScreen, type UiState } from '../state.ts';
import { act, always, type Command, type Context, SCREENS } from './command.ts';

const ANY: readonly Context[] = [...SCREENS, 'dialog', 'mute', 'ban'];

/** Rows of one page of what the keys move in. */
function pageRows(state: UiState): number {
  const places = layout(state.size);
  if (!places) return 1;
  if (state.dialog || state.muting) return Math.max(1, Math.floor(places.overlay.height / 3));
  return topScreen(state).kind === 'live' ? Math.max(1, feedRows(places) - 1) : Math.max(1, places.body.height - 3);
}

const halfPage = (state: UiState): number => Math.max(1, Math.floor(pageRows(state) / 2));
const onFeed = (state: UiState): boolean => topScreen(state).kind === 'live' && state.focus === 'feed';

export const MOVING: readonly Command[] = [
  {
    id: 'down',
    keys: ['j', 'down'],
    title: 'down',
    description: 'one row down',
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'move', by: 1 }),
  },
  {
    id: 'up',
    keys: ['k', 'up'],
    title: 'up',
    description: 'one row up; in the feed this stops following',
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'move', by: -1 }),
  },
  {
    id: 'page-down',
    keys: ['pgdn'],
    title: 'page down',
    description: 'one page down',
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: pageRows(state) }),
  },
  {
    id: 'page-up',
    keys: ['pgup'],
    title: 'page up',
    description: 'one page up',
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: -pageRows(state) }),
  },
  {
    id: 'half-down',
    keys: ['ctrl-d'],
    title: 'half down',
    description: 'half a page down',
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: halfPage(state) }),
  },
  {
    id: 'half-up',
    keys: ['ctrl-u'],
    title: 'half up',
    description: 'half a page up',
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: -halfPage(state) }),
  },
  {
    id: 'first',
    keys: ['g', 'home'],
    title: 'first',
    description: 'to the first row, the oldest still held',
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'edge', to: 'first' }),
  },
  {
    id: 'follow',
    keys: ['G', 'end'],
    title: 'follow',
    description: 'to the last row; in the feed follow the newest again',
    contexts: ANY,
    footer: 1,
    enabled: (state) => !onFeed(state) || !isFollowing(state) || 'Following already.',
    run: () => act({ type: 'edge', to: 'last' }),
  },
  {
    id: 'left',
    keys: ['h', 'left'],
    title: 'left',
    description: 'sideways in long lines, back',
    contexts: ['live', 'rejected'],
    enabled: always,
    run: () => act({ type: 'sideways', by: -8 }),
  },
  {
    id: 'right',
    keys: ['l', 'right'],
    title: 'right',
    description: 'sideways in long lines',
    contexts: ['live', 'rejected'],
    enabled: always,
    run: () => act({ type: 'sideways', by: 8 }),
  },
  {
    id: 'next-panel',
    keys: ['tab'],
    title: 'panel',
    description: 'next panel',
    contexts: ['live'],
    footer: 60,
    enabled: always,
    run: () => act({ type: 'focus', by: 1 }),
  },
  {
    id: 'previous-panel',
    keys: ['shift-tab'],
    title: 'panel back',
    description: 'previous panel',
    contexts: ['live'],
    enabled: always,
    run: () => act({ type: 'focus', by: -1 }),
  },
];
