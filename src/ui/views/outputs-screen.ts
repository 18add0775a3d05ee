import { formatNumber, msg, t, tn } from '../../lang/lang.ts';
import type { OutputInfo } from '../../model/output.ts';
import type { SourceStatus } from '../../model/snapshot.ts';
import { visible } from '../../text/sanitize.ts';
import { bytes, count } from '../../text/units.ts';
import { cutEnd } from '../../text/width.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, onGround, rightColumn, seg, space, toHeight, wrap } from '../line.ts';
import { outputKey, type Screen, sourceKey } from '../state.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { sourceLabel } from './source-label.ts';

const NUMBER_CELLS = 9;
/** From here on there is room for what tells less. */
const WIDE = 100;

interface Look {
  readonly sources: readonly SourceStatus[];
  readonly rect: Rect;
}

/** What is read and how that goes; where findings go and how that goes; below it all that is known of the one under the cursor. */
export function outputsScreen(
  { list, selected }: Extract<Screen, { kind: 'outputs' }>,
  { sources, rect: { width, height } }: Look,
  drawing: Drawing,
): StyledLine[] {
  const outputs = list === 'loading' ? [] : list;
  const keys = [...sources.map(sourceKey), ...outputs.map(outputKey)];
  const cursor = selected !== undefined && keys.includes(selected) ? selected : keys[0];
  const lineOf = (line: StyledLine, key: string): StyledLine => (key === cursor ? onGround(line, width, 'selected') : line);
  const current = outputs.find((one) => outputKey(one) === cursor) ?? sources.find((one) => sourceKey(one) === cursor);
  const detail = current === undefined ? [] : (detailOf(current, width, drawing).slice(0, Math.floor(height / 2)) as StyledLine[]);
  const room = Math.max(2, height - 5 - (detail.length > 0 ? detail.length + 1 : 0));
  const forOutputs = Math.max(1, Math.min(outputs.length, Math.max(Math.floor(room / 2), room - sources.length)));
  const shown = <T>(items: readonly T[], key: (item: T) => string, rows: number): readonly T[] => {
    const at = Math.max(
      0,
      items.findIndex((item) => key(item) === cursor),
    );
    const first = Math.max(0, Math.min(at - Math.floor(rows / 2), items.length - rows));
    return items.slice(first, first + rows);
  };
  const names = cellsFor([...sources.map(({ name }) => sourceLabel(name)), ...outputs.map(({ name }) => visible(name))], 10);
  const columns: Columns = { width, name: Math.min(names, width >= WIDE ? 30 : 18), state: 24, drawing };
  const live = sources.filter(({ state }) => state === 'live').length;
  return toHeight(
    [
      panelTitle({ title: t('Sources'), note: t('{live} of {n} live', { live, n: sources.length }), width, focused: true }, drawing),
      sourceHeading(columns),
      ...shown(sources, sourceKey, room - forOutputs).map((one) => lineOf(sourceLine(one, columns), sourceKey(one))),
      [],
      panelTitle({ title: t('Outputs'), note: outputsNote(list), width, focused: true }, drawing),
      ...(outputs.length === 0 ? noOutputs(list, width) : [outputHeading(columns)]),
      ...shown(outputs, outputKey, forOutputs).map((one) => lineOf(outputLine(one, columns), outputKey(one))),
      ...(detail.length > 0 ? [[], ...detail] : []),
    ],
    height,
  );
}

interface Columns {
  readonly width: number;
  readonly name: number;
  readonly state: number;
  readonly drawing: Drawing;
}

function noOutputs(list: readonly OutputInfo[] | 'loading', width: number): StyledLine[] {
  const text =
    list === 'loading'
      ? t('The outputs are being read …')
      : t('Findings go nowhere else: name an output in the configuration, or with --output (see docs/outputs).');
  return wrap(text, width - 4).map((line): StyledLine => [seg(`   ${line}`, 'dim')]);
}

