import { t } from '../../lang/lang.ts';
import { count } from '../../text/units.ts';
import { padStart, textWidth } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { onGround, seg, toHeight } from '../line.ts';
import { STATUS_CLASSES, type StatusClass, type UiState } from '../state.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { fullSteps, lastFullStep, perStep } from './series.ts';
import { sparkline } from './sparkline.ts';

const STATUS_STYLES: Readonly<Record<StatusClass, StyleName>> = {
  '2xx': 'status2',
  '3xx': 'status3',
  '4xx': 'status4',
  '5xx': 'status5',
};

/** A sparkline a status class, each on its own scale, with its current value. */
export function statusView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const focused = state.focus === 'status';
  const { words } = perStep(state.snapshot?.status.stepMs ?? 1000);
  const title = panelTitle({ title: t('Status'), note: words, width: rect.width, focused }, drawing);
  const lines = STATUS_CLASSES.map((name) => [seg(' '), ...statusLine(state, name, rect.width - 2, drawing), seg(' ')]);
  return toHeight([title, ...lines], rect.height);
}

/** `4xx ▁▂▃▁ 140/s`, exactly `width` wide. */
export function statusLine(state: UiState, name: StatusClass, width: number, drawing: Drawing): StyledLine {
  const series = state.snapshot?.status;
  const values = fullSteps(series?.[name] ?? []);
  const { suffix: unit } = perStep(series?.stepMs ?? 1000);
  const valueCells = 6 + textWidth(unit);
  const style = STATUS_STYLES[name];
  const lastIndex = lastFullStep(state.snapshot?.eventMs, series?.stepMs ?? 1000);
  const value = values.at(-1) ?? 0;
  const line = [
    seg(`${name} `, style, { bold: true }),
    ...sparkline({ values, cells: width - 4 - valueCells, lastIndex, style }, drawing.glyphs),
    seg(padStart(count(value) + unit, valueCells), value > 0 ? 'text' : 'dim'),
  ];
  return state.focus === 'status' && state.selectedStatus === name ? onGround(line, width, 'selected') : line;
}
