import { msg, t } from '../../lang/lang.ts';
import type { BaselineRow } from '../../model/history.ts';
import { baselineKey, itemAt, topScreen, type UiState } from '../state.ts';
import { act, type Command, SCREENS } from './command.ts';

function rowUnderCursor(state: UiState): BaselineRow | undefined {
  const screen = topScreen(state);
  if (screen.kind !== 'baseline' || screen.report === 'loading') return undefined;
  return itemAt(screen.report.rows, baselineKey, screen.selected);
}

/** What is usual at this time, and what is not. */
export const TIME: readonly Command[] = [
  {
    id: 'baseline',
    keys: ['='],
    title: msg('baseline'),
    description: msg('the last five minutes beside an hour, a day, a week ago: what is new, what grew'),
    contexts: SCREENS,
    footer: 72,
    enabled: (state) => topScreen(state).kind !== 'baseline' || t('This is the baseline; Esc goes back.'),
    run: () => act({ type: 'show', screen: { kind: 'baseline', report: 'loading', selected: undefined } }),
  },
  {
    id: 'baseline-lines',
    keys: ['enter'],
    title: msg('lines'),
    description: msg('on the baseline: the lines of the row'),
    contexts: ['baseline'],
    footer: 40,
    enabled: (state) => {
      const row = rowUnderCursor(state);
      if (row === undefined) return t('There is no row to show lines of.');
      return row.filter !== '' || t('This row counts all lines: there is nothing to filter.');
    },
    run: (state) => act({ type: 'show', screen: { kind: 'live' } }, { type: 'filter', filters: [rowUnderCursor(state)?.filter ?? ''] }),
  },
];
