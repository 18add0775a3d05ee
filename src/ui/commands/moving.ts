import { msg, t } from '../../lang/lang.ts';
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
    title: msg('down'),
    description: msg('one row down'),
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'move', by: 1 }),
  },
  {
    id: 'up',
    keys: ['k', 'up'],
    title: msg('up'),
    description: msg('one row up; in the feed this stops following'),
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'move', by: -1 }),
  },
  {
    id: 'page-down',
    keys: ['pgdn'],
    title: msg('page down'),
    description: msg('one page down'),
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: pageRows(state) }),
  },
  {
    id: 'page-up',
    keys: ['pgup'],
    title: msg('page up'),
    description: msg('one page up'),
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: -pageRows(state) }),
  },
  {
    id: 'half-down',
    keys: ['ctrl-d'],
    title: msg('half down'),
    description: msg('half a page down'),
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: halfPage(state) }),
  },
  {
    id: 'half-up',
    keys: ['ctrl-u'],
    title: msg('half up'),
    description: msg('half a page up'),
    contexts: ANY,
    enabled: always,
    run: (state) => act({ type: 'move', by: -halfPage(state) }),
  },
  {
    id: 'first',
    keys: ['g', 'home'],
    title: msg('first'),
    description: msg('to the first row, the oldest still held'),
    contexts: ANY,
    enabled: always,
    run: () => act({ type: 'edge', to: 'first' }),
  },
  {
    id: 'follow',
    keys: ['G', 'end'],
    title: msg('follow'),
    description: msg('to the last row; in the feed follow the newest again'),
    contexts: ANY,
    footer: 1,
    enabled: (state) => !onFeed(state) || !isFollowing(state) || t('Following already.'),
    run: () => act({ type: 'edge', to: 'last' }),
  },
  {
    id: 'left',
    keys: ['h', 'left'],
    title: msg('move left'),
    description: msg('sideways in long lines, back'),
    contexts: ['live', 'rejected'],
    enabled: always,
    run: () => act({ type: 'sideways', by: -8 }),
  },
  {
    id: 'right',
    keys: ['l', 'right'],
    title: msg('move right'),
    description: msg('sideways in long lines'),
    contexts: ['live', 'rejected'],
    enabled: always,
    run: () => act({ type: 'sideways', by: 8 }),
  },
  {
    id: 'next-panel',
    keys: ['tab'],
    title: msg('panel'),
    description: msg('next panel'),
    contexts: ['live'],
    footer: 60,
    enabled: always,
    run: () => act({ type: 'focus', by: 1 }),
  },
  {
    id: 'previous-panel',
    keys: ['shift-tab'],
    title: msg('panel back'),
    description: msg('previous panel'),
    contexts: ['live'],
    enabled: always,
    run: () => act({ type: 'focus', by: -1 }),
  },
];