function outputsNote(list: readonly OutputInfo[] | 'loading'): string | StyledLine {
  if (list === 'loading' || list.length === 0) return '';
  const failing = list.filter(({ state }) => state === 'retrying').length;
  if (failing === 0) return t('{live} of {n} take findings', { live: list.length, n: list.length });
  return [seg(tn(failing, '{n} output waits', '{n} outputs wait'), 'medium')];
}

/** What tells less, where there is room: as wide as the numbers leave it. */
function wide({ width, name, state }: Columns, text: string, style: StyleName): StyledLine {
  const cells = width - name - state - 3 * NUMBER_CELLS - 11;
  return width >= WIDE ? [space(1), column(text, cells, style)] : [];
}

/** What a line of a table shows beside name and state: where there is room, and the three numbers. */
const heading = (columns: Columns, where: string, [first, second, third]: readonly [string, string, string]): StyledLine => [
  space(3),
  column(t('name'), columns.name, 'faint'),
  space(1),
  column(t('state'), columns.state, 'faint'),
  ...wide(columns, where, 'faint'),
  rightColumn(first, NUMBER_CELLS + 2, 'faint'),
  rightColumn(second, NUMBER_CELLS + 1, 'faint'),
  rightColumn(third, NUMBER_CELLS + 1, 'faint'),
];

const sourceHeading = (columns: Columns): StyledLine => heading(columns, t('format'), [t('lines read'), t('rejected'), t('last')]);
const outputHeading = (columns: Columns): StyledLine => heading(columns, t('where'), [t('waiting'), t('sent'), t('lost')]);

const STATE_WORDS: Readonly<Record<SourceStatus['state'], { readonly text: string; readonly style: StyleName }>> = {
  opening: { text: msg('is being opened'), style: 'dim' },
  live: { text: msg('live'), style: 'ok' },
  waiting: { text: msg('waits'), style: 'medium' },
  failed: { text: msg('failed'), style: 'critical' },
  ended: { text: msg('ended'), style: 'dim' },
};

function sourceLine(source: SourceStatus, columns: Columns): StyledLine {
  const { name, state, drawing } = columns;
  const { text, style } = STATE_WORDS[source.state];
  const words = source.detail === '' ? t(text) : `${t(text)}: ${visible(source.detail)}`;
  return [
    space(1),
    seg(`${markOf(style, drawing)} `, style),
    column(sourceLabel(source.name), name),
    space(1),
    column(words, state, style),
    ...wide(columns, visible(source.format), 'dim'),
    rightColumn(count(source.lines), NUMBER_CELLS + 2),
    rightColumn(count(source.unparsed), NUMBER_CELLS + 1, source.unparsed > 0 ? 'medium' : 'dim'),
    rightColumn(source.lastLineMs === undefined ? '-' : drawing.time.clockTime(source.lastLineMs), NUMBER_CELLS + 1, 'dim'),
  ];
}

function outputLine(output: OutputInfo, columns: Columns): StyledLine {
  const { name, state, drawing } = columns;
  const { words, style } = stateOf(output, drawing);
  const { waitingRecords, sent, dropped, refused } = output;
  const lost = dropped + refused;
  return [
    space(1),
    seg(`${markOf(style, drawing)} `, style),
    column(visible(output.name), name),
    space(1),
    column(words, state, style),
    ...wide(columns, visible(output.destination), 'dim'),
    rightColumn(count(waitingRecords), NUMBER_CELLS + 2, waitingRecords > 0 ? 'text' : 'dim'),
    rightColumn(count(sent), NUMBER_CELLS + 1),
    rightColumn(count(lost), NUMBER_CELLS + 1, lost > 0 ? 'high' : 'dim'),
  ];
}

