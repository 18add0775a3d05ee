import { t } from '../../lang/lang.ts';
import type { Family, Severity } from '../../model/detection.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { familyWord } from '../../text/family-word.ts';
import { count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { column, rightColumn, seg, space, toHeight } from '../line.ts';
import type { UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { windowWords } from './addresses.ts';
import { bar } from './bar.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';

export interface FamilyCount {
  readonly family: Family;
  readonly count: number;
  /** Undefined: not known, the bar claims none. */
  readonly severity: Severity | undefined;
}

/** What kinds of attack were seen, by count. */
export function familiesView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const title = panelTitle({ title: t('Families'), note: `${t('detections')} · ${windowWords(state)}`, width: rect.width }, drawing);
  const families = state.snapshot?.families ?? [];
  if (families.length === 0) return toHeight([title, [seg(`   ${t('Nothing suspicious so far.')}`, 'dim')]], rect.height);
  return toHeight([title, ...familyLines(families, rect.width, drawing)], rect.height);
}

/** One bar a family, each line exactly `width` wide. */
export function familyLines(families: readonly FamilyCount[], width: number, { glyphs }: Drawing): StyledLine[] {
  const most = families.reduce((max, family) => Math.max(max, family.count), 0);
  const nameCells = width >= 56 ? 18 : 16;
  const room = width - nameCells - 11;
  return families.map(({ family, count: n, severity }) => {
    const filled = bar(n, most, room, glyphs);
    const style = severityStyle(severity, 'accent');
    return [
      seg(` ${severity ? SEVERITY_LETTER[severity] : ' '} `, style, { bold: true }),
      column(familyWord(family), nameCells),
      seg(' '),
      seg(filled, style),
      space(room - textWidth(filled)),
      rightColumn(count(n), 6),
      seg(' '),
    ];
  });
}
