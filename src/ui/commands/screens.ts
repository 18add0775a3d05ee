import { msg, t } from '../../lang/lang.ts';
import type { Incident } from '../../model/incident.ts';
import type { Step } from '../actions.ts';
import { isPast, leavePast } from '../past.ts';
import {
  actorScreen,
  addressCursor,
  cursorRow,
  incidentCursor,
  incidentKey,
  itemAt,
  type Screen,
  topScreen,
  type UiState,
} from '../state.ts';
import { stepUnderCursor } from '../story-steps.ts';
import { targetOf } from '../targets.ts';
import { act, always, type Command, cause, SCREENS } from './command.ts';
import { backStep } from './ruling.ts';

const show = (screen: Screen) => (): Step => act({ type: 'show', screen });
const openActor = (address: string, incidentId = ''): Step => act({ type: 'open', screen: actorScreen(address, incidentId) });
const openIncident = (incident: Incident): Step => openActor(incident.actor, incident.id);

/** The lines of a step of the story: from the actor, in that time. */
function openStep(screen: Extract<Screen, { kind: 'actor' }>): Step | string {
  const step = stepUnderCursor(screen);
  if (step === undefined) return t('There is no step of a story to open.');
  const who = screen.address === '' ? '' : `ip:${screen.address} `;
  const second = (ms: number, up: number): string => new Date((Math.floor(ms / 1000) + up) * 1000).toISOString().replace('.000', '');
  const family = step.family === undefined ? '' : `family:${step.family} `;
  const filter = `${who}${family}time>=${second(step.timeMs, 0)} time<${second(step.endMs, 1)}`;
  return act({ type: 'show', screen: { kind: 'live' } }, { type: 'filter', filters: [filter] });
}

/** What Enter opens; the sentence says why it opens nothing. */
function opening(state: UiState): Step | string {
  const screen = topScreen(state);
  if (screen.kind === 'incidents') {
    const incident = screen.items === 'loading' ? undefined : itemAt(screen.items, incidentKey, screen.selected);
    return incident ? openIncident(incident) : t('There is no incident to open.');
  }
  if (screen.kind === 'actor') return openStep(screen);
  if (state.focus === 'addresses') {
    const row = addressCursor(state);
    return row ? openActor(row.address) : t('There is no address in this window yet.');
  }
  if (state.focus === 'incidents') {
    const incident = incidentCursor(state);
    return incident ? openIncident(incident) : t('There is no incident to open.');
  }
  if (state.focus === 'status') return act({ type: 'filter', filters: [...state.filters, `status:${state.selectedStatus}`] });
  const row = cursorRow(state);
  return row
    ? act({ type: 'open', screen: { kind: 'entry', rowId: row.id, detail: 'loading', scroll: 0 } })
    : t('There is no line to open yet.');
}

const actorAddress = (state: UiState): string => (topScreen(state).kind === 'actor' ? '' : (targetOf(state)?.address ?? ''));

export const GOING: readonly Command[] = [
  {
    id: 'open',
    keys: ['enter'],
    title: msg('open'),
    description: msg('open the selected line, address or incident; on a sparkline only that status, on a story the lines of the step'),
    contexts: ['live', 'incidents', 'actor'],
    footer: 40,
    titleNow: (state) => {
      const { kind } = topScreen(state);
      if (kind === 'actor') return msg('lines');
      return kind === 'live' && state.focus === 'status' ? msg('show only these') : msg('open');
    },
    enabled: (state) => {
      const step = opening(state);
      return typeof step === 'string' ? step : true;
    },
    run: (state) => {
      const step = opening(state);
      return typeof step === 'string' ? act() : step;
    },
  },
  {
    id: 'actor',
    keys: ['i'],
    title: msg('who'),
    description: msg('who is behind the line or incident, and their story'),
    contexts: ['live', 'entry', 'incidents'],
    footer: 45,
    enabled: (state) => actorAddress(state) !== '' || t('The selection has no address.'),
    run: (state) => openActor(actorAddress(state)),
  },
  {
    id: 'back',
    keys: ['esc'],
    title: msg('back'),
    titleNow: (state) => (isPast(state) && state.screens.length === 1 ? msg('back to live') : msg('back')),
    description: msg('back one level, or from the past (:02:15) to live; then close find and filters, the last opened first'),
    contexts: SCREENS,
    footer: 2,
    enabled: (state) =>
      state.screens.length > 1 ||
      isPast(state) ||
      state.find !== '' ||
      state.filters.length > 0 ||
      state.focus !== 'feed' ||
      state.sideways > 0 ||
      t('Nothing to close here; q leaves.'),
    run: (state) => (isPast(state) && state.screens.length === 1 ? leavePast() : backStep(state)),
  },
  {
    id: 'live',
    keys: ['1'],
    title: msg('live'),
    description: msg('the live screen'),
    contexts: SCREENS,
    enabled: always,
    run: show({ kind: 'live' }),
  },
  {
    id: 'incidents',
    keys: ['2'],
    title: msg('incidents'),
    description: msg('all incidents'),
    contexts: SCREENS,
    footer: 101,
    enabled: always,
    run: show({ kind: 'incidents', items: 'loading', selected: undefined }),
  },
  {
    id: 'alerts',
    keys: ['3'],
    title: msg('alerts'),
    description: msg('alerts: what was sent where, when, and what came of it'),
    contexts: SCREENS,
    footer: 102,
    enabled: always,
    run: show({ kind: 'alerts', items: 'loading', selected: undefined }),
  },
  {
    id: 'rejected',
    keys: ['4'],
    title: msg('rejected'),
    description: msg('lines that no format fits, and why'),
    contexts: SCREENS,
    enabled: always,
    run: show({ kind: 'rejected', items: 'loading', selected: undefined }),
  },
  {
    id: 'outputs',
    keys: ['8'],
    title: msg('in and out'),
    description: msg('sources and outputs: what is read, where findings go, and how that is going'),
    contexts: SCREENS,
    enabled: always,
    run: show({ kind: 'outputs', list: 'loading', selected: undefined }),
  },
  {
    id: 'help',
    keys: ['?', 'f1'],
    title: msg('help'),
    description: msg('this help'),
    contexts: SCREENS,
    footer: 42,
    enabled: (state) => topScreen(state).kind !== 'help' || t('This is the help; Esc goes back.'),
    run: () => act({ type: 'open', screen: { kind: 'help', scroll: 0 } }),
  },
  {
    id: 'quit',
    keys: ['q'],
    title: msg('quit'),
    description: msg('close this screen; on the live screen leave'),
    contexts: SCREENS,
    footer: 65,
    enabled: always,
    run: (state) => (state.screens.length > 1 ? act({ type: 'back' }) : cause({ type: 'quit' })),
  },
];
