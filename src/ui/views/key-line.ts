import { contextOf } from '../commands/command.ts';
import { COMMANDS, keyWord } from '../commands.ts';
import { lineWidth, onGround, seg } from '../line.ts';
import { topScreen, type UiState } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';

/** The next sensible keys, as many as fit; only keys that would do something now. */
export function keyLine(state: UiState, width: number): StyledLine {
  const context = contextOf(state);
  const shown = COMMANDS.filter(
    (command) =>
      command.footer !== undefined && command.contexts.includes(context) && fitsHere(command.id, state) && command.enabled(state) === true,
  );
  const ordered = [...shown].sort((a, b) => (a.footer ?? 0) - (b.footer ?? 0));
  let line: Segment[] = [];
  for (const command of ordered) {
    const title = command.titleNow?.(state) ?? command.title;
    const next = [
      ...line,
      seg(line.length > 0 ? '   ' : ' '),
      seg(footerKey(command.keys[0] ?? ''), 'accent', { bold: true }),
      seg(` ${title}`, 'dim'),
    ];
    if (lineWidth(next) <= width - 1) line = next;
  }
  return onGround(line, width, 'bar');
}

const footerKey = (key: string): string => (/^[A-Z]$/.test(key) ? key : keyWord(key).toLowerCase());

/** `G` stands in the key line only where it brings the feed back to life; lists have no need of it. */
const fitsHere = (id: string, state: UiState): boolean => id !== 'follow' || (topScreen(state).kind === 'live' && state.focus === 'feed');
