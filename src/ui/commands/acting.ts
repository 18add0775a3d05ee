import { msg, t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd } from '../../text/width.ts';
import type { Step } from '../actions.ts';
import { cursorRow, type Input, type UiState, wholeFilter } from '../state.ts';
import { targetOf } from '../targets.ts';
import { act, always, type Command, type Context, cause, SCREENS } from './command.ts';

const TARGETS: readonly Context[] = ['live', 'entry', 'actor', 'incidents'];

const input = (purpose: Input['purpose'], text = ''): Step =>
  act({ type: 'input', input: { purpose, text, cursor: text.length, error: '' } });

type What = 'suspicious' | { readonly text: string };

/** Looks for a row from the cursor on; in a feed that follows untouched the newest rows are looked at first. */
export function seekStep(state: UiState, direction: 1 | -1, what: What): Step {
  const last = state.snapshot?.feed.rows.at(-1);
  const fresh = state.bottom === 'tail' && state.selected === undefined;
  const from = fresh ? { rowId: (last?.id ?? 0) + 1, direction: -1 as const } : { rowId: cursorRow(state)?.id ?? 0, direction };
  return cause({ type: 'seek', ...from, filter: wholeFilter(state), what });
}

const hasRows = (state: UiState): true | string =>
  (state.snapshot?.feed.rows.length ?? 0) > 0 || t('There are no lines to look through yet.');
const hasFind = (state: UiState): true | string => (state.find === '' ? t('Nothing to find yet: / asks what.') : hasRows(state));
const hasTarget = (state: UiState): true | string => targetOf(state) !== undefined || t('Select a line, address or incident first.');

export const ACTING: readonly Command[] = [
  {
    id: 'alert',
    keys: ['a'],
    title: msg('alert'),
    description: msg('alert people about the selection: shows the exact message, sends on Enter'),
    contexts: TARGETS,
    footer: 10,
    enabled: (state) => (state.snapshot?.past ? t('This is the past: Esc goes back to live, where alerts are sent.') : hasTarget(state)),
    run: (state) => {
      const target = targetOf(state);
      return target ? act({ type: 'alert', target: target.alert, subject: target.subject }) : act();
    },
  },
  {
    id: 'filter',
    keys: ['f'],
    title: msg('filter'),
    description: msg('show only lines that pass a filter'),
    contexts: ['live'],
    footer: 20,
    enabled: always,
    run: (state) => input('filter', state.filters.at(-1) ?? ''),
  },
  {
    id: 'find',
    keys: ['/'],
    title: msg('find'),
    description: msg('find a text in the lines shown'),
    contexts: ['live'],
    footer: 25,
    enabled: hasRows,
    run: (state) => input('find', state.find),
  },
  {
    id: 'find-next',
    keys: ['n'],
    title: msg('next'),
    description: msg('next place of the text'),
    contexts: ['live'],
    enabled: hasFind,
    run: (state) => seekStep(state, 1, { text: state.find }),
  },
  {
    id: 'find-previous',
    keys: ['N'],
    title: msg('previous'),
    description: msg('previous place of the text'),
    contexts: ['live'],
    enabled: hasFind,
    run: (state) => seekStep(state, -1, { text: state.find }),
  },
  {
    id: 'suspicious-next',
    keys: ['e'],
    title: msg('next suspicious'),
    description: msg('next suspicious line'),
    contexts: ['live'],
    footer: 50,
    enabled: hasRows,
    run: (state) => seekStep(state, 1, 'suspicious'),
  },
  {
    id: 'suspicious-previous',
    keys: ['E'],
    title: msg('previous suspicious'),
    description: msg('previous suspicious line'),
    contexts: ['live'],
    enabled: hasRows,
    run: (state) => seekStep(state, -1, 'suspicious'),
  },
  {
    id: 'pause',
    keys: ['space'],
    title: msg('pause'),
    description: msg('hold the feed and go on; counting goes on'),
    contexts: ['live'],
    footer: 30,
    titleNow: (state) => (state.paused ? msg('go on') : msg('pause')),
    enabled: always,
    run: () => act({ type: 'pause' }),
  },
  {
    id: 'window',
    keys: ['w'],
    title: msg('window'),
    description: msg('window: 1, 5, 15, 60 minutes, all'),
    contexts: ['live'],
    footer: 70,
    enabled: always,
    run: () => act({ type: 'window' }),
  },
  {
    id: 'sort',
    keys: ['s'],
    title: msg('sort'),
    description: msg('sort addresses by hits, errors, severity, bytes'),
    contexts: ['live'],
    footer: 75,
    enabled: always,
    run: () => act({ type: 'sort' }),
  },
  {
    id: 'reverse',
    keys: ['r'],
    title: msg('reverse'),
    description: msg('reverse the order of the addresses'),
    contexts: ['live'],
    enabled: always,
    run: () => act({ type: 'reverse' }),
  },
  {
    id: 'copy',
    keys: ['y'],
    title: msg('copy'),
    description: msg('copy the selection; the text is shown too, as many terminals refuse it'),
    contexts: TARGETS,
    footer: 80,
    enabled: hasTarget,
    run: (state) => {
      const text = targetOf(state)?.copy ?? '';
      const shown = cutEnd(visible(text), Math.max(20, state.size.columns - 12));
      return cause({ type: 'copy', text }, { type: 'message', text: t('copied: {text}', { text: shown }), tone: 'info' });
    },
  },
  {
    id: 'theme',
    keys: ['t'],
    title: msg('theme'),
    description: msg('next theme'),
    contexts: SCREENS,
    enabled: (state) => state.themes.length > 1 || t('There is no other theme.'),
    run: () => act({ type: 'theme' }),
  },
  {
    id: 'command',
    keys: [':'],
    title: msg('command'),
    description: msg('command line: any command by name, Tab completes'),
    contexts: SCREENS,
    footer: 95,
    enabled: always,
    run: () => input('command'),
  },
];