function stateOf({ state, failingSinceMs, nextTryMs, waitingBytes, bufferBytes, dropped }: OutputInfo, { time }: Drawing) {
  const isFull = dropped > 0 && waitingBytes > bufferBytes * 0.9;
  if (isFull) return { words: t('full: what comes is lost'), style: 'critical' } as const;
  if (state === 'retrying' && nextTryMs !== undefined)
    return { words: t('waits, again {time}', { time: time.clockTime(nextTryMs) }), style: 'medium' } as const;
  if (failingSinceMs !== undefined) return { words: t('is tried now'), style: 'medium' } as const;
  return state === 'sending' ? ({ words: t('sends'), style: 'ok' } as const) : ({ words: t('ready'), style: 'ok' } as const);
}

const markOf = (style: StyleName, { glyphs }: Drawing): string =>
  style === 'ok' ? glyphs.dot : style === 'critical' ? glyphs.cross : glyphs.circle;

/** All that is known of one, a line each. */
function detailOf(item: OutputInfo | SourceStatus, width: number, drawing: Drawing): StyledLine[] {
  const rows = ('destination' in item ? outputRows(item, drawing) : sourceRows(item, drawing)).filter(([, value]) => value !== '');
  const cells = cellsFor(
    rows.map(([label]) => label),
    10,
  );
  return rows.flatMap(([label, value, style = 'text']) =>
    wrap(value, Math.max(10, width - cells - 5), 3).map(
      (text, i): StyledLine => [space(3), column(i === 0 ? label : '', cells, 'dim'), space(1), seg(text, style)] satisfies Segment[],
    ),
  );
}

type Row = readonly [label: string, value: string, style?: StyleName];

function outputRows(output: OutputInfo, { time }: Drawing): Row[] {
  const { waitingRecords, waitingBytes, bufferBytes, sent, dropped, refused, lastError, lastErrorMs, lastSentMs, failingSinceMs } = output;
  const last = lastSentMs === undefined ? '' : ` · ${t('last {time}', { time: time.dateTime(lastSentMs) })}`;
  const waiting = tn(waitingRecords, '{n} finding', '{n} findings');
  const lost: string[] = [
    ...(dropped > 0 ? [t('{n} as the buffer was full', { n: formatNumber(dropped) })] : []),
    ...(refused > 0 ? [t('{n} refused for good (see refused.ndjson)', { n: formatNumber(refused) })] : []),
  ];
  return [
    [t('where'), visible(output.destination)],
    [t('state'), failingSinceMs === undefined ? '' : t('takes nothing since {time}', { time: time.dateTime(failingSinceMs) }), 'medium'],
    [t('waiting'), `${waiting} · ${t('{size} of {room}', { size: bytes(waitingBytes), room: bytes(bufferBytes) })}`],
    [t('sent'), `${tn(sent, '{n} finding', '{n} findings')}${last}`],
    [t('lost'), lost.join(' · '), 'high'],
    [t('kept'), output.memoryOnly === '' ? '' : t('in memory only: {reason}', { reason: visible(t(output.memoryOnly)) }), 'medium'],
    [
      t('error'),
      lastErrorMs === undefined ? '' : `${time.clockTime(lastErrorMs)} ${visible(lastError)}`,
      failingSinceMs === undefined ? 'dim' : 'medium',
    ],
  ];
}

function sourceRows({ name, state, detail, format, lines, unparsed, cut, lastLineMs }: SourceStatus, { time }: Drawing): Row[] {
  const { text, style } = STATE_WORDS[state];
  return [
    [t('name'), cutEnd(sourceLabel(name), 300)],
    [t('state'), detail === '' ? t(text) : `${t(text)}: ${visible(detail)}`, style],
    [t('format'), visible(format) || t('not known yet')],
    [
      t('lines read'),
      lastLineMs === undefined ? formatNumber(lines) : `${formatNumber(lines)} · ${t('last {time}', { time: time.dateTime(lastLineMs) })}`,
    ],
    [t('rejected'), unparsed === 0 ? '' : t('{n} of no known format (4 shows them)', { n: formatNumber(unparsed) }), 'medium'],
    [t('cut'), cut === 0 ? '' : t('{n} were longer than 64 KiB', { n: formatNumber(cut) }), 'medium'],
  ];
}
