import { formatNumber, t } from '../../lang/lang.ts';
import type { Rect } from '../layout.ts';
import { onGround, seg, toHeight } from '../line.ts';
import { incidentCursor, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { incidentColumns, incidentLine } from './incident-line.ts';

/** The worst open incidents, on the live screen. */
export function incidentsView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const focused = state.focus === 'incidents';
  const title = panelTitle({ title: t('Incidents'), note: note(state, rect.height - 1), width: rect.width, focused }, drawing);
  const incidents = state.snapshot?.incidents ?? [];
  if (incidents.length === 0) return toHeight([title, [seg(quietWords(state), 'dim')]], rect.height);
  const cursor = focused ? incidentCursor(state)?.id : undefined;
  const at = Math.max(
    0,
    incidents.findIndex((incident) => incident.id === cursor),
  );
  const shown = incidents.slice(Math.max(0, at - (rect.height - 2))).slice(0, rect.height - 1);
  const columns = incidentColumns(incidents, rect.width, drawing);
  const lines = shown.map((incident) => {
    const line = incidentLine(incident, columns, drawing);
    return incident.id === cursor ? onGround(line, rect.width, 'selected') : line;
  });
  return toHeight([title, ...lines], rect.height);
}

const quietWords = (state: UiState): string => `   ${state.snapshot?.lines ? t('Nothing suspicious so far.') : t('Nothing read yet.')}`;

function note(state: UiState, rows: number): string {
  const { snapshot } = state;
  if (!snapshot) return '';
  const fresh = snapshot.incidents.filter((incident) => incident.state === 'new').length;
  const parts = fresh > 0 ? [t('{n} new', { n: formatNumber(fresh) })] : [];
  if (snapshot.incidentCount > rows) parts.push(t('press 2 for all {n}', { n: formatNumber(snapshot.incidentCount) }));
  if (snapshot.memoryOnly !== '') parts.push(t('kept in memory only'));
  return parts.join(' · ');
}
