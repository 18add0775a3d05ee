import { t } from '../../lang/lang.ts';
import { type Command, contextOf } from '../commands/command.ts';
import { COMMANDS, keyWord } from '../commands.ts';
import { lineWidth, onGround, seg } from '../line.ts';
import type { UiState } from '../state.ts';
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
  let left = ordered;
  for (const command of ordered) {
    left = left.filter((other) => other !== command);
    // Help is never crowded out: it leads to everything else.
    const help = left.find(({ id }) => id === 'help');
    const next = [...line, ...keyWords(command, state, line.length > 0)];
    if (lineWidth(next) + (help ? lineWidth(keyWords(help, state, true)) : 0) <= width - 1) line = next;
  }
  return onGround(line, width, 'bar');
}

function keyWords(command: Command, state: UiState, follows: boolean): Segment[] {
  const key = seg(footerKey(command.keys[0] ?? ''), 'accent', { bold: true });
  return [seg(follows ? '   ' : ' '), key, seg(` ${t(command.titleNow?.(state) ?? command.title)}`, 'dim')];
}

const footerKey = (key: string): string => (/^[A-Z]$/.test(key) ? key : keyWord(key).toLowerCase());

/** Keys that stand in the key line of the live screen alone: elsewhere Escape goes back, and `q` would seem to leave the program. */
const LIVE_ALONE: readonly string[] = ['quit', 'baseline'];

/** `G` stands there only where it brings the feed back to life, and no screen names itself. */
function fitsHere(id: string, state: UiState): boolean {
  const context = contextOf(state);
  if (id === 'follow') return context === 'live' && state.focus === 'feed';
  return id !== context && (context === 'live' || !LIVE_ALONE.includes(id));
}
