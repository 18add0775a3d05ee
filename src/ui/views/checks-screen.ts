import { t, tn } from '../../lang/lang.ts';
import type { CheckDetail, CheckRow, CheckRun, KeptFinding, Measure } from '../../model/check.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { words } from '../../text/said.ts';
import { visible } from '../../text/sanitize.ts';
import { spanWords } from '../../text/span-words.ts';
import { cutEnd } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, lineWidth, onGround, seg, space, toHeight, wrap } from '../line.ts';
import { checkKey, findingKey, type Screen } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { checkTitle, countCells, openCounts, progressBar } from './check-words.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';
import { sparkline } from './sparkline.ts';

const NAME_CELLS = 11;
const ADDED_CELLS = 8;
/** From here on when a check runs again has a column of its own. */
const WIDE = 100;
/** From here on how many findings are new has one, too: how a check stands says more. */
const MEDIUM = 76;
const BAR_CELLS = 24;

interface Look {
  readonly rect: Rect;
  readonly nowMs: number;
}

/** Every check: how it stands, what is open, when it runs again; below it what the one under the cursor found. */
export function checksScreen(
  { list, selected, detail }: Extract<Screen, { kind: 'checks' }>,
  { rect, nowMs }: Look,
  drawing: Drawing,
): StyledLine[] {
  const { width, height } = rect;
  const title = panelTitle({ title: t('Checks'), note: list === 'loading' ? '' : runningNote(list), width, focused: true }, drawing);
  if (list === 'loading') return toHeight([title, [], [seg(`  ${t('The checks are being read …')}`, 'dim')]], height);
  const current = list[indexOfKey(list, checkKey, selected)];
  const rows = list.map((row) => {
    const line = rowLine(row, { width, nowMs }, drawing);
    return row === current ? onGround(line, width, 'selected') : line;
  });
  const top = [title, headingLine(width), ...rows, []];
  if (current === undefined) return toHeight(top, height);
  const below = aboutLines(
    current,
    detail?.row.name === current.name ? detail : undefined,
    { rect: { ...rect, height: height - top.length }, nowMs },
    drawing,
  );
  return toHeight([...top, ...below], height);
}

/** The check under the cursor: how its last run went, what it measured, and as many findings as fit. */
function aboutLines(row: CheckRow, detail: CheckDetail | undefined, { rect }: Look, drawing: Drawing): StyledLine[] {
  const { width, height } = rect;
  const schedule = row.every === '' ? t('runs when asked') : t('runs every {every}', { every: visible(row.every) });
  const about = [panelTitle({ title: checkTitle(row.name), note: schedule, width }, drawing), ...detailOf(row, width, drawing)];
  const findings = detail?.findings ?? [];
  const room = height - about.length - 2;
  if (findings.length === 0 || room < 1) return about;
  const shown = findings.slice(0, findings.length > room ? room - 1 : room).map((kept) => findingLine(kept, width));
  const more = findings.length - shown.length;
  const rest: StyledLine[] = more > 0 ? [[seg(`   ${tn(more, 'and {n} more: Enter', 'and {n} more: Enter')}`, 'dim')]] : [];
  return [...about, [], ...shown, ...rest];
}

function runningNote(list: readonly CheckRow[]): string {
  const running = list.filter((row) => row.running !== undefined).length;
  return running === 0 ? '' : t('{n} running', { n: running });
}

const agoCells = (): number => cellsFor([t('last run'), t('never'), t('running'), spanWords(86_399_000)], 10);

const headingLine = (width: number): StyledLine => [
  seg(' '),
  column(t('check'), NAME_CELLS, 'faint'),
  column(t('last run'), agoCells(), 'faint'),
  column(t('still open'), countCells(width), 'faint'),
  ...(width >= MEDIUM ? [column(t('new'), ADDED_CELLS, 'faint')] : []),
  ...(width >= WIDE ? [column(t('next'), agoCells(), 'faint'), seg(t('state'), 'faint')] : [seg(t('state'), 'faint')]),
];

