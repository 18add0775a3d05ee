import { incidentSubject } from '../../text/incident-subject.ts';
import { visible } from '../../text/sanitize.ts';
import { textWidth } from '../../text/width.ts';
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
import { type Drawing, panelTitle, plural } from './drawing.ts';
import { entryLines } from './entry.ts';
import { helpLines } from './help.ts';
import { incidentsScreen } from './incidents-screen.ts';
import { muteDialogLines } from './mute-dialog.ts';
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
      const name = typeof screen.detail === 'string' ? '' : ` ${visible(screen.detail.row.name)}`;
      const lines = ruleLines(screen.detail, rect.width, drawing);
      return textScreen({ title: `Rule${name}`, note: 'Esc goes back', lines, scroll: screen.scroll }, rect, drawing);
    }
    case 'rehearsal': {
      const lines = rehearsalLines(screen, rect.width, drawing);
      return textScreen({ title: `Rehearsal of ${visible(screen.row.name)}`, note: '', lines, scroll: screen.scroll }, rect, drawing);
    }
    case 'bans':
      return bansScreen(screen, { rect, nowMs: state.nowMs }, drawing);
    case 'rejected':
      return rejectedScreen(screen, { state, rect }, drawing);
    case 'help':
      return textScreen(
        { title: 'Help', note: 'Esc goes back', lines: helpLines(rect.width, drawing), scroll: screen.scroll },
        rect,
        drawing,
      );
  }
}

/** The address as it was opened, or what the incident is about. */
function actorTitle({ address, detail }: Extract<Screen, { kind: 'actor' }>): string {
  if (address !== '' || detail === 'loading') return address;
  return detail.incident === undefined ? 'An incident of before' : incidentSubject(detail.incident);
}

/** The entry, or the alert dialog over anything. */
export function overlayOf(state: UiState, places: Layout, drawing: Drawing): StyledLine[] | undefined {
  const rect = places.overlay;
  const { dialog } = state;
  if (dialog) {
    const { head, scrolled: lines } = alertDialogLines(dialog, overlayCells(rect), drawing);
    const title = dialog.phase === 'done' ? 'Alert: what came of it' : `Alert about ${dialog.subject}`;
    return overlayView({ title, note: 'Esc closes', rect, head, lines, scroll: dialog.scroll }, drawing);
  }
  const { muting } = state;
  if (muting) {
    const lines = muteDialogLines(muting, overlayCells(rect), drawing);
    return overlayView({ title: `Mute: ${muting.words}`, note: 'Esc closes', rect, lines, scroll: muting.scroll }, drawing);
  }
  const { ban } = state;
  if (ban) {
    const lines = banDialogLines(ban, overlayCells(rect), drawing);
    const title = ban.phase === 'done' ? 'Ban: what came of it' : `Ban ${ban.subject}`;
    return overlayView({ title, note: 'Esc closes', rect, lines, scroll: ban.scroll }, drawing);
  }
  const screen = topScreen(state);
  if (screen.kind === 'paper') {
    const { title, note, text, scroll } = screen;
    const lines = paperLines(text, overlayCells(rect));
    return overlayView({ title: visible(title), note: `${note} · Esc back`, rect, lines, scroll }, drawing);
  }
  if (screen.kind !== 'entry') return undefined;
  const title = `Entry ${screen.rowId.toLocaleString('en-US')}`;
  return overlayView(
    { title, note: 'Esc back', rect, lines: entryLines(screen.detail, overlayCells(rect), drawing), scroll: screen.scroll },
    drawing,
  );
}

/** The one line of a terminal that is too small. */
export function tooSmallView({ size }: UiState): StyledLine {
  const long = `secmon needs ${SMALLEST.columns}x${SMALLEST.rows}; this terminal is ${size.columns}x${size.rows}.`;
  return [seg(textWidth(long) <= size.columns ? long : `needs ${SMALLEST.columns}x${SMALLEST.rows}`, 'text')];
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

/** A screen of text: its title says how much of it is still below. */
function textScreen({ title, note, lines, scroll }: TextScreen, rect: Rect, drawing: Drawing): StyledLine[] {
  const from = Math.max(0, Math.min(scroll, lines.length - (rect.height - 1)));
  const below = lines.length - from - (rect.height - 1);
  const more = below > 0 ? `${plural(below, 'more row')} ${drawing.glyphs.down}` : '';
  const notes = [note, more].filter((part) => part !== '').join(' · ');
  return toHeight([panelTitle({ title, note: notes, width: rect.width, focused: true }, drawing), ...lines.slice(from)], rect.height);
}
