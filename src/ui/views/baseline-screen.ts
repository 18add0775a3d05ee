import type { BaselineKind, BaselineReport, BaselineRow } from '../../model/history.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { column, rightColumn, seg, toHeight, wrap } from '../line.ts';
import { baselineKey, type Screen } from '../state.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { listScreen } from './list-screen.ts';

const SECTION_TITLE: Readonly<Record<BaselineRow['section'], string>> = {
  new: 'New: not seen before',
  grown: 'Grew most',
  traffic: 'Traffic as a whole',
};

const KIND_WORD: Readonly<Record<BaselineKind, string>> = {
  requests: '',
  addresses: '',
  status: 'status',
  family: 'family',
  path: 'path',
  agent: 'agent',
  network: 'network',
  actor: 'address',
};

/** Cells of the kind, and of each number. */
const KIND_CELLS = 8;
const NUMBER_CELLS = 7;
const NUMBERS = ['now', 'usual', '1 h ago', '1 d ago', '1 w ago'] as const;
/** From here on a row is worth a look; beyond the second it is far out. */
const UNUSUAL = 3;
const FAR_OUT = 8;

type Item = { readonly heading: string } | { readonly row: BaselineRow };

/** The rows with a heading before each section; a section without rows says so. */
function itemsOf({ rows }: BaselineReport): Item[] {
  return (['new', 'grown', 'traffic'] as const).flatMap((section): Item[] => {
    const own = rows.filter((row) => row.section === section);
    const nothing = own.length === 0 ? ': nothing' : '';
    return [{ heading: `${SECTION_TITLE[section]}${nothing}` }, ...own.map((row) => ({ row }))];
  });
}

/** The last five minutes beside the same time before: what is new, what grew most, and all in all. */
export function baselineScreen({ report, selected }: Extract<Screen, { kind: 'baseline' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const title = panelTitle({ title: 'Baseline', note: noteOf(report, drawing), width: rect.width, focused: true }, drawing);
  const only = (text: string): StyledLine[] =>
    toHeight([title, [], ...wrap(text, rect.width - 4, 6).map((line): StyledLine => [seg(`  ${line}`, 'dim')])], rect.height);
  if (report === 'loading') return only('Comparing …');
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
  return `${time.clockTime(report.fromMs).slice(0, 5)} to ${time.clockTime(report.toMs).slice(0, 5)}`;
}

function silence({ silent }: BaselineReport): string {
  return `Silent as yet: it ${silent}. What is usual is learned from the lines that come, five minutes of the log's time after five minutes, and kept from run to run.`;
}

const textCells = (width: number): number => Math.max(10, width - KIND_CELLS - NUMBERS.length * (NUMBER_CELLS + 1) - 3);

const headingLine = (width: number): StyledLine => [
  seg('   '),
  column('', KIND_CELLS + textCells(width), 'faint'),
  ...NUMBERS.flatMap((name) => [seg(' '), rightColumn(name, NUMBER_CELLS, 'faint')]),
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
    rightColumn(value === undefined ? '–' : count(value), NUMBER_CELLS, name),
  ];
  return [
    seg(row.section !== 'new' && Math.abs(row.score) >= UNUSUAL ? (row.score > 0 ? ' + ' : ' - ') : '   ', style, { bold: true }),
    column(KIND_WORD[row.kind], KIND_CELLS, 'dim'),
    column(visible(isMany(row) ? row.note : row.text), textCells(width), 'text'),
    ...number(row.now, style),
    ...number(row.section === 'new' ? undefined : row.usual, 'dim'),
    ...row.ago.flatMap((value) => number(value, 'dim')),
  ];
}

/** A row that stands for many texts says how many instead of one of them. */
const isMany = (row: BaselineRow): boolean => /^[\d,.]+ /.test(row.note);

function detailOf(row: BaselineRow, width: number): StyledLine[] {
  const far =
    row.section === 'new' ? '' : `${Math.abs(row.score).toFixed(1)} deviations ${row.score < 0 ? 'below' : 'above'} what is usual`;
  const said = [visible(row.note), far].filter((part) => part !== '').join(' · ');
  const text = wrap(visible(row.text), Math.max(10, width - 2), 2).map((line): StyledLine => [seg(` ${line}`, 'text')]);
  return [...text, [seg(` ${said}`, 'dim')]];
}
