import { plot } from 'asciichart';
import { count } from '../../text/units.ts';
import { padStart } from '../../text/width.ts';
import { seg } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import type { Glyphs } from '../theme/theme.ts';
import { groupSeries, highest, mean } from './series.ts';

export interface ChartOptions {
  readonly values: readonly number[];
  readonly width: number;
  readonly height: number;
  /** Absolute number of the last value, see `groupSeries`. */
  readonly lastIndex: number;
}

const LABEL_CELLS = 6;
const ROWS_A_LABEL = 3;

/**
 * A line chart of exactly `width` x `height` cells from zero up, with an axis in round numbers every third row. asciichart draws the line; it
 * throws on an empty series and squeezes a flat one into one row, which the fixed scale and the empty case here keep from it.
 */
export function chart({ values, width, height, lastIndex }: ChartOptions, glyphs: Glyphs): StyledLine[] {
  const columns = Math.max(2, width - LABEL_CELLS - 2);
  const shown = groupSeries(values, columns + 1, lastIndex, mean);
  const perRow = valueOfRow(highest(shown), height - 1);
  const plotted = plotRows(shown, { most: perRow * (height - 1), height, columns, glyphs });
  return plotted.map((text, i) => {
    const level = height - 1 - i;
    const label = level % ROWS_A_LABEL === 0 ? count(level * perRow) : '';
    const axis = glyphs.chart[1] ?? '|';
    return [seg(` ${padStart(label, LABEL_CELLS - 1)} `, 'dim'), seg(label === '' ? glyphs.vertical : axis, 'rule'), seg(text, 'accent')];
  });
}

interface PlotOptions {
  readonly most: number;
  readonly height: number;
  readonly columns: number;
  readonly glyphs: Glyphs;
}

/** The line alone, one string a row, each `columns` wide, the newest value at the right. */
function plotRows(values: readonly number[], { most, height, columns, glyphs }: PlotOptions): string[] {
  if (values.length < 2 || height < 2) return Array.from({ length: height }, () => ' '.repeat(columns));
  const clamped = values.map((value) => Math.max(0, Math.min(most, value)));
  const text = plot(clamped, { min: 0, max: most, height: height - 1, offset: 1, format: () => '', symbols: [...glyphs.chart] });
  const rows = text.split('\n').map((line) => line.slice(1, values.length));
  return Array.from({ length: height }, (_, i) => (rows[i] ?? '').padStart(columns));
}

/** The smallest round value for one row so that `rows` rows reach `most` and every labelled row is a round number. */
export function valueOfRow(most: number, rows: number): number {
  const needed = Math.max((most * ROWS_A_LABEL) / Math.max(1, rows), 1);
  const power = 10 ** Math.floor(Math.log10(needed));
  const round = [1, 2, 3, 4, 5, 6, 8, 10].map((factor) => factor * power).find((step) => step >= needed * 0.999999) ?? 10 * power;
  return round / ROWS_A_LABEL;
}