function rowLine(row: CheckRow, { width, nowMs }: { readonly width: number; readonly nowMs: number }, drawing: Drawing): StyledLine {
  const { name, last, open, added, running, nextMs } = row;
  const ago = running !== undefined ? t('running') : last === undefined ? t('never') : spanWords(Math.max(0, nowMs - last.endedMs));
  const next = nextMs === undefined ? '' : spanWords(Math.max(0, nextMs - nowMs));
  const columns = [
    seg(' '),
    column(checkTitle(name), NAME_CELLS, row.missing === undefined ? 'strong' : 'dim'),
    column(ago, agoCells(), running === undefined ? 'dim' : 'accent'),
    ...openCounts(open, width),
    ...(width >= MEDIUM ? [column(added === 0 ? '' : `+${added}`, ADDED_CELLS, 'accent')] : []),
    ...(width >= WIDE ? [column(next, agoCells(), 'dim')] : []),
  ];
  return [...columns, ...stateOf(row, width - lineWidth(columns), drawing)];
}

/** The last column: progress, why it failed, what is missing. */
function stateOf({ running, last, missing, worst, muted = 0 }: CheckRow, cells: number, { glyphs }: Drawing): StyledLine {
  if (running !== undefined) return progressBar(running.percent, Math.max(10, Math.min(BAR_CELLS, cells)), glyphs);
  if (missing !== undefined) return [seg(t('not set up'), 'faint')];
  if (last === undefined) return [seg(t('never ran; r runs it'), 'faint')];
  if (last.problem !== undefined)
    return [seg(`${glyphs.cross} ${visible(words(last.problem))}`, last.state === 'stopped' ? 'dim' : 'medium')];
  const nothing = muted === 0 ? t('nothing open') : t('nothing open, {n} muted', { n: muted });
  if (worst === undefined) return [seg(`${glyphs.check} `, 'ok'), seg(nothing, 'dim')];
  return [seg(`${visible(words(worst.title)).replace(/\.$/, '')}: `, 'text'), seg(visible(worst.subject), 'strong')];
}

const paragraph = (text: string, width: number, style: Segment['style'], most = 4): StyledLine[] =>
  wrap(visible(text), Math.max(20, width - 2), most).map((line): StyledLine => [seg(' '), seg(line, style)]);

function detailOf(row: CheckRow, width: number, drawing: Drawing): StyledLine[] {
  const { running, missing, last } = row;
  return [
    ...(running === undefined ? [] : paragraph(words(running.phase), width, 'accent', 1)),
    ...(missing === undefined ? [] : paragraph(words(missing), width, 'medium')),
    ...(last?.problem === undefined ? [] : paragraph(words(last.problem), width, 'medium')),
    ...(last === undefined ? neverLines(row, width) : changesLine(last)),
    ...(last?.measures ?? []).slice(0, 30).map((measure) => measureLine(measure, width, drawing)),
    ...(last?.notes ?? []).flatMap((note) => paragraph(words(note), width, 'dim', 2)),
  ];
}

/** What the person can do about a check that could run. */
function neverLines({ name, running, missing, every }: CheckRow, width: number): StyledLine[] {
  if (running !== undefined || missing !== undefined) return [];
  const setting = `checks.${name}.every`;
  const text =
    every === ''
      ? t('It never ran. r runs it now; {setting} in the configuration makes it run by itself.', { setting })
      : t('It has not run yet. r runs it now.');
  return paragraph(text, width, 'dim');
}

function changesLine({ state, added, gone, unchanged, startedMs, endedMs }: CheckRun): StyledLine[] {
  if (state !== 'done') return [];
  const changes = t('{added} new, {gone} gone, {unchanged} unchanged', { added, gone, unchanged });
  return [[seg(` ${changes}`, 'text'), seg(`   ${t('took {time}', { time: spanWords(endedMs - startedMs) })}`, 'dim')]];
}

/** `✔ https://shop.example/  ▁▂▁▃  answers 200 in 120 ms`. */
function measureLine({ name, now, isBad, values }: Measure, width: number, drawing: Drawing): StyledLine {
  const { glyphs } = drawing;
  const cells = Math.min(60, Math.max(10, Math.floor(width / 4)));
  const nameCells = Math.min(48, Math.max(16, Math.floor(width / 3)));
  const shown = values.slice(-cells).map((value) => Math.max(0, value));
  const chart = sparkline(
    { values: shown, cells: Math.max(1, shown.length), lastIndex: shown.length - 1, style: isBad ? 'high' : 'accent' },
    glyphs,
  );
  return [
    seg(isBad ? ` ${glyphs.cross} ` : ` ${glyphs.check} `, isBad ? 'high' : 'ok'),
    column(visible(name), nameCells, 'text'),
    space(1 + cells - shown.length),
    ...(shown.length === 0 ? [] : chart),
    space(2),
    seg(visible(words(now)), isBad ? 'high' : 'dim'),
  ];
}

