import { msg, t } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Span } from '../../model/entry.ts';
import type { FeedRow } from '../../model/snapshot.ts';
import { displayTarget } from '../../text/display-target.ts';
import { visible, visibleSpan } from '../../text/sanitize.ts';
import { bytes } from '../../text/units.ts';
import { cutAround, cutEnd, padStart, textWidth } from '../../text/width.ts';
import { column, cutLine, lineWidth, middleColumn, onGround, rightColumn, seg, space } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, isGrave, severityStyle } from './drawing.ts';
import { verdictTag, widestTag } from './outcome-words.ts';
import { shortUserAgent } from './user-agent.ts';

/** Cells of a match that must be in sight at least. */
const MATCH_CELLS = 8;

/** Cells of a row's end that hold what a success is told by: `webshell ✔ after sqli`. */
const TAG_CELLS = 22;
/** From here on there is room for where a line comes from, when it may be one of several sources. */
const NARROW_SOURCES = 72;

/** Which columns a feed of this width has, and how wide they are; 0 leaves a column out. */
export interface FeedColumns {
  readonly width: number;
  readonly address: number;
  /** 2, or 0 where there is no room. */
  readonly country: number;
  readonly source: number;
  readonly method: number;
  readonly bytes: number;
  readonly userAgent: number;
  /** 0: the tag takes what it needs from the text's end. */
  readonly tag: number;
}

export function feedColumns(width: number, sources: number): FeedColumns {
  const ample = width >= 120;
  return {
    width,
    address: ample ? 18 : 15,
    country: ample ? 2 : 0,
    source: sources < 2 || width < NARROW_SOURCES ? 0 : width < 100 ? 6 : 12,
    method: ample ? 6 : 4,
    bytes: ample ? 8 : 0,
    userAgent: ample ? Math.min(30, 18 + Math.floor((width - 120) / 6)) : 0,
    tag: ample ? Math.max(TAG_CELLS, widestTag() + 1) : 0,
  };
}

export interface RowOptions {
  readonly columns: FeedColumns;
  readonly selected: boolean;
  readonly sideways: number;
  readonly find: string;
  readonly sourceName: string;
}

/** One row of the feed, exactly as wide as its columns say; the path is cut so that the matched part stays in sight. */
export function feedRow(row: FeedRow, options: RowOptions, drawing: Drawing): StyledLine {
  const { columns, selected } = options;
  const left = leftColumns(row, options, drawing);
  const right = rightColumns(row, columns, drawing);
  const room = columns.width - lineWidth(left) - lineWidth(right);
  const text = rowText(row, room, options);
  const line = [...left, ...text, space(room - lineWidth(text)), ...right];
  return selected ? onGround(line, columns.width, 'selected') : cutLine(line, 0, columns.width);
}

function leftColumns(row: FeedRow, { columns, sourceName }: RowOptions, { glyphs, time }: Drawing): Segment[] {
  const style = severityStyle(row.severity);
  const suspicious = row.severity !== undefined;
  return [
    seg(isGrave(row.severity) ? glyphs.mark : ' ', style),
    seg(row.severity ? SEVERITY_LETTER[row.severity] : ' ', style, { bold: true }),
    seg(` ${row.timeMs === undefined ? '        ' : time.clockTime(row.timeMs)} `, 'dim'),
    middleColumn(visible(row.address), columns.address, suspicious ? 'strong' : 'dim'),
    ...(columns.country > 0 ? [seg(' '), column(visible(row.country), columns.country, 'dim')] : []),
    ...(columns.source > 0 ? [seg(' '), column(sourceName, columns.source, 'faint')] : []),
    seg(' '),
    ...requestColumns(row, columns.method),
    seg(' '),
  ];
}

const SHORT_METHODS: ReadonlyMap<string, string> = new Map([
  ['DELETE', 'DEL'],
  ['OPTIONS', 'OPT'],
  ['PATCH', 'PTCH'],
  ['CONNECT', 'CONN'],
  ['PROPFIND', 'PROP'],
]);
const KIND_WORDS = { http: '', 'web-error': msg('error'), sshd: 'sshd', fail2ban: 'fail2ban', application: msg('app'), plain: '' } as const;

