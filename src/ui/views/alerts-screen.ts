import type { AlertRecord } from '../../model/alert.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { visible } from '../../text/sanitize.ts';
import type { Rect } from '../layout.ts';
import { column, seg, toHeight, wrap } from '../line.ts';
import { alertKey, type Screen } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, panelTitle, severityStyle } from './drawing.ts';
import { indexOfKey, listScreen } from './list-screen.ts';

/** What was sent where, when, and what came of it; newest first. */
export function alertsScreen({ items, selected }: Extract<Screen, { kind: 'alerts' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const title = panelTitle({ title: 'Alerts', note: items === 'loading' ? '' : summary(items), width: rect.width, focused: true }, drawing);
  if (items === 'loading') return toHeight([title, [], [seg('  Reading the alerts …', 'dim')]], rect.height);
  if (items.length === 0) {
    return toHeight([title, [], [seg('  No alert was sent yet. Select a line, address or incident and press a.', 'dim')]], rect.height);
  }
  const at = indexOfKey(items, alertKey, selected);
  const current = items[at];
  return listScreen({
    items,
    selected: at,
    rect,
    title,
    heading: [seg('   time      channel       result', 'faint')],
    line: (record) => alertLine(record, rect.width, drawing),
    detail: current ? alertDetail(current, rect.width, drawing) : [],
  });
}

function summary(items: readonly AlertRecord[]): string {
  const of = (state: AlertRecord['state']): number => items.filter((item) => item.state === state).length;
  return `${of('sent')} sent · ${of('waiting')} waiting · ${of('failed')} failed`;
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
    column(`${visible(message.who)}: ${visible(message.title)}`, Math.max(10, width - 29 - RESULT_CELLS), 'text'),
  ];
}

const RESULT_CELLS = 24;

function resultColumn({ state, attempts, nextTryMs }: AlertRecord, { glyphs, time }: Drawing): Segment[] {
  if (state === 'sent') return [column(`${glyphs.check} sent`, RESULT_CELLS, 'ok')];
  if (state === 'failed') return [column(`${glyphs.cross} failed`, RESULT_CELLS, 'critical')];
  const next = nextTryMs === undefined ? 'waiting' : `waiting, again ${time.clockTime(nextTryMs)}`;
  return [column(attempts > 0 ? next : 'waiting', RESULT_CELLS, 'medium')];
}

/** All that is known of one alert. */
function alertDetail(record: AlertRecord, width: number, { time }: Drawing): StyledLine[] {
  const { message } = record;
  const rows: readonly (readonly [string, string])[] = [
    ['about', `${visible(message.title)} (${visible(message.who)})`],
    ['outcome', visible(message.outcome)],
    ['note', visible(message.note)],
    ['result', visible(record.result) || (record.state === 'waiting' ? 'not tried yet' : '')],
    [
      'tries',
      `${record.attempts}, last ${time.dateTime(record.updatedMs)}${record.nextTryMs === undefined ? '' : `, next ${time.clockTime(record.nextTryMs)}`}`,
    ],
  ];
  return rows
    .filter(([, value]) => value !== '')
    .flatMap(([label, value]) =>
      wrap(value, Math.max(10, width - 12), 3).map(
        (text, i): StyledLine => [seg(` ${(i === 0 ? label : '').padEnd(10)}`, 'dim'), seg(text)],
      ),
    );
}
