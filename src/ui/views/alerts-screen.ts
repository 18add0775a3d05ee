import { t } from '../../lang/lang.ts';
import type { AlertRecord } from '../../model/alert.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { visible } from '../../text/sanitize.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, seg, space, toHeight, wrap } from '../line.ts';
import { alertKey, type Screen } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';

/** What was sent where, when, and what came of it; newest first. */
export function alertsScreen({ items, selected }: Extract<Screen, { kind: 'alerts' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const title = panelTitle(
    { title: t('Alerts'), note: items === 'loading' ? '' : summary(items), width: rect.width, focused: true },
    drawing,
  );
  if (items === 'loading') return toHeight([title, [], [seg(`  ${t('Reading the alerts …')}`, 'dim')]], rect.height);
  if (items.length === 0) {
    const empty = t('No alert was sent yet. Select a line, address or incident and press a.');
    return toHeight([title, [], ...wrap(empty, rect.width - 4).map((line): StyledLine => [seg(`  ${line}`, 'dim')])], rect.height);
  }
  const at = indexOfKey(items, alertKey, selected);
  const current = items[at];
  return listScreen({
    items,
    selected: at,
    rect,
    title,
    heading: [
      space(3),
      column(t('time'), 10, 'faint'),
      column(t('channel'), 14, 'faint'),
      column(t('result'), resultCells() + 1, 'faint'),
      seg(t('about'), 'faint'),
    ],
    line: (record) => alertLine(record, rect.width, drawing),
    detail: current ? alertDetail(current, rect.width, drawing) : [],
  });
}

function summary(items: readonly AlertRecord[]): string {
  const of = (state: AlertRecord['state']): number => items.filter((item) => item.state === state).length;
  return t('{sent} sent · {waiting} waiting · {failed} failed', { sent: of('sent'), waiting: of('waiting'), failed: of('failed') });
}

function alertLine(record: AlertRecord, width: number, drawing: Drawing): StyledLine {
  const { message } = record;
  return [
    seg(` ${SEVERITY_LETTER[message.severity]} `, severityStyle(message.severity), { bold: true }),
    seg(`${drawing.time.clockTime(message.createdMs)}  `, 'dim'),
    column(visible(record.channel), 13, 'text'),
    seg(' '),
    ...resultColumn(record, drawing),
    seg(' '),
    column(`${visible(message.who)}: ${visible(incidentTitle(message.title))}`, Math.max(10, width - 29 - resultCells()), 'text'),
  ];
}

/** The widest result is one that waits for its next try. */
const resultCells = (): number => cellsFor([t('waiting, again {time}', { time: '00:00:00' })], 24);

function resultColumn({ state, attempts, nextTryMs }: AlertRecord, { glyphs, time }: Drawing): Segment[] {
  if (state === 'sent') return [column(`${glyphs.check} ${t('sent')}`, resultCells(), 'ok')];
  if (state === 'failed') return [column(`${glyphs.cross} ${t('failed')}`, resultCells(), 'critical')];
  const again = attempts > 0 && nextTryMs !== undefined;
  return [column(again ? t('waiting, again {time}', { time: time.clockTime(nextTryMs) }) : t('waiting'), resultCells(), 'medium')];
}

/** All that is known of one alert. */
function alertDetail(record: AlertRecord, width: number, { time }: Drawing): StyledLine[] {
  const { message } = record;
  const rows: readonly (readonly [string, string])[] = [
    [t('about'), `${visible(incidentTitle(message.title))} (${visible(message.who)})`],
    [t('outcome'), visible(t(message.outcome))],
    [t('note'), visible(message.note)],
    [t('result'), visible(t(record.result)) || (record.state === 'waiting' ? t('not tried yet') : '')],
    [t('tries'), triesWords(record, time)],
  ];
  const labelCells = cellsFor(
    rows.map(([label]) => label),
    10,
  );
  return rows
    .filter(([, value]) => value !== '')
    .flatMap(([label, value]) =>
      wrap(value, Math.max(10, width - labelCells - 2), 3).map(
        (text, i): StyledLine => [seg(' '), column(i === 0 ? label : '', labelCells, 'dim'), seg(text)],
      ),
    );
}

function triesWords({ attempts, updatedMs, nextTryMs }: AlertRecord, time: Drawing['time']): string {
  const last = time.dateTime(updatedMs);
  return nextTryMs === undefined
    ? t('{tries}, last {last}', { tries: attempts, last })
    : t('{tries}, last {last}, next {next}', { tries: attempts, last, next: time.clockTime(nextTryMs) });
}
