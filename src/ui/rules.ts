import { SEVERITIES } from '../model/detection.ts';
import type { RuleList, RuleRow } from '../model/rule-list.ts';
import { itemAt, type RuleOrder, topScreen, type UiState } from './state.ts';

export const ruleKey = (row: RuleRow): string => row.id;

const byLevel = (a: RuleRow, b: RuleRow): number => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity);
const byName = (a: RuleRow, b: RuleRow): number => (a.name < b.name ? -1 : 1);
const COMPARE: Readonly<Record<RuleOrder, (a: RuleRow, b: RuleRow) => number>> = {
  hits: (a, b) => b.hits - a.hits || b.muted - a.muted || byLevel(a, b),
  level: (a, b) => byLevel(a, b) || b.hits - a.hits,
  last: (a, b) => (b.lastMs ?? 0) - (a.lastMs ?? 0) || byLevel(a, b),
};

/** The rules in the order that was chosen. */
export const orderedRules = ({ rows }: RuleList, order: RuleOrder): readonly RuleRow[] =>
  rows.toSorted((a, b) => COMPARE[order](a, b) || byName(a, b));

/** The rule that keys act on: under the cursor of the list, shown in full, or rehearsed. */
export function ruleUnderCursor(state: UiState): RuleRow | undefined {
  const screen = topScreen(state);
  if (screen.kind === 'rules') {
    if (screen.list === 'loading') return undefined;
    return itemAt(orderedRules(screen.list, screen.order), ruleKey, screen.selected);
  }
  if (screen.kind === 'rule') return typeof screen.detail === 'string' ? undefined : screen.detail.row;
  return screen.kind === 'rehearsal' ? screen.row : undefined;
}
