import { t } from '../../lang/lang.ts';
import type { Rect } from '../layout.ts';
import { seg, toHeight } from '../line.ts';
import type { UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { chart } from './chart.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { fullSteps, highest, lastFullStep, perStep } from './series.ts';

/** The chart of requests over time. */
export function requestsView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const series = state.snapshot?.status;
  const { words } = perStep(series?.stepMs ?? 1000);
  const title = panelTitle({ title: t('Requests'), note: words, width: rect.width }, drawing);
  const values = fullSteps(series?.all ?? []);
  if (!series || highest(values) === 0) return toHeight([title, [seg(`   ${t('No requests in the last minutes.')}`, 'dim')]], rect.height);
  const lastIndex = lastFullStep(state.snapshot?.eventMs, series.stepMs);
  return toHeight([title, ...chart({ values, width: rect.width - 1, height: rect.height - 1, lastIndex }, drawing.glyphs)], rect.height);
}
