import { msg, t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd, cutStart, textWidth } from '../../text/width.ts';
import { onGround, seg, wrap } from '../line.ts';
import type { Input, UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';

const LABELS = {
  filter: msg('filter'),
  find: msg('find'),
  command: ':',
  note: msg('note'),
  rehearse: msg('rehearse'),
  attack: msg('attack?'),
} as const;
const HINTS = {
  filter: msg('status>=500 ip:203.0.113.0/24 -path:/health sqli · empty shows all'),
  find: msg('a text in the lines held'),
  command: msg('a command by name, Tab completes; or a time: 02:15'),
  rehearse: msg('off, off /path, off 198.51.100.0/24; a correlation: gte 10 within 5m'),
  note: msg('what the next operator should know; Enter takes it, empty too'),
  attack: msg('the active scan attacks its targets and may change data there: type yes'),
} as const;

/** Rows that a message may take; a longer one is cut. */
const MESSAGE_ROWS = 3;

/** What is wrong with the line being typed, in rows above it where it does not fit beside it. */
function problemRows({ input }: UiState, width: number): StyledLine[] {
  if (input === undefined || input.error === '' || fitsBeside(input, width)) return [];
  const rows = wrap(input.error, width - 2, MESSAGE_ROWS);
  return rows.map((row) => onGround([seg(` ${row}`, 'medium')], width, 'bar'));
}

const fitsBeside = ({ purpose, text, error }: Input, width: number): boolean =>
  textWidth(visible(text)) + textWidth(t(LABELS[purpose])) + textWidth(error) + 7 <= width;

/** A message in rows of this width: it stands over the lowest rows of the screen where one is not enough. */
function messageRows({ message, input }: UiState, width: number): StyledLine[] {
  if (message === undefined || input) return [];
  const rows = wrap(message.text, width - 2, MESSAGE_ROWS + 1);
  const shown = rows.length > MESSAGE_ROWS ? [...rows.slice(0, MESSAGE_ROWS - 1), rows.slice(MESSAGE_ROWS - 1).join(' ')] : rows;
  const style = message.tone === 'warning' ? 'medium' : 'text';
  return shown.map((row) => onGround([seg(` ${cutEnd(row, width - 2)}`, style)], width, 'bar'));
}

/** The rows of a message, or of what is wrong with the line being typed, above the prompt. */
export const messageAbove = (state: UiState, width: number): StyledLine[] =>
  state.input ? problemRows(state, width) : messageRows(state, width).slice(0, -1);

/** The line being typed, or the (last row of the) message to the operator; undefined when there is neither. */
export function promptView(state: UiState, width: number): StyledLine | undefined {
  if (state.input) return inputLine(state.input, width);
  return messageRows(state, width).at(-1);
}

function inputLine(input: Input, width: number): StyledLine {
  const before = visible(input.text.slice(0, input.cursor));
  const at = visible(input.text.slice(input.cursor, input.cursor + 1)) || ' ';
  const after = visible(input.text.slice(input.cursor + 1));
  const remark =
    input.error !== ''
      ? seg(fitsBeside(input, width) ? `   ${input.error}` : '', 'medium')
      : seg(input.text === '' ? `  ${t(HINTS[input.purpose])}` : '', 'faint');
  const label = seg(` ${t(LABELS[input.purpose])} `, 'accent', { bold: true });
  const shown = cutStart(before, Math.max(8, Math.floor(width * 0.6)));
  return onGround(
    [label, seg(shown, 'strong'), seg(at, 'strong', { ground: 'selected', underline: true }), seg(after, 'strong'), remark],
    width,
    'bar',
  );
}
