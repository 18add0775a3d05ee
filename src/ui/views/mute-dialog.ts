import { msg, t, tn } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { MUTE_SPANS, type MuteSpan } from '../../model/mute.ts';
import { mutePlaceText } from '../../text/mute-place-text.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { cutEnd, cutStart } from '../../text/width.ts';
import { cellsFor, column, onGround, seg, wrap } from '../line.ts';
import { freshPreview, type MuteDialog } from '../mute-dialog.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';

const LABELS = [msg('Rule'), msg('Where'), msg('For'), msg('Success'), msg('Note')] as const;
type Label = (typeof LABELS)[number];
const labelCells = (): number =>
  cellsFor(
    LABELS.map((label) => t(label)),
    10,
  );
const SPAN_WORDS: Readonly<Record<MuteSpan, string>> = {
  '1 h': msg('1 h'),
  '1 day': msg('1 day'),
  '7 days': msg('7 days'),
  forever: msg('forever'),
};
/** Narrower ones are low, too: there the parts stand without rows between them, so that the line is in sight. */
const AIRY = 90;
/** Rows of a list that are in sight at once. */
const MAX_RULES = 4;
const MAX_PLACES = 5;

/** Which rule, where, until when, note; below what it would have muted, and exactly the line that will be written. */
export function muteDialogLines(dialog: MuteDialog, width: number, drawing: Drawing): StyledLine[] {
  const { options } = dialog;
  if (options === 'loading') return [[seg(t('Looking at what can be muted …'), 'dim')]];
  if (options.length === 0)
    return wrap(t('Nothing that a rule flags is held of this: there is nothing to mute.'), width).map((line) => [seg(line, 'dim')]);
  const air: readonly StyledLine[] = width >= AIRY ? [[]] : [];
  return [
    ...ruleLines(dialog, width),
    ...air,
    ...placeLines(dialog, width, drawing),
    ...air,
    spanLine(dialog, width),
    ...(dialog.subject.kind === 'finding' ? [] : [successLine(dialog, width, drawing)]),
    noteLine(dialog, width),
    ...air,
    ...previewLines(dialog, { width, air }),
  ];
}

/** The part of a list around what is chosen. */
function inSight<T>(items: readonly T[], chosen: number, most: number): readonly { readonly item: T; readonly index: number }[] {
  const first = Math.max(0, Math.min(chosen - Math.floor(most / 2), items.length - most));
  return items.slice(first, first + most).map((item, i) => ({ item, index: first + i }));
}

const labelled = (label: Label, lines: readonly StyledLine[]): StyledLine[] =>
  lines.map((line, i) => [column(i === 0 ? t(label) : '', labelCells(), 'dim'), ...line]);

const onFocus = (line: StyledLine, has: boolean, width: number): StyledLine =>
  has ? onGround(line, width - labelCells(), 'selected') : line;

const dot = (chosen: boolean): Segment => seg(chosen ? '(*) ' : '( ) ', chosen ? 'accent' : 'dim', { bold: chosen });

function ruleLines({ options, rule, focus }: MuteDialog, width: number): StyledLine[] {
  const known = options === 'loading' ? [] : options;
  const lines = inSight(known, rule, MAX_RULES).map(({ item, index }) => {
    const chosen = index === rule;
    const line = [
      dot(chosen),
      seg(`${SEVERITY_LETTER[item.severity]} `, severityStyle(item.severity), { bold: true }),
      seg(`${visible(item.name)}  `, chosen ? 'strong' : 'text', { bold: chosen }),
      seg(visible(t(item.title)), 'dim'),
    ];
    return onFocus(line, chosen && focus === 'rule', width);
  });
  return labelled('Rule', lines);
}

function placeLines({ options, rule, place, focus }: MuteDialog, width: number, { glyphs }: Drawing): StyledLine[] {
  const places = options === 'loading' ? [] : (options[rule]?.places ?? []);
  const lines = inSight(places, place, MAX_PLACES).map(({ item, index }) => {
    const chosen = index === place;
    const words = cutEnd(visible(mutePlaceText(item.words)), width - labelCells() - 6, glyphs.ellipsis);
    return onFocus([dot(chosen), seg(words, chosen ? 'strong' : 'text', { bold: chosen })], chosen && focus === 'place', width);
  });
  return labelled('Where', lines);
}

