import { msg, t, tn } from '../../lang/lang.ts';
import type { BanPreview, BanResult } from '../../model/ban.ts';
import { visible } from '../../text/sanitize.ts';
import { cutEnd, cutStart } from '../../text/width.ts';
import { BAN_SPANS, type BanDialog, banSeconds, freshBan, refusedOf } from '../ban-dialog.ts';
import { cellsFor, column, onGround, seg, wrap } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import type { Drawing } from './drawing.ts';

const LABELS = [
  msg('For'),
  msg('By'),
  msg('Not now'),
  msg('Dry run'),
  msg('REFUSED'),
  msg('Force'),
  msg('Hits'),
  msg('Would run'),
  msg('Runs'),
  msg('Note'),
] as const;
type Label = (typeof LABELS)[number] | '';
const labelCells = (): number =>
  cellsFor(
    LABELS.map((label) => t(label)),
    10,
  );
const MOST_SHOWN = 12;

const label = (text: Label): Segment => column(text === '' ? '' : t(text), labelCells(), 'dim');

const labelled = (name: Label, texts: readonly string[], width: number, style: StyleName = 'text'): StyledLine[] =>
  texts.flatMap((text, i) =>
    wrap(visible(t(text)), Math.max(10, width - labelCells()), 8).map(
      (line, j): StyledLine => [label(i === 0 && j === 0 ? name : ''), seg(line, style)],
    ),
  );

const dot = (chosen: boolean): Segment => seg(chosen ? '(*) ' : '( ) ', chosen ? 'accent' : 'dim', { bold: chosen });

const onFocus = (line: StyledLine, has: boolean, width: number): StyledLine =>
  has ? onGround(line, width - labelCells(), 'selected') : line;

/** How long and by what; below what speaks against it, what else it hits and exactly what will be run, or afterwards what came of it. */
export function banDialogLines(dialog: BanDialog, width: number, drawing: Drawing): StyledLine[] {
  if (dialog.phase === 'done') return dialog.results.flatMap((result) => resultLines(dialog, result, { width, drawing }));
  const { preview } = dialog;
  const head = [spanLine(dialog, width), ...bannerLines(dialog, width), ...stateLine(dialog, width)];
  if (preview === undefined) return head;
  if (preview.problem !== '') return [...head, ...labelled('Not now', [preview.problem], width, 'high')];
  return [
    ...head,
    ...refusalLines(preview, width),
    ...wordLine(dialog, preview, width),
    ...labelled('Hits', preview.reach, width),
    ...commandLines(dialog, preview, width),
    ...labelled('Note', preview.notes, width, 'dim'),
  ];
}

function spanLine(dialog: BanDialog, width: number): StyledLine {
  const { span, focus } = dialog;
  const parts = BAN_SPANS.flatMap((each): Segment[] => [
    dot(each === span),
    seg(t(each), each === span ? 'strong' : 'text', { bold: each === span }),
    ...(each === 'other' ? [] : [seg('   ')]),
  ]);
  const typed = span === 'other' ? [seg(' '), ...field(dialog.other, dialog.otherCursor, focus === 'span')] : [];
  const hint = span === 'other' && banSeconds(dialog) === undefined ? [seg('  90 s, 20 min, 3 h, 2 days', 'medium')] : [];
  return [label('For'), ...onFocus([...parts, ...typed, ...hint], focus === 'span', width)];
}

function bannerLines({ preview, banner, focus }: BanDialog, width: number): StyledLine[] {
  const names = preview?.banners ?? [];
  const chosen = banner === '' ? (preview?.banner ?? '') : banner;
  const at = Math.max(0, names.indexOf(chosen));
  const first = Math.max(0, Math.min(at - 2, names.length - 5));
  return names.slice(first, first + 5).map((name, i): StyledLine => {
    const isChosen = name === chosen;
    const line = [dot(isChosen), seg(visible(name), isChosen ? 'strong' : 'text', { bold: isChosen })];
    return [label(i === 0 ? 'By' : ''), ...onFocus(line, isChosen && focus === 'banner', width)];
  });
}

