import { msg, t, tn } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { RuleDetail, RuleList, RuleMoment, RuleRow } from '../../model/rule-list.ts';
import { familyWord } from '../../text/family-word.ts';
import { muteTitleText } from '../../text/mute-place-text.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, rightColumn, seg, toHeight, wrap } from '../line.ts';
import { orderedRules, ruleKey } from '../rules.ts';
import type { Screen } from '../state.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';

const NUMBER_CELLS = 6;
const TIME_CELLS = 9;
/** From here on families and title have columns of their own. */
const WIDE = 112;

const ORDER_WORDS = { hits: msg('by hits'), level: msg('by level'), last: msg('latest first') } as const;

/** Every rule and correlation with what it did in this session. */
export function rulesScreen({ list, selected, order }: Extract<Screen, { kind: 'rules' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const note =
    list === 'loading' ? '' : [tn(list.rows.length, '{n} rule', '{n} rules'), t(ORDER_WORDS[order]), ...mutesNote(list)].join(' · ');
  const title = panelTitle({ title: t('Rules'), note, width: rect.width, focused: true }, drawing);
  if (list === 'loading') return toHeight([title, [], [seg(`  ${t('Reading the rules …')}`, 'dim')]], rect.height);
  const items = orderedRules(list, order);
  const at = indexOfKey(items, ruleKey, selected);
  const current = items[at];
  return listScreen({
    items,
    selected: at,
    rect,
    title,
    heading: headingLine(rect.width, drawing),
    line: (row) => rowLine(row, { width: rect.width, total: list.total }, drawing),
    detail: current ? detailOf(current, list, rect.width) : [],
  });
}

function mutesNote({ mutes }: RuleList): string[] {
  const holding = mutes.filter(({ isExpired }) => !isExpired).length;
  return holding === 0 ? [] : [tn(holding, '{n} mute', '{n} mutes')];
}

const nameCells = (width: number): number => (width >= WIDE ? 30 : Math.max(18, width - 5 - 4 * (NUMBER_CELLS + 1) - TIME_CELLS - 14));
const familyCells = (width: number): number => (width >= WIDE ? 20 : 12);

const headingLine = (width: number, { glyphs }: Drawing): StyledLine => [
  seg('   '),
  column(t('rule'), nameCells(width), 'faint'),
  seg(' '),
  column(t('families'), familyCells(width), 'faint'),
  ...[t('hits'), glyphs.check, t('share'), t('muted')].flatMap((name) => [seg(' '), rightColumn(name, NUMBER_CELLS, 'faint')]),
  seg(' '),
  rightColumn(t('last'), TIME_CELLS - 1, 'faint'),
];

const numberOr = (n: number): string => (n === 0 ? '' : count(n));

function shareOf({ hits }: RuleRow, total: number): string {
  if (hits === 0 || total === 0) return '';
  const percent = (hits / total) * 100;
  return percent < 0.1 ? '<0.1%' : percent < 10 ? `${percent.toFixed(1)}%` : `${Math.floor(percent)}%`;
}

function rowLine(row: RuleRow, { width, total }: { width: number; total: number }, { time }: Drawing): StyledLine {
  const isQuiet = row.hits === 0;
  const style: StyleName = isQuiet ? 'faint' : 'text';
  const families = row.families.map(familyWord).join(' ');
  const number = (text: string, name: StyleName) => [seg(' '), rightColumn(text, NUMBER_CELLS, name)];
  return [
    seg(` ${SEVERITY_LETTER[row.severity]} `, isQuiet ? 'faint' : severityStyle(row.severity), { bold: !isQuiet }),
    column(visible(row.name), nameCells(width), isQuiet ? 'dim' : 'strong'),
    seg(' '),
    column(families, familyCells(width), 'dim'),
    ...number(numberOr(row.hits), style),
    ...number(numberOr(row.successes), 'critical'),
    ...number(shareOf(row, total), 'dim'),
    ...number(row.muted > 0 ? count(row.muted) : row.hasMutes ? t('mute') : '', 'dim'),
    seg(' '),
    rightColumn(row.lastMs === undefined ? '' : time.clockTime(row.lastMs), TIME_CELLS - 1, 'dim'),
    ...(width >= WIDE
      ? [seg('  '), seg(visible(t(row.changed === '' ? row.title : row.changed)), row.changed === '' ? style : 'accent')]
      : []),
  ];
}

function detailOf(row: RuleRow, { mutes }: RuleList, width: number): StyledLine[] {
  const own = mutes.filter(
    ({ rules, isExpired }) => !isExpired && (rules.length === 0 || rules.includes(row.id) || rules.includes(row.name)),
  );
  const kind = row.isCorrelation ? t('correlation: {condition}', { condition: visible(row.condition) }) : t('rule for single lines');
  const changed = row.changed === '' ? [] : [t('changed for this session: {change}', { change: visible(t(row.changed)) })];
  const muteLines = own.slice(0, 3).map((mute): StyledLine => {
    const hits = mute.hits === 0 ? t('no hit yet') : tn(mute.hits, '{shown} hit', '{shown} hits', { shown: count(mute.hits) });
    return [
      seg(` ${visible(muteTitleText(mute.title))}`, 'text'),
      seg(`  ${hits} · ${visible(mute.author)} ${visible(mute.note)} · ${visible(t(mute.place))}`, 'dim'),
    ];
  });
  return [
    ...wrap(visible(t(row.title)), width - 2, 2).map((line): StyledLine => [seg(` ${line}`, 'strong')]),
    [seg(` ${[kind, ...changed].join(' · ')}`, 'dim')],
    ...muteLines,
  ];
}

/** All about one rule, and its last lines. */
export function ruleLines(detail: RuleDetail | 'loading' | 'gone', width: number, drawing: Drawing): StyledLine[] {
  if (detail === 'loading') return [[seg(` ${t('Reading the rule …')}`, 'dim')]];
  if (detail === 'gone') return [[seg(` ${t('There is no such rule any more.')}`, 'dim')]];
  const { moments } = detail;
  const title: StyledLine = [seg(` ${moments.length === 0 ? t('Nothing of it is held.') : t('Last of it')}`, 'strong', { bold: true })];
  const about = detail.lines.map((line): StyledLine[] => {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    const isTitle = indent === 0;
    return wrap(line.trimStart(), Math.max(20, width - indent - 2), 20).map(
      (part): StyledLine => [seg(` ${' '.repeat(indent)}${part}`, isTitle ? 'strong' : 'text', { bold: isTitle })],
    );
  });
  const rest = whyEnds(detail.lines);
  const last = [title, ...moments.map((moment) => momentLine(moment, width, drawing))];
  return [...about.slice(0, rest).flat(), [], ...last, ...about.slice(rest).flat()];
}

/** Where what a rule is and why it is bad ends: a blank line parts its name, the reason, and all else. */
function whyEnds(lines: readonly string[]): number {
  const first = lines.indexOf('');
  const second = lines.indexOf('', first + 1);
  return first < 0 || second < 0 ? lines.length : second;
}

function momentLine({ timeMs, who, text, success, muted }: RuleMoment, width: number, { time, glyphs }: Drawing): StyledLine {
  const tagCells = cellsFor([t('muted')], 6);
  const tag = success ? glyphs.check : muted ? t('muted') : '';
  return [
    seg(`   ${timeMs === undefined ? '        ' : time.clockTime(timeMs)} `, 'dim'),
    column(visible(who), 18, 'strong'),
    seg(' '),
    column(visible(text), Math.max(10, width - 33 - tagCells), muted ? 'faint' : 'text'),
    seg(' '),
    column(tag, tagCells, success ? 'critical' : 'faint'),
  ];
}