function spanLine({ span, focus }: MuteDialog, width: number): StyledLine {
  const words = MUTE_SPANS.flatMap((each): Segment[] => [
    dot(each === span),
    seg(t(SPAN_WORDS[each]), each === span ? 'strong' : 'text', { bold: each === span }),
    seg('   '),
  ]);
  return [column(t('For'), labelCells(), 'dim'), ...onFocus(words, focus === 'span', width)];
}

function successLine({ successes, focus }: MuteDialog, width: number, { glyphs }: Drawing): StyledLine {
  const line = [
    seg('['),
    seg(successes ? glyphs.check : ' ', 'critical', { bold: true }),
    seg('] '),
    seg(t('mute what worked ({mark}), too', { mark: glyphs.check }), successes ? 'strong' : 'text'),
  ];
  return [column(t('Success'), labelCells(), 'dim'), ...onFocus(line, focus === 'successes', width)];
}

function noteLine({ note, noteCursor, focus }: MuteDialog, width: number): StyledLine {
  const label = column(t('Note'), labelCells(), 'dim');
  if (focus !== 'note') return [label, note === '' ? seg(t('why: for those who read the file'), 'faint') : seg(visible(note))];
  const before = cutStart(visible(note.slice(0, noteCursor)), width - labelCells() - 4, '');
  const at = visible(note.slice(noteCursor, noteCursor + 1)) || ' ';
  const line = [
    seg(before, 'strong'),
    seg(at, 'strong', { underline: true, bold: true }),
    seg(visible(note.slice(noteCursor + 1)), 'strong'),
  ];
  return [label, ...onGround(line, width - labelCells(), 'selected')];
}

/** `Would have muted 209 of 3,104 held detections; 3 that worked stay`. */
export function effectWords(
  { muted, elsewhere, successes, of }: { muted: number; elsewhere: number; successes: number; of: number },
  successesToo: boolean,
): string {
  const shown = count(successes);
  const all = tn(of, 'Would have muted {muted} of {shown} held detection', 'Would have muted {muted} of {shown} held detections', {
    muted: count(muted),
    shown: count(of),
  });
  const worked =
    successes === 0
      ? all
      : successesToo
        ? t('{effect}, {shown} of them successes', { effect: all, shown })
        : tn(successes, '{effect}; {shown} that worked stays', '{effect}; {shown} that worked stay', { effect: all, shown });
  if (elsewhere === 0) return worked;
  return tn(
    elsewhere,
    '{effect}; {shown} more is still flagged by other rules',
    '{effect}; {shown} more are still flagged by other rules',
    {
      effect: worked,
      shown: count(elsewhere),
    },
  );
}

function previewLines(dialog: MuteDialog, { width, air }: { readonly width: number; readonly air: readonly StyledLine[] }): StyledLine[] {
  const { preview } = dialog;
  const prepared = t('The line is being prepared …');
  if (preview === undefined) return [[seg(prepared, 'dim')]];
  const isFresh = freshPreview(dialog) !== undefined;
  const isFinding = dialog.subject.kind === 'finding';
  const told = isFinding
    ? t('It stays listed as muted, alerts nobody, and comes back when the time is over.')
    : effectWords(preview, dialog.successes);
  const effect = wrap(told, width, 3).map((line): StyledLine => [seg(line, preview.muted > 0 ? 'strong' : 'medium')]);
  const file = visible(t(preview.file));
  const said = dialog.writing ? t('Writing to {file} …', { file }) : t('Enter writes exactly this to {file}:', { file });
  const line = wrap(visible(preview.line), width - 2, 12).map((part): StyledLine => [seg(`  ${part}`, isFresh ? 'text' : 'faint')]);
  return [...effect, ...air, ...wrap(isFresh ? said : prepared, width, 2).map((part): StyledLine => [seg(part, 'dim')]), ...line];
}
