import { createTimeFormat } from '../../text/time-format.ts';
import { layout } from '../layout.ts';
import { topScreen, type UiState } from '../state.ts';
import { glyphs } from '../theme/theme.ts';
import { actorLines } from './actor.ts';
import { alertDialogLines } from './alert-dialog.ts';
import { banDialogLines } from './ban-dialog.ts';
import { entryLines } from './entry.ts';
import { helpLines } from './help.ts';
import { muteDialogLines } from './mute-dialog.ts';
import { overlayCells, overlayRows } from './overlay.ts';
import { paperLines } from './paper.ts';
import { rehearsalLines } from './rehearsal.ts';
import { ruleLines } from './rules-screen.ts';

/** How far the text on top can be scrolled; 0 when all of it is in sight. Only numbers of lines count, so glyphs and zone do not matter. */
export function furthestScroll(state: UiState): number {
  const places = layout(state.size);
  if (!places) return 0;
  const drawing = { glyphs: glyphs(true), time: createTimeFormat('UTC') };
  if (state.dialog) {
    const { head, scrolled } = alertDialogLines(state.dialog, overlayCells(places.overlay), drawing);
    return Math.max(0, scrolled.length - overlayRows(places.overlay, head));
  }
  if (state.muting)
    return Math.max(0, muteDialogLines(state.muting, overlayCells(places.overlay), drawing).length - overlayRows(places.overlay));
  if (state.ban) return Math.max(0, banDialogLines(state.ban, overlayCells(places.overlay), drawing).length - overlayRows(places.overlay));
  const screen = topScreen(state);
  if (screen.kind === 'paper')
    return Math.max(0, paperLines(screen.text, overlayCells(places.overlay)).length - overlayRows(places.overlay));
  if (screen.kind === 'entry')
    return Math.max(0, entryLines(screen.detail, overlayCells(places.overlay), drawing).length - overlayRows(places.overlay));
  const rows = places.body.height - 1;
  if (screen.kind === 'rule') return Math.max(0, ruleLines(screen.detail, places.body.width, drawing).length - rows);
  if (screen.kind === 'rehearsal') return Math.max(0, rehearsalLines(screen, places.body.width, drawing).length - rows);
  if (screen.kind === 'actor') return Math.max(0, actorLines(screen, places.body.width, drawing).length - rows);
  return screen.kind === 'help' ? Math.max(0, helpLines(places.body.width, drawing).length - rows) : 0;
}
