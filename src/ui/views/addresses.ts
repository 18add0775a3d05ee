import { msg, t } from '../../lang/lang.ts';
import { SEVERITIES, SEVERITY_LETTER, type Severity } from '../../model/detection.ts';
import type { AddressRow, AddressSort, Snapshot } from '../../model/snapshot.ts';
import { visible } from '../../text/sanitize.ts';
import { bytes, count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { middleColumn, onGround, rightColumn, seg, space, toHeight } from '../line.ts';
import { addressCursor, type UiState } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { bar } from './bar.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';

const WINDOW_WORDS = {
  '1m': msg('1 min'),
  '5m': msg('5 min'),
  '15m': msg('15 min'),
  '60m': msg('60 min'),
  all: msg('all time'),
} as const;
const ORDER_WORDS: Readonly<Record<AddressSort, string>> = {
  hits: msg('by hits'),
  errors: msg('by errors'),
  severity: msg('by severity'),
  bytes: msg('by bytes'),
};

export const windowWords = (state: UiState): string => t(WINDOW_WORDS[state.window]);

/** The addresses of the window, worst or busiest first, each with a bar coloured by its worst severity. */
export function addressesView(state: UiState, rect: Rect, drawing: Drawing): StyledLine[] {
  const focused = state.focus === 'addresses';
  const order = t(ORDER_WORDS[state.sort]);
  const note = `${state.reverse ? t('{order}, least first', { order }) : order} · ${windowWords(state)}`;
  const title = panelTitle({ title: t('Top addresses'), note, width: rect.width, focused }, drawing);
  return toHeight([title, ...addressLines(state, rect.width, drawing)], rect.height);
}

/** The rows alone, each exactly `width` wide. */
export function addressLines(state: UiState, width: number, drawing: Drawing): StyledLine[] {
  const rows = state.snapshot?.addresses ?? [];
  if (rows.length === 0) {
    const isOld = (state.snapshot?.lines ?? 0) > 0 && state.window !== 'all';
    return [[seg(`   ${isOld ? t('None in this window; w widens it') : t('No addresses in this window yet.')}`, 'dim')]];
  }
  const most = rows.reduce((max, row) => Math.max(max, sortedValue(row, state.sort)), 0);
  const cursor = state.focus === 'addresses' ? addressCursor(state)?.address : undefined;
  const worst = worstOf(state.snapshot?.incidents ?? []);
  return rows.map((row) => {
    const line = addressLine({ ...row, severity: worse(row.severity, worst.get(row.address)) }, { width, most, sort: state.sort }, drawing);
    return row.address === cursor ? onGround(line, width, 'selected') : line;
  });
}

/** What the open incidents say of each address: a login that succeeded after guesses is in none of its lines. */
const worstOf = (incidents: Snapshot['incidents']): ReadonlyMap<string, Severity> =>
  new Map(incidents.filter(({ actor }) => actor !== '').map(({ actor, severity }) => [actor, severity]));

const worse = (a: Severity | undefined, b: Severity | undefined): Severity | undefined =>
  a === undefined ? b : b === undefined || SEVERITIES.indexOf(a) >= SEVERITIES.indexOf(b) ? a : b;

const sortedValue = (row: AddressRow, sort: AddressSort): number =>
  sort === 'errors' ? row.errors : sort === 'bytes' ? row.bytes : row.hits;

function addressLine(
  row: AddressRow,
  { width, most, sort }: { width: number; most: number; sort: AddressSort },
  { glyphs }: Drawing,
): StyledLine {
  const value = sortedValue(row, sort);
  const nameCells = width >= 56 ? 18 : 16;
  const valueCells = sort === 'bytes' ? 8 : 6;
  const room = width - nameCells - valueCells - 5;
  const filled = bar(value, most, room, glyphs);
  return [
    seg(` ${row.severity ? SEVERITY_LETTER[row.severity] : ' '} `, severityStyle(row.severity), { bold: true }),
    middleColumn(visible(row.address), nameCells, row.severity ? 'strong' : 'dim'),
    seg(' '),
    seg(filled, severityStyle(row.severity, 'accent')),
    space(room - textWidth(filled)),
    rightColumn(sort === 'bytes' ? bytes(value) : count(value), valueCells, 'text'),
    seg(' '),
  ];
}
