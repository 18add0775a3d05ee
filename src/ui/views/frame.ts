import { formatNumber, t, tn } from '../../lang/lang.ts';
import { incidentSubject } from '../../text/incident-subject.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import { type Layout, type Rect, SMALLEST } from '../layout.ts';
import { seg, toHeight } from '../line.ts';
import { type Screen, topScreen, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { actorLines, actorNote } from './actor.ts';
import { alertDialogLines } from './alert-dialog.ts';
import { alertsScreen } from './alerts-screen.ts';
import { banDialogLines } from './ban-dialog.ts';
import { bansScreen } from './bans-screen.ts';
import { baselineScreen } from './baseline-screen.ts';
import { checkScreen, checksScreen } from './checks-screen.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { entryLines } from './entry.ts';
import { helpLines } from './help.ts';
import { incidentsScreen } from './incidents-screen.ts';
import { muteDialogLines } from './mute-dialog.ts';
import { outputsScreen } from './outputs-screen.ts';
import { overlayCells, overlayView } from './overlay.ts';
import { paperLines } from './paper.ts';
import { rehearsalLines } from './rehearsal.ts';
import { rejectedScreen } from './rejected-screen.ts';
import { ruleLines, rulesScreen } from './rules-screen.ts';

/** What stands between header and prompt when another screen than live is on top; undefined for live and what lies over it. */
export function bodyView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] | undefined {
  const screen = screenBelowOverlays(state);
  switch (screen.kind) {
    case 'live':
    case 'entry':
    case 'paper':
      return undefined;
    case 'actor':
      return textScreen(
        {
          title: visible(actorTitle(screen)),
          note: actorNote(screen.detail, drawing),
          lines: actorLines(screen, rect.width, drawing),
          scroll: screen.scroll,
        },
        rect,
        drawing,
      );
    case 'incidents':
      return incidentsScreen(screen, rect, drawing);
    case 'alerts':
      return alertsScreen(screen, rect, drawing);
    case 'baseline':
      return baselineScreen(screen, rect, drawing);
    case 'rules':
      return rulesScreen(screen, rect, drawing);
    case 'rule': {
      const name = typeof screen.detail === 'string' ? '' : visible(screen.detail.row.name);
      const lines = ruleLines(screen.detail, rect.width, drawing);
      return textScreen(
        { title: name === '' ? t('Rule') : t('Rule {name}', { name }), note: t('Esc back'), lines, scroll: screen.scroll },
        rect,
        drawing,
      );
    }
    case 'rehearsal': {
      const lines = rehearsalLines(screen, rect.width, drawing);
      return textScreen(
        { title: t('Rehearsal of {name}', { name: visible(screen.row.name) }), note: '', lines, scroll: screen.scroll },
        rect,
        drawing,
      );
    }
    case 'bans':
      return bansScreen(screen, { rect, nowMs: state.nowMs }, drawing);
    case 'checks':
      return checksScreen(screen, { rect, nowMs: state.nowMs }, drawing);
    case 'check':
      return checkScreen(screen, rect, drawing);
    case 'outputs':
      return outputsScreen(screen, { sources: state.snapshot?.sources ?? [], rect }, drawing);
    case 'rejected':
      return rejectedScreen(screen, { state, rect }, drawing);
    case 'help':
      return textScreen(
        { title: t('Help'), note: t('Esc back'), lines: helpLines(rect.width, drawing), scroll: screen.scroll },
        rect,
        drawing,
      );
  }
}

/** The address as it was opened, or what the incident is about. */
function actorTitle({ address, detail }: Extract<Screen, { kind: 'actor' }>): string {
  if (address !== '' || detail === 'loading') return address;
  return detail.incident === undefined ? t('An incident of before') : incidentSubject(detail.incident);
}

/** The entry, or the alert dialog over anything. */
export function overlayOf(state: UiState, places: Layout, drawing: Drawing): StyledLine[] | undefined {
  const rect = places.overlay;
  const { dialog } = state;
  if (dialog) {
    const { head, scrolled: lines } = alertDialogLines(dialog, overlayCells(rect), drawing);
    const title = dialog.phase === 'done' ? t('Alert: what came of it') : t('Alert about {subject}', { subject: dialog.subject });
    return overlayView({ title, note: t('Esc closes'), rect, head, lines, scroll: dialog.scroll }, drawing);
  }
  const { muting } = state;
  if (muting) {
    const lines = muteDialogLines(muting, overlayCells(rect), drawing);
    return overlayView(
      { title: t('Mute: {subject}', { subject: muting.words }), note: t('Esc closes'), rect, lines, scroll: muting.scroll },
      drawing,
    );
  }
  const { ban } = state;
  if (ban) {
    const lines = banDialogLines(ban, overlayCells(rect), drawing);
    const title = ban.phase === 'done' ? t('Ban: what came of it') : t('Ban {subject}', { subject: ban.subject });
    return overlayView({ title, note: t('Esc closes'), rect, lines, scroll: ban.scroll }, drawing);
  }
  const screen = topScreen(state);
  if (screen.kind === 'paper') {
    const { title, note, text, scroll } = screen;
    const lines = paperLines(text, overlayCells(rect));
    return overlayView({ title: visible(title), note: `${note} · ${t('Esc back')}`, rect, lines, scroll }, drawing);
  }
  if (screen.kind !== 'entry') return undefined;
  const title = t('Entry {n}', { n: formatNumber(screen.rowId) });
  return overlayView(
    { title, note: t('Esc back'), rect, lines: entryLines(screen.detail, overlayCells(rect), drawing), scroll: screen.scroll },
    drawing,
  );
}

/** The one line of a terminal that is too small. */
export function tooSmallView({ size }: UiState): StyledLine {
  const needed = `${SMALLEST.columns}x${SMALLEST.rows}`;
  const long = t('secmon needs {needed}; this terminal is {size}.', { needed, size: `${size.columns}x${size.rows}` });
  return [seg(textWidth(long) <= size.columns ? long : t('needs {needed}', { needed }), 'text')];
}

/** An entry lies over whatever screen it was opened from. */
function screenBelowOverlays(state: UiState): Screen {
  return state.screens.findLast((screen) => screen.kind !== 'entry' && screen.kind !== 'paper') ?? { kind: 'live' };
}

interface TextScreen {
  readonly title: string;
  readonly note: string;
  readonly lines: readonly StyledLine[];
  readonly scroll: number;
}

/** Cells of a title's line beside title and note. */
const TITLE_MARGIN = 8;

/** A screen of text: its title says how much of it is still below, whatever else it has to say. */
function textScreen({ title, note, lines, scroll }: TextScreen, rect: Rect, drawing: Drawing): StyledLine[] {
  const from = Math.max(0, Math.min(scroll, lines.length - (rect.height - 1)));
  const below = lines.length - from - (rect.height - 1);
  const more = below > 0 ? `${tn(below, '{n} more row', '{n} more rows')} ${drawing.glyphs.down}` : '';
  const room = rect.width - textWidth(title) - textWidth(more) - TITLE_MARGIN - 3;
  const notes = [cutEnd(note, Math.max(0, room)), more].filter((part) => part !== '').join(' · ');
  return toHeight([panelTitle({ title, note: notes, width: rect.width, focused: true }, drawing), ...lines.slice(from)], rect.height);
}
