import type { BanList, BanRow } from '../../model/ban.ts';
import { visible } from '../../text/sanitize.ts';
import { duration } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { column, seg, toHeight, wrap } from '../line.ts';
import { banRowKey, type Screen } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle, plural } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';

const SUBJECT_CELLS = 27;
const TIME_CELLS = 11;
const KEEPER_CELLS = 22;

/** Bans that hold, newest first; below what cannot be asked, and what does not hold everywhere. */
export function bansScreen(
  { list, selected }: Extract<Screen, { kind: 'bans' }>,
  { rect, nowMs }: { readonly rect: Rect; readonly nowMs: number },
  drawing: Drawing,
): StyledLine[] {
  const note = list === 'loading' ? '' : `${list.dryRun ? 'dry run · ' : ''}${plural(list.rows.length, 'ban')}`;
  const title = panelTitle({ title: 'Bans', note, width: rect.width, focused: true }, drawing);
  if (list === 'loading') return toHeight([title, [], [seg('  Asking who keeps the bans …', 'dim')]], rect.height);
  const remarks = remarkLines(list, rect.width);
  if (list.rows.length === 0) {
    const empty: StyledLine = [seg('  Nobody is banned. Select a line, address or incident and press b.', 'dim')];
    return toHeight([title, [], empty, [], ...remarks], rect.height);
  }
  return listScreen({
    items: list.rows,
    selected: indexOfKey(list.rows, banRowKey, selected),
    rect,
    title,
    heading: [
      seg(' '),
      column('address', SUBJECT_CELLS, 'faint'),
      column('left', TIME_CELLS, 'faint'),
      column('since', TIME_CELLS, 'faint'),
      column('by', KEEPER_CELLS, 'faint'),
      seg('does it work', 'faint'),
    ],
    line: (row) => banLine(row, nowMs, drawing),
    detail: remarks,
  });
}

function banLine({ subject, banner, source, sinceMs, untilMs, effect }: BanRow, nowMs: number, { time }: Drawing): StyledLine {
  const left = untilMs === undefined ? 'unknown' : untilMs <= nowMs ? 'ending' : duration(untilMs - nowMs);
  const style = effect.includes('not effective') ? 'critical' : effect === '' ? 'dim' : 'ok';
  return [
    seg(' '),
    column(visible(subject), SUBJECT_CELLS, 'strong'),
    column(left, TIME_CELLS, 'text'),
    column(sinceMs === undefined ? '' : time.clockTime(sinceMs), TIME_CELLS, 'dim'),
    column(`${visible(banner)}${source === 'log' ? ' (log)' : ''}`, KEEPER_CELLS, 'text'),
    seg(visible(effect), style),
  ];
}

function remarkLines({ problems, limits }: BanList, width: number): StyledLine[] {
  const say = (texts: readonly string[], style: 'medium' | 'faint'): StyledLine[] =>
    texts.flatMap((text) => wrap(visible(text), Math.max(10, width - 4), 3).map((line): StyledLine => [seg('  '), seg(line, style)]));
  return [...say(problems, 'medium'), ...say(limits, 'faint')];
}
