import type { ChannelInfo } from '../../engine/protocol.ts';
import { visible } from '../../text/sanitize.ts';
import { previewKey } from '../dialog.ts';
import { column, onGround, seg, wrap } from '../line.ts';
import type { AlertDialog, SendResult } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import type { Drawing } from './drawing.ts';

const LABEL_CELLS = 10;

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
  const label = (first: boolean) => column(first ? 'Send to' : '', LABEL_CELLS, 'dim');
  if (channels === 'loading') return [[label(true), seg('Reading the channels …', 'dim')]];
  if (channels.length === 0)
    return [[label(true), seg('No channel is configured: secmon config init writes a file to begin with.', 'medium')]];
  return channels.map((channel, i) => {
    const here = dialog.focus === 'channels' && dialog.cursor === i;
    const line = channelLine(channel, dialog.chosen.includes(channel.name), drawing);
    return [label(i === 0), ...(here ? onGround(line, width - LABEL_CELLS, 'selected') : line)];
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
  const label = column('Note', LABEL_CELLS, 'dim');
  if (focus !== 'note') return [label, note === '' ? seg('none; Tab goes here', 'faint') : seg(visible(note))];
  const room = width - LABEL_CELLS;
  const before = visible(note.slice(0, noteCursor));
  const shown = before.length > room - 4 ? `…${before.slice(-(room - 5))}` : before;
  const at = visible(note.slice(noteCursor, noteCursor + 1)) || ' ';
  const line = [
    seg(shown, 'strong'),
    seg(at, 'strong', { underline: true, bold: true }),
    seg(visible(note.slice(noteCursor + 1)), 'strong'),
  ];
  return [label, ...onGround(line, room, 'selected')];
}

function messageTitle(dialog: AlertDialog): StyledLine {
  const label = column('Message', LABEL_CELLS, 'dim');
  if (dialog.phase === 'sending')
    return [label, seg(`Sending to ${dialog.chosen.map(visible).join(', ')} … the monitor goes on meanwhile.`, 'accent')];
  if (dialog.chosen.length === 0) return [label, seg('Choose a channel above: Space.', 'medium')];
  const fresh = dialog.previewKey === previewKey(dialog);
  const words = `exactly as ${dialog.chosen.map(visible).join(', ')} will get it`;
  return [label, seg(fresh || dialog.previews.length > 0 ? words : 'being prepared …', 'faint')];
}

function previewLines({ channel, text }: { channel: string; text: string }, named: boolean, width: number): StyledLine[] {
  const lines = text.slice(0, 20_000).split('\n').slice(0, 400);
  const body = lines.flatMap((line) =>
    wrap(visible(line.replace(/\r$/, '')), width - 2, 60).map((part): StyledLine => [seg('  '), seg(part)]),
  );
  return named ? [[seg(`  ${visible(channel)}`, 'accent', { bold: true })], ...body, []] : body;
}

/** What the channel's server said, or why it did not work. */
function resultLines({ channel, delivery, waiting }: SendResult, width: number, { glyphs }: Drawing): StyledLine[] {
  const name = seg(visible(channel), 'strong', { bold: true });
  const say = (text: string): StyledLine[] => wrap(visible(text), width - 4, 6).map((line) => [seg(`    ${line}`, 'dim')]);
  if (delivery.ok) return [[seg(`  ${glyphs.check} `, 'ok', { bold: true }), name, seg('  accepted')], ...say(delivery.reply), []];
  if (waiting) {
    return [
      [seg(`  ${glyphs.circle} `, 'medium', { bold: true }), name, seg('  not yet: the message waits and is tried again by itself')],
      ...say(delivery.reason),
      ...say('The alerts screen (3) shows when it got through.'),
      [],
    ];
  }
  return [
    [seg(`  ${glyphs.cross} `, 'critical', { bold: true }), name, seg('  failed, and will not be tried again')],
    ...say(delivery.reason),
    [],
  ];
}
