import { msg, t } from '../../lang/lang.ts';
import type { CheckRow } from '../../model/check.ts';
import { words } from '../../text/said.ts';
import { visible } from '../../text/sanitize.ts';
import type { Step } from '../actions.ts';
import { isPast } from '../past.ts';
import { checkKey, type Input, itemAt, topScreen, type UiState } from '../state.ts';
import { act, always, type Command, type Context, cause, SCREENS } from './command.ts';

const ON_CHECKS: readonly Context[] = ['checks', 'check'];

/** The check under the cursor, or the one whose findings are shown. */
function checkUnderCursor(state: UiState): CheckRow | undefined {
  const screen = topScreen(state);
  if (screen.kind === 'checks') return screen.list === 'loading' ? undefined : itemAt(screen.list, checkKey, screen.selected);
  return screen.kind === 'check' && typeof screen.detail !== 'string' ? screen.detail.row : undefined;
}

const noCheck = (): string => t('The checks are being read …');

function runnable(state: UiState): true | string {
  if (isPast(state)) return t('This is the past: Esc goes back to live.');
  const row = checkUnderCursor(state);
  if (row === undefined) return noCheck();
  if (row.missing !== undefined) return visible(words(row.missing));
  return row.running === undefined || t('It runs already; x stops it.');
}

function attackable(state: UiState): true | string {
  const row = checkUnderCursor(state);
  if (row !== undefined && !row.canAttack) return t('Only ZAP with a target can attack: checks.zap.targets.');
  return runnable(state);
}

/** What a typed answer to the question before an attack leads to: nothing but a whole yes is one. */
export function attackOf({ check }: Input, text: string): Step {
  const close = { type: 'input', input: undefined } as const;
  const isYes = text.toLowerCase() === 'yes' && check !== undefined;
  return isYes
    ? cause({ type: 'check-run', name: check, attack: true }, close)
    : act(close, { type: 'message', text: t('Not scanned.'), tone: 'info' });
}

/** What other tools find, and running them. */
export const CHECKING: readonly Command[] = [
  {
    id: 'checks',
    keys: ['7'],
    title: msg('checks'),
    description: msg('checks: ZAP, Bandit, osquery, updates, uptime, fail2ban'),
    contexts: SCREENS,
    footer: 106,
    enabled: always,
    run: () => act({ type: 'show', screen: { kind: 'checks', list: 'loading', selected: undefined, detail: undefined } }),
  },
  {
    id: 'check-open',
    keys: ['enter'],
    title: msg('findings'),
    description: msg('on the checks: what the selected one found, worst first'),
    contexts: ['checks'],
    footer: 40,
    enabled: (state) => checkUnderCursor(state) !== undefined || noCheck(),
    run: (state) => {
      const row = checkUnderCursor(state);
      return row === undefined
        ? act()
        : act({ type: 'open', screen: { kind: 'check', name: row.name, detail: 'loading', selected: undefined } });
    },
  },
  {
    id: 'check-run',
    keys: ['r'],
    title: msg('run'),
    titleNow: (state) => (checkUnderCursor(state)?.last === undefined ? t('run') : t('run again')),
    description: msg('on the checks: run the selected one now'),
    contexts: ON_CHECKS,
    footer: 44,
    enabled: runnable,
    run: (state) => {
      const row = checkUnderCursor(state);
      return row === undefined ? act() : cause({ type: 'check-run', name: row.name, attack: false });
    },
  },
  {
    id: 'check-stop',
    keys: ['x'],
    title: msg('stop'),
    description: msg('on the checks: stop the selected one'),
    contexts: ON_CHECKS,
    footer: 46,
    enabled: (state) => checkUnderCursor(state)?.running !== undefined || t('It does not run.'),
    run: (state) => {
      const row = checkUnderCursor(state);
      return row === undefined ? act() : cause({ type: 'check-stop', name: row.name });
    },
  },
  {
    id: 'check-attack',
    keys: ['A'],
    title: msg('active scan'),
    description: msg('on the checks: ZAP with its active scan, which attacks the configured targets; asks first'),
    contexts: ON_CHECKS,
    footer: 48,
    enabled: attackable,
    run: (state) => {
      const row = checkUnderCursor(state);
      return row === undefined
        ? act()
        : act({ type: 'input', input: { purpose: 'attack', check: row.name, text: '', cursor: 0, error: '' } });
    },
  },
];