function stateLine(dialog: BanDialog, width: number): StyledLine[] {
  if (dialog.phase === 'running') return labelled('', [t('Being done … the monitor goes on meanwhile.')], width, 'accent');
  if (dialog.preview === undefined || (freshBan(dialog) === undefined && banSeconds(dialog) !== undefined))
    return labelled('', [t('What would be run is being prepared …')], width, 'dim');
  if (!dialog.preview.dryRun) return [];
  return labelled(
    'Dry run',
    [t('Nothing will be banned. Real bans need actions.dry_run: false in the configuration; the demo never bans.')],
    width,
    'medium',
  );
}

function refusalLines(preview: BanPreview, width: number): StyledLine[] {
  const refused = preview.candidates.filter(({ refusals }) => refusals.length > 0);
  const of = preview.candidates.length;
  const texts = refused.slice(0, MOST_SHOWN).flatMap(({ refusals }) => refusals);
  const more = refused.length > MOST_SHOWN ? [t('and {n} more', { n: refused.length - MOST_SHOWN })] : [];
  const head = refused.length > 0 && of > 1 ? [t('{refused} of {all} addresses:', { refused: refused.length, all: of })] : [];
  return labelled('REFUSED', [...head, ...texts, ...more], width, 'critical');
}

function wordLine({ word, wordCursor, focus }: BanDialog, preview: BanPreview, width: number): StyledLine[] {
  if (refusedOf(preview) === 0) return [];
  const isRight = word.trim().toLowerCase() === preview.forceWord;
  const hint =
    focus === 'word' || word !== ''
      ? []
      : [seg(t('Tab goes here; type {word} to ban in spite of it', { word: preview.forceWord }), 'faint')];
  const line = [
    ...field(word, wordCursor, focus === 'word'),
    ...hint,
    ...(isRight ? [seg(`  ${t('forced')}`, 'critical', { bold: true })] : []),
  ];
  return [[label('Force'), ...onFocus(line, focus === 'word', width)]];
}

function field(text: string, cursor: number, has: boolean): StyledLine {
  if (!has) return [seg(visible(text), 'strong')];
  const at = visible(text.slice(cursor, cursor + 1)) || ' ';
  return [
    seg(cutStart(visible(text.slice(0, cursor)), 40, ''), 'strong'),
    seg(at, 'strong', { underline: true, bold: true }),
    seg(cutEnd(visible(text.slice(cursor + 1)), 40, ''), 'strong'),
  ];
}

function commandLines(dialog: BanDialog, preview: BanPreview, width: number): StyledLine[] {
  const isFresh = freshBan(dialog) !== undefined;
  const shown = preview.commands.slice(0, MOST_SHOWN);
  const left = preview.commands.length - shown.length;
  const more = left > 0 ? [tn(left, 'and {n} more command', 'and {n} more commands')] : [];
  const of = preview.candidates.length;
  const who = of > 1 ? [tn(of, 'for {n} address:', 'for {n} addresses:')] : [];
  return labelled(preview.dryRun ? 'Would run' : 'Runs', [...who, ...shown, ...more], width, isFresh ? 'strong' : 'faint');
}

function resultLines(
  dialog: BanDialog,
  result: BanResult,
  { width, drawing }: { readonly width: number; readonly drawing: Drawing },
): StyledLine[] {
  const { glyphs } = drawing;
  const mark = result.ok ? seg(`${glyphs.check} `, 'ok', { bold: true }) : seg(`${glyphs.cross} `, 'critical', { bold: true });
  const say = (text: string, style: StyleName): StyledLine[] =>
    wrap(visible(t(text)), width - 2, 6).map((line) => [seg('  '), seg(line, style)]);
  const effect = dialog.effects[result.subject] ?? '';
  const watching = result.ok && dialog.preview?.dryRun === false ? t('looking whether requests stop …') : '';
  const [first = '', ...rest] = wrap(visible(t(result.text)), width - 2, 8);
  return [
    [mark, seg(first)],
    ...rest.map((line): StyledLine => [seg('  '), seg(line)]),
    ...(effect === ''
      ? watching === ''
        ? []
        : say(watching, 'dim')
      : say(effect, dialog.failing.includes(result.subject) ? 'critical' : 'ok')),
  ];
}