/** What one check found, worst first; below all that is known of the finding under the cursor. */
export function checkScreen({ name, detail, selected }: Extract<Screen, { kind: 'check' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const heading = (note: string): StyledLine => panelTitle({ title: checkTitle(name), note, width: rect.width, focused: true }, drawing);
  if (typeof detail === 'string') {
    const text = detail === 'loading' ? t('The findings are being read …') : t('There is no such check any more.');
    return toHeight([heading(''), [], [seg(`  ${text}`, 'dim')]], rect.height);
  }
  const { findings, row } = detail;
  const muted = findings.filter((kept) => kept.muted !== undefined).length;
  const open = findings.filter(({ state }) => state === 'open').length - muted;
  const openNote = tn(open, '{n} open finding', '{n} open findings');
  const note = muted === 0 ? openNote : t('{findings}, {n} muted', { findings: openNote, n: muted });
  if (findings.length === 0) {
    const nothing: StyledLine[] = row.last === undefined ? [] : [[seg(`  ${t('Nothing is open.')}`, 'dim')], []];
    return toHeight([heading(note), [], ...nothing, ...detailOf(row, rect.width, drawing)], rect.height);
  }
  const at = indexOfKey(findings, findingKey, selected);
  const current = findings[at];
  return listScreen({
    items: findings,
    selected: at,
    rect,
    title: heading(note),
    line: (kept) => findingLine(kept, rect.width),
    detail: current === undefined ? [] : findingDetail(current, rect.width, drawing),
  });
}

const SUBJECT_CELLS = 40;
/** From here on a finding's facts fit beside it. */
const FACTS_WIDE = 150;
const MOST_TITLE_CELLS = 50;

function findingLine({ finding, state, isNew, muted }: KeptFinding, width: number): StyledLine {
  // What is muted is as quiet as what is gone.
  const isGone = state === 'gone' || muted !== undefined;
  const titleCells = Math.min(MOST_TITLE_CELLS, Math.max(20, Math.floor(width * 0.45)));
  const word = muted !== undefined ? t('muted') : isGone ? t('gone') : isNew ? t('new') : '';
  const subject = visible(finding.subject);
  const facts = finding.facts.map(([label, value]) => `${t(label)} ${visible(value)}`).join(' · ');
  return [
    seg(` ${SEVERITY_LETTER[finding.severity]} `, isGone ? 'faint' : severityStyle(finding.severity), { bold: !isGone }),
    column(word, 6, isGone ? 'faint' : 'accent'),
    column(cutEnd(visible(words(finding.title)), titleCells - 1), titleCells, isGone ? 'faint' : 'text'),
    ...(width >= FACTS_WIDE
      ? [column(cutEnd(subject, SUBJECT_CELLS - 1), SUBJECT_CELLS, isGone ? 'faint' : 'strong'), seg(facts, isGone ? 'faint' : 'dim')]
      : [seg(subject, isGone ? 'faint' : 'strong')]),
  ];
}

function findingDetail({ finding, firstMs, muted }: KeptFinding, width: number, { time }: Drawing): StyledLine[] {
  const labelCells =
    cellsFor(
      finding.facts.map(([label]) => t(label)),
      12,
    ) + 1;
  const until = muted?.untilMs === undefined ? t('forever') : time.dateTime(muted.untilMs);
  const rows = [
    ...(muted === undefined ? [] : [[t('muted until'), [until, muted.by, muted.note].filter((text) => text !== '').join(' · ')] as const]),
    ...finding.facts.map(([label, value]) => [t(label), value] as const),
    [t('found first'), time.dateTime(firstMs)] as const,
  ];
  return [
    ...wrap(visible(words(finding.title)), width - 2, 2).map((line): StyledLine => [seg(` ${line}`, 'strong', { bold: true })]),
    ...rows.flatMap(([label, value]) =>
      wrap(visible(value), Math.max(10, width - labelCells - 2), 3).map(
        (line, i): StyledLine => [seg(' '), column(i === 0 ? label : '', labelCells, 'dim'), seg(line)],
      ),
    ),
    ...paragraph(words(finding.advice), width, 'text', 6),
  ];
}
