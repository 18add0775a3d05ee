import { msg, t } from '../../lang/lang.ts';
import type { CheckRow } from '../../model/check.ts';
import { SEVERITIES, SEVERITY_LETTER, type Severity } from '../../model/detection.ts';
import { count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import { column, seg } from '../line.ts';
import type { Segment, StyledLine } from '../styled.ts';
import type { Glyphs } from '../theme/theme.ts';
import { bar } from './bar.ts';
import { severityStyle } from './drawing.ts';

/** The checks as they are called. */
const TITLES = {
  zap: 'OWASP ZAP',
  bandit: 'Bandit',
  osquery: 'osquery',
  updates: msg('updates'),
  uptime: msg('uptime'),
  fail2ban: 'fail2ban',
} as const;

/** The name of a check in the language of the work. */
export const checkTitle = (name: CheckRow['name']): string => (name === 'updates' || name === 'uptime' ? t(TITLES[name]) : TITLES[name]);

/** Cells of the count of one severity. */
const numberCells = (width: number): number => (width >= 100 ? 7 : 6);
/** Cells of all counts on a screen of this width. */
export const countCells = (width: number): number => 4 * numberCells(width);

/** `C 1    H 4    M 2    L 27`: a column each, so that rows can be compared; none where nothing is open. */
export function openCounts(open: Readonly<Record<Severity, number>>, width: number): Segment[] {
  return SEVERITIES.toReversed().map((severity) => {
    const text = open[severity] === 0 ? '' : `${SEVERITY_LETTER[severity]} ${count(open[severity])}`;
    return column(text, numberCells(width), severityStyle(severity), { bold: severity === 'critical' || severity === 'high' });
  });
}

/** How far a run is: a bar and `62 %`; where nobody can tell, the bar is empty. */
export function progressBar(percent: number | undefined, cells: number, glyphs: Glyphs): StyledLine {
  const room = Math.max(1, cells - 6);
  const filled = bar(percent ?? 0, 100, room, glyphs);
  const words = percent === undefined ? '   …  ' : `${String(Math.floor(percent)).padStart(4)} %`;
  return [seg(filled, 'accent'), seg(glyphs.hairline.repeat(room - textWidth(filled)), 'rule'), seg(words, 'text')];
}