/** Method and status of a request; of any other line what kind it is. */
function requestColumns(row: FeedRow, width: number): Segment[] {
  if (row.kind !== 'http') return [column(t(KIND_WORDS[row.kind]), width + 4, 'dim')];
  const method = visible(row.method);
  const short = textWidth(method) > width ? (SHORT_METHODS.get(method) ?? cutEnd(method, width)) : method;
  return [
    column(short, width, 'dim'),
    seg(' '),
    seg(row.status > 0 ? padStart(String(row.status).slice(0, 3), 3) : '  -', statusStyle(row.status)),
  ];
}

/** The style of a status code's class. */
function statusStyle(status: number): StyleName {
  if (status >= 500) return 'status5';
  if (status >= 400) return 'status4';
  if (status >= 300) return 'status3';
  return status >= 200 ? 'status2' : 'dim';
}

function rightColumns(row: FeedRow, columns: FeedColumns, { glyphs }: Drawing): StyledLine {
  const tag = verdictTag(row, glyphs);
  const most = columns.tag > 0 ? columns.tag : Math.max(20, Math.floor(columns.width * 0.3));
  const cut = lineWidth(tag) > most ? [...cutLine(tag, 0, most - 1), seg(glyphs.ellipsis, 'dim')] : tag;
  const padded = columns.tag > 0 ? [space(columns.tag - lineWidth(cut)), ...cut] : cut;
  const size = row.bytes >= 0 ? bytes(row.bytes) : '';
  // A line that is no request has neither: its message may go on there.
  const isRequest = row.kind === 'http';
  return [
    ...(isRequest && columns.bytes > 0 ? [seg(' '), rightColumn(size, columns.bytes, 'dim')] : []),
    ...(isRequest && columns.userAgent > 0 ? [seg('  '), column(shortUserAgent(row.userAgent), columns.userAgent, 'faint')] : []),
    ...(lineWidth(padded) > 0 ? [seg(' '), ...padded] : []),
    seg(' '),
  ];
}

function rowText(row: FeedRow, room: number, { sideways, find }: RowOptions): StyledLine {
  if (room <= 0) return [];
  const shown = row.kind === 'http' ? displayTarget(row.text, row.match) : { text: row.text, match: row.match };
  const ordinary: StyleName = 'text';
  if (!shown.match) return foundText(visible(shown.text), { room, sideways, find, style: ordinary });
  const { before, match, after } = visibleSpan(shown.text, shown.match);
  const parts = [seg(before, ordinary), matched(match, row), seg(after, ordinary)];
  if (sideways > 0) return cutLine(parts, sideways, sideways + room);
  const cut = cutRow(before, match, { after, room });
  return [
    seg(cut.text.slice(0, cut.span.start), ordinary),
    matched(cut.text.slice(cut.span.start, cut.span.end), row),
    seg(cut.text.slice(cut.span.end), ordinary),
  ];
}

/** From the path's start where enough of the match is in sight then: where an attack is aimed says as much as the attack. */
function cutRow(before: string, match: string, { after, room }: { after: string; room: number }): { text: string; span: Span } {
  const text = before + match + after;
  const span = { start: before.length, end: before.length + match.length };
  const needed = Math.min(textWidth(match), Math.max(MATCH_CELLS, Math.floor(room / 2)));
  if (textWidth(before) + needed + 1 > room) return cutAround(text, span, room);
  const cut = cutEnd(text, room);
  return { text: cut, span: { start: span.start, end: Math.min(span.end, cut.length) } };
}

const matched = (text: string, row: FeedRow): Segment => seg(text, severityStyle(row.severity, 'strong'), { ground: 'match', bold: true });

interface TextOptions {
  readonly room: number;
  readonly sideways: number;
  readonly find: string;
  readonly style: StyleName;
}

/** A text with the first place that holds `find` underlined and kept in sight. */
function foundText(text: string, { room, sideways, find, style }: TextOptions): StyledLine {
  const at = find === '' ? -1 : text.toLowerCase().indexOf(find.toLowerCase());
  if (at < 0) return sideways > 0 ? cutLine([seg(text, style)], sideways, sideways + room) : [seg(cutEnd(text, room), style)];
  const span = { start: at, end: at + find.length };
  const cut = sideways > 0 ? { text, span } : cutAround(text, span, room);
  const parts = [
    seg(cut.text.slice(0, cut.span.start), style),
    seg(cut.text.slice(cut.span.start, cut.span.end), 'accent', { underline: true, bold: true }),
    seg(cut.text.slice(cut.span.end), style),
  ];
  return sideways > 0 ? cutLine(parts, sideways, sideways + room) : parts;
}
