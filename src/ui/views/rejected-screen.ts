import type { RejectedLine } from '../../engine/protocol.ts';
import { formatNumber, t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { column, cutLine, cutLineEnd, rightColumn, seg, toHeight, wrap } from '../line.ts';
import { rejectedKey, type Screen, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';
import { sourceLabel } from './source-label.ts';

/** Cells of the reason: most of what a person looks for here, where there is room. */
const reasonCells = (width: number): number => (width >= 112 ? 44 : 26);

const headingLine = (width: number): StyledLine => [
  seg(' '),
  column(t('source'), 15, 'faint'),
  rightColumn(t('line'), 9, 'faint'),
  seg('  '),
  column(t('reason'), reasonCells(width) + 2, 'faint'),
  seg(t('text'), 'faint'),
];

/** Lines that the source's format does not fit, with the reason. */
export function rejectedScreen(
  { items, selected }: Extract<Screen, { kind: 'rejected' }>,
  { state, rect }: { state: UiState; rect: Rect },
  drawing: Drawing,
): StyledLine[] {
  const unparsed = state.snapshot?.sources.reduce((sum, source) => sum + source.unparsed, 0) ?? 0;
  const title = panelTitle(
    { title: t('Rejected lines'), note: t('{n} in all', { n: count(unparsed) }), width: rect.width, focused: true },
    drawing,
  );
  if (items === 'loading') return toHeight([title, [], [seg(`  ${t('Reading the rejected lines …')}`, 'dim')]], rect.height);
  if (items.length === 0) return toHeight([title, [], [seg(`  ${t('Every line was understood.')}`, 'dim')]], rect.height);
  const at = indexOfKey(items, rejectedKey, selected);
  const current = items[at];
  const line = (item: RejectedLine): StyledLine => [
    seg(' '),
    column(sourceLabel(item.source), 14, 'dim'),
    seg(' '),
    rightColumn(formatNumber(item.sequence), 9, 'dim'),
    seg('  '),
    column(visible(t(item.reason)), reasonCells(rect.width), 'medium'),
    seg('  '),
    ...cutLineEnd(
      cutLine([seg(visible(item.text))], state.sideways, Number.POSITIVE_INFINITY),
      Math.max(4, rect.width - 29 - reasonCells(rect.width)),
    ),
  ];
  const detail = current
    ? [
        ...wrap(visible(t(current.reason)), rect.width - 2, 2).map((text): StyledLine => [seg(` ${text}`, 'medium')]),
        ...wrap(visible(current.text.slice(0, 2000)), rect.width - 2, 6).map((text): StyledLine => [seg(` ${text}`, 'dim')]),
      ]
    : [];
  return listScreen({
    items,
    selected: at,
    rect,
    title,
    heading: headingLine(rect.width),
    line,
    detail,
  });
}
