import { seg, space } from '../line.ts';
import type { Segment, StyleName } from '../styled.ts';
import type { Glyphs } from '../theme/theme.ts';
import { groupSeries, highest, mean, sane } from './series.ts';

export interface SparklineOptions {
  readonly values: readonly number[];
  readonly cells: number;
  /** Absolute number of the last value, see `groupSeries`. */
  readonly lastIndex: number;
  readonly style: StyleName;
}

/** An even series stands at five eighths of the height: as full blocks it would be the loudest thing on the screen. */
const HEADROOM = 1.6;

/** A series on its own scale from zero, newest at the right, exactly `cells` wide; nothing but zeros is a faint base line. */
export function sparkline({ values, cells, lastIndex, style }: SparklineOptions, { sparks }: Glyphs): Segment[] {
  const steps = [...sparks];
  const shown = groupSeries(values, cells, lastIndex, highest);
  const most = Math.max(highest(shown), HEADROOM * mean(shown));
  const letters = shown.map((value) => steps[most > 0 ? Math.round((sane(value) / most) * (steps.length - 1)) : 0] ?? '');
  const blank = space(cells - letters.length);
  return [...(blank.text === '' ? [] : [blank]), seg(letters.join(''), most > 0 ? style : 'rule')];
}
