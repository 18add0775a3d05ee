import type { ChannelInfo } from '../../engine/protocol.ts';
import { msg, t } from '../../lang/lang.ts';
import { visible } from '../../text/sanitize.ts';
import { cutStart } from '../../text/width.ts';
import { previewKey } from '../dialog.ts';
import { cellsFor, column, onGround, seg, wrap, wrapIndented } from '../line.ts';
import type { AlertDialog, SendResult } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from './drawing.ts';

const LABELS = [msg('Send to'), msg('Note'), msg('Message')] as const;
const labelCells = (): number =>
  cellsFor(
    LABELS.map((label) => t(label)),
    10,
  );

/** The dialog's parts: what stays in sight, and what can be scrolled below it. */
export interface DialogLines {
  readonly head: readonly StyledLine[];
  readonly scrolled: readonly StyledLine[];
}

/** Channels and note above; below the exact message for each chosen channel, or after sending what came of it. */
export function alertDialogLines(dialog: AlertDialog, width: number, drawing: Drawing): DialogLines {
  if (dialog.phase === 'done') return { head: [[]], scrolled: dialog.results.flatMap((result) => resultLines(result, width, drawing)) };
  const head = [...channelLines(dialog, width, drawing), [], noteLine(dialog, width), [], messageTitle(dialog)];
  return { head, scrolled: dialog.previews.flatMap((preview) => previewLines(preview, dialog.previews.length > 1, width)) };
}

function channelLines(dialog: AlertDialog, width: number, drawing: Drawing): StyledLine[] {
  const { channels } = dialog;
  const label = (first: boolean) => column(first ? t('Send to') : '', labelCells(), 'dim');
  if (channels === 'loading') return [[label(true), seg(t('Reading the channels …'), 'dim')]];
  if (channels.length === 0)
    return wrap(t('No channel is configured: secmon config init writes a file to begin with.'), width - labelCells()).map(
      (line, i): StyledLine => [label(i === 0), seg(line, 'medium')],
    );
  return channels.map((channel, i) => {
    const here = dialog.focus === 'channels' && dialog.cursor === i;
    const line = channelLine(channel, dialog.chosen.includes(channel.name), drawing);
    return [label(i === 0), ...(here ? onGround(line, width - labelCells(), 'selected') : line)];
  });
}

function channelLine(channel: ChannelInfo, chosen: boolean, { glyphs }: Drawing): StyledLine {
  return [
    seg('['),
    seg(chosen ? glyphs.check : ' ', 'accent', { bold: true }),
    seg('] '),
    column(visible(channel.name), 14, chosen ? 'strong' : 'text', { bold: chosen }),
    seg(visible(channel.destination) || visible(channel.type), 'dim'),
  ];
}

function noteLine({ note, noteCursor, focus }: AlertDialog, width: number): StyledLine {
  const label = column(t('Note'), labelCells(), 'dim');
  if (focus !== 'note') return [label, note === '' ? seg(t('none; Tab goes here'), 'faint') : seg(visible(note))];
  const room = width - labelCells();
  const shown = cutStart(visible(note.slice(0, noteCursor)), room - 4);
  const at = visible(note.slice(noteCursor, noteCursor + 1)) || ' ';
  const line = [
    seg(shown, 'strong'),
    seg(at, 'strong', { underline: true, bold: true }),
    seg(visible(note.slice(noteCursor + 1)), 'strong'),
  ];
  return [label, ...onGround(line, room, 'selected')];
}

function messageTitle(dialog: AlertDialog): StyledLine {
  const label = column(t('Message'), labelCells(), 'dim');
  const channels = dialog.chosen.map(visible).join(', ');
  if (dialog.phase === 'sending') return [label, seg(t('Sending to {channels} … the monitor goes on meanwhile.', { channels }), 'accent')];
  if (dialog.chosen.length === 0) return [label, seg(t('Choose a channel above: Space.'), 'medium')];
  const fresh = dialog.previewKey === previewKey(dialog);
  const words = t('exactly as {channels} will get it', { channels });
  return [label, seg(fresh || dialog.previews.length > 0 ? words : t('being prepared …'), 'faint')];
}

function previewLines({ channel, text }: { channel: string; text: string }, named: boolean, width: number): StyledLine[] {
  const lines = text.slice(0, 20_000).split('\n').slice(0, 400);
  const body = lines.flatMap((line) =>
    wrapIndented(visible(line.replace(/\r$/, '')), width - 2, 60).map((part): StyledLine => [seg('  '), seg(part)]),
  );
  return named ? [[seg(`  ${visible(channel)}`, 'accent', { bold: true })], ...body, []] : body;
}

/** What the channel's server said, or why it did not work. */
function resultLines({ channel, delivery, waiting }: SendResult, width: number, { glyphs }: Drawing): StyledLine[] {
  const name = seg(visible(channel), 'strong', { bold: true });
  const say = (text: string): StyledLine[] => wrap(visible(text), width - 4, 6).map((line) => [seg(`    ${line}`, 'dim')]);
  if (delivery.ok) return [[seg(`  ${glyphs.check} `, 'ok', { bold: true }), name, seg(`  ${t('accepted')}`)], ...say(delivery.reply), []];
  if (waiting) {
    return [
      [
        seg(`  ${glyphs.circle} `, 'medium', { bold: true }),
        name,
        seg(`  ${t('not yet: the message waits and is tried again by itself')}`),
      ],
      ...say(delivery.reason),
      ...say(t('The alerts screen (3) shows when it got through.')),
      [],
    ];
  }
  return [
    [seg(`  ${glyphs.cross} `, 'critical', { bold: true }), name, seg(`  ${t('failed, and will not be tried again')}`)],
    ...say(delivery.reason),
    [],
  ];
}
