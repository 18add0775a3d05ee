import { msg, t } from '../../lang/lang.ts';
import { FAMILIES } from '../../model/detection.ts';
import type { BaselineKind, BaselineReport, BaselineRow } from '../../model/history.ts';
import { familyWord } from '../../text/family-word.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, rightColumn, seg, toHeight, wrap } from '../line.ts';
import { baselineKey, type Screen } from '../state.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { listScreen } from './list-screen.ts';

const SECTION_TITLE: Readonly<Record<BaselineRow['section'], string>> = {
  new: msg('New: not seen before'),
  grown: msg('Grew most'),
  traffic: msg('Traffic as a whole'),
};

const KIND_WORD: Readonly<Record<BaselineKind, string>> = {
  requests: '',
  addresses: '',
  status: msg('status'),
  family: msg('family'),
  path: msg('path'),
  agent: msg('agent'),
  network: msg('network'),
  actor: msg('address'),
};

/** Cells of the kind, and of each number. */
const kindCells = (): number =>
  cellsFor(
    Object.values(KIND_WORD).map((word) => t(word)),
    8,
  );
const NUMBERS = [msg('now'), msg('usual'), msg('1 h ago'), msg('1 d ago'), msg('1 w ago')] as const;
const numberCells = (): number =>
  cellsFor(
    NUMBERS.map((name) => t(name)),
    8,
  ) - 1;
/** From here on a row is worth a look; beyond the second it is far out. */
const UNUSUAL = 3;
const FAR_OUT = 8;

type Item = { readonly heading: string } | { readonly row: BaselineRow };

/** The rows with a heading before each section; a section without rows says so. */
function itemsOf({ rows }: BaselineReport): Item[] {
  return (['new', 'grown', 'traffic'] as const).flatMap((section): Item[] => {
    const own = rows.filter((row) => row.section === section);
    const heading = t(SECTION_TITLE[section]);
    return [{ heading: own.length === 0 ? t('{section}: nothing', { section: heading }) : heading }, ...own.map((row) => ({ row }))];
  });
}

/** The last five minutes beside the same time before: what is new, what grew most, and all in all. */
export function baselineScreen({ report, selected }: Extract<Screen, { kind: 'baseline' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const title = panelTitle({ title: t('Baseline'), note: noteOf(report, drawing), width: rect.width, focused: true }, drawing);
  const only = (text: string): StyledLine[] =>
    toHeight([title, [], ...wrap(text, rect.width - 4, 6).map((line): StyledLine => [seg(`  ${line}`, 'dim')])], rect.height);
  if (report === 'loading') return only(t('Comparing …'));
  if (report.silent !== '') return only(silence(report));
  const items = itemsOf(report);
  const chosen = report.rows.find((row) => baselineKey(row) === selected) ?? report.rows[0];
  const at = items.findIndex((item) => 'row' in item && item.row === chosen);
  return listScreen({
    items,
    selected: at,
    rect,
    title,
    heading: headingLine(rect.width),
    line: (item) => ('heading' in item ? [seg(` ${item.heading}`, 'strong', { bold: true })] : rowLine(item.row, rect.width)),
    detail: chosen ? detailOf(chosen, rect.width) : [],
  });
}

function noteOf(report: BaselineReport | 'loading', { time }: Drawing): string {
  if (report === 'loading' || report.toMs === 0) return '';
  return t('{from} to {to}', { from: time.clockTime(report.fromMs).slice(0, 5), to: time.clockTime(report.toMs).slice(0, 5) });
}

function silence({ silent }: BaselineReport): string {
  return t('Not enough seen yet: it {reason}. It learns what is usual from the lines that come, and keeps that from run to run.', {
    reason: visible(t(silent)),
  });
}

const textCells = (width: number): number => Math.max(10, width - kindCells() - NUMBERS.length * (numberCells() + 1) - 3);

const headingLine = (width: number): StyledLine => [
  seg('   '),
  column('', kindCells() + textCells(width), 'faint'),
  ...NUMBERS.flatMap((name) => [seg(' '), rightColumn(t(name), numberCells(), 'faint')]),
];

const styleOf = (row: BaselineRow): StyleName => {
  if (row.section === 'new') return 'medium';
  const far = Math.abs(row.score);
  return far >= FAR_OUT ? 'high' : far >= UNUSUAL ? 'medium' : 'text';
};

function rowLine(row: BaselineRow, width: number): StyledLine {
  const style = styleOf(row);
  const number = (value: number | undefined, name: StyleName): StyledLine => [
    seg(' '),
    rightColumn(value === undefined ? '–' : count(value), numberCells(), name),
  ];
  return [
    seg(row.section !== 'new' && Math.abs(row.score) >= UNUSUAL ? (row.score > 0 ? ' + ' : ' - ') : '   ', style, { bold: true }),
    column(t(KIND_WORD[row.kind]), kindCells(), 'dim'),
    column(visible(isMany(row) ? shownNote(row) : shownText(row)), textCells(width), 'text'),
    ...number(row.now, style),
    ...number(row.section === 'new' ? undefined : row.usual, 'dim'),
    ...row.ago.flatMap((value) => number(value, 'dim')),
  ];
}

const TOTALS = { requests: msg('all lines'), addresses: msg('different addresses') } as const;

/** Families and totals in words; what was logged as it is. */
function shownText({ kind, text }: BaselineRow): string {
  if (kind === 'requests' || kind === 'addresses') return text === TOTALS[kind] ? t(TOTALS[kind]) : text;
  const family = kind === 'family' ? FAMILIES.find((name) => name === text) : undefined;
  return family === undefined ? text : familyWord(family);
}

/** What more there is to say, in the language of the screen; in the data it is English, with hostile text in it. */
function shownNote({ note }: BaselineRow): string {
  const [, paths, inventor] = /^([\d,]{1,12}) new paths by (.{1,200})$/.exec(note) ?? [];
  if (paths !== undefined && inventor !== undefined) return t('{n} new paths by {actor}', { n: paths, actor: inventor });
  const [, n, word] = /^([\d,]{1,12}) more new (user agents|networks)$/.exec(note) ?? [];
  if (n !== undefined) return word === 'networks' ? t('{n} more new networks', { n }) : t('{n} more new user agents', { n });
  const [, actor] = /^by (.{1,200})$/.exec(note) ?? [];
  return actor === undefined ? note : t('by {actor}', { actor });
}

/** A row that stands for many texts says how many instead of one of them. */
const isMany = (row: BaselineRow): boolean => /^[\d,.]+ /.test(row.note);

function detailOf(row: BaselineRow, width: number): StyledLine[] {
  const n = Math.abs(row.score).toFixed(1);
  const far =
    row.section === 'new'
      ? ''
      : row.score < 0
        ? t('{n} deviations below what is usual', { n })
        : t('{n} deviations above what is usual', { n });
  const said = [visible(shownNote(row)), far].filter((part) => part !== '').join(' · ');
  const text = wrap(visible(shownText(row)), Math.max(10, width - 2), 2).map((line): StyledLine => [seg(` ${line}`, 'text')]);
  return [...text, [seg(` ${said}`, 'dim')]];
}
