import { t, tn } from '../../lang/lang.ts';
import type { BanList, BanRow } from '../../model/ban.ts';
import { visible } from '../../text/sanitize.ts';
import { spanWords } from '../../text/span-words.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, middleColumn, seg, toHeight, wrap } from '../line.ts';
import { banRowKey, type Screen } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';

const SUBJECT_CELLS = 27;
/** Cells of a span of time, the longest of which is nearly a day. */
const timeCells = (): number => cellsFor([t('left'), t('since'), t('unknown'), t('ending'), spanWords(DAY_MS - 1)], 11);
const DAY_MS = 86_400_000;
const KEEPER_CELLS = 22;

/** Bans that hold, newest first; below what cannot be asked, and what does not hold everywhere. */
export function bansScreen(
  { list, selected }: Extract<Screen, { kind: 'bans' }>,
  { rect, nowMs }: { readonly rect: Rect; readonly nowMs: number },
  drawing: Drawing,
): StyledLine[] {
  const note = list === 'loading' ? '' : [...(list.dryRun ? [t('dry run')] : []), tn(list.rows.length, '{n} ban', '{n} bans')].join(' · ');
  const title = panelTitle({ title: t('Bans'), note, width: rect.width, focused: true }, drawing);
  if (list === 'loading') return toHeight([title, [], [seg(`  ${t('Asking who keeps the bans …')}`, 'dim')]], rect.height);
  const remarks = remarkLines(list, rect.width);
  if (list.rows.length === 0) {
    const empty: StyledLine = [seg(`  ${t('Nobody is banned. Select a line, address or incident and press b.')}`, 'dim')];
    return toHeight([title, [], empty, [], ...remarks], rect.height);
  }
  return listScreen({
    items: list.rows,
    selected: indexOfKey(list.rows, banRowKey, selected),
    rect,
    title,
    heading: [
      seg(' '),
      column(t('address'), SUBJECT_CELLS, 'faint'),
      column(t('left'), timeCells(), 'faint'),
      column(t('since'), timeCells(), 'faint'),
      column(t('by'), KEEPER_CELLS, 'faint'),
      seg(t('does it work'), 'faint'),
    ],
    line: (row) => banLine(row, nowMs, drawing),
    detail: remarks,
  });
}

function banLine({ subject, banner, source, sinceMs, untilMs, effect, isFailing }: BanRow, nowMs: number, { time }: Drawing): StyledLine {
  const left = untilMs === undefined ? t('unknown') : untilMs <= nowMs ? t('ending') : spanWords(untilMs - nowMs);
  const style = isFailing ? 'critical' : effect === '' ? 'dim' : 'ok';
  return [
    seg(' '),
    middleColumn(visible(subject), SUBJECT_CELLS - 1, 'strong'),
    seg(' '),
    column(left, timeCells(), 'text'),
    column(sinceMs === undefined ? '' : time.clockTime(sinceMs), timeCells(), 'dim'),
    column(source === 'log' ? t('{keeper} (log)', { keeper: visible(banner) }) : visible(banner), KEEPER_CELLS, 'text'),
    seg(visible(t(effect)), style),
  ];
}

function remarkLines({ problems, limits }: BanList, width: number): StyledLine[] {
  const say = (texts: readonly string[], style: 'medium' | 'faint'): StyledLine[] =>
    texts.flatMap((text) => wrap(visible(t(text)), Math.max(10, width - 4), 3).map((line): StyledLine => [seg('  '), seg(line, style)]));
  return [...say(problems, 'medium'), ...say(limits, 'faint')];
}
