import type { DecodeStep, EntryDetail } from '../../engine/protocol.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { visible, visibleSpan } from '../../text/sanitize.ts';
import { bytes, count, duration } from '../../text/units.ts';
import { cutAround, cutEnd } from '../../text/width.ts';
import { column, seg, wrap } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, plural, severityStyle } from './drawing.ts';
import { techniqueWords } from './techniques.ts';

const LABEL_CELLS = 16;
const SHORT_LABEL_CELLS = 15;

/** What stands on the entry screen, as long as it is; `width` cells a line. */
export function entryLines(detail: EntryDetail | 'loading' | 'gone', width: number, drawing: Drawing): StyledLine[] {
  if (detail === 'loading') return [[seg('Reading the entry …', 'dim')]];
  if (detail === 'gone')
    return wrap('This line is no longer held in memory: too many came after it. The log itself still has it.', width).map((line) => [
      seg(line, 'dim'),
    ]);
  const parts = [
    headline(detail, width),
    ...requestPart(detail, width, drawing),
    decodingPart(detail, width),
    rulesPart(detail, width),
    meaningPart(detail, width),
  ];
  const rest = [actorPart(detail, width, drawing), fieldsPart(detail, width), rawPart(detail, width)];
  return [...parts, ...rest].filter((part) => part.length > 0).flatMap((part, i) => (i > 0 ? [[], ...part] : part));
}

function headline({ hits, severity }: EntryDetail, width: number): StyledLine[] {
  const [worst] = hits;
  if (!worst || !severity) return [[seg('Nothing suspicious in this line.', 'dim')]];
  const style = severityStyle(severity);
  return [[seg(`${SEVERITY_LETTER[severity]}  ${worst.rule.title}`.slice(0, width), style, { bold: true })]];
}

/** When, who, what was asked, and what the server answered. */
function requestPart({ entry, answer, success, severity, source }: EntryDetail, width: number, { time }: Drawing): StyledLine[][] {
  const when = entry.timeMs === undefined ? 'no time' : time.clockTimeMs(entry.timeMs);
  const who = [when, visible(entry.address), visible(entry.user), visible(source)].filter((part) => part !== '').join('   ');
  const asked =
    entry.kind === 'http'
      ? [entry.method, entry.target, entry.protocol].filter((part) => part !== '').join(' ')
      : entry.message || entry.raw;
  const request = wrap(visible(asked), width, 3).map((line): StyledLine => [seg(line, 'dim')]);
  const style: StyleName = success ? severityStyle(severity, 'strong') : 'strong';
  const answered = answer === '' ? [] : wrap(visible(answer), width, 3).map((line): StyledLine => [seg(line, style, { bold: success })]);
  return [[[seg(who, 'text')], ...request, ...answered]];
}

/** `label` before the first of `lines`, blanks before the others. */
function labelled(label: string, lines: readonly StyledLine[], width: number): StyledLine[] {
  const cells = labelCells(width);
  return lines.map((line, i) => [column(i === 0 ? label : '', cells, 'dim'), ...line]);
}

const labelCells = (width: number): number => (width >= 90 ? LABEL_CELLS : SHORT_LABEL_CELLS);
const paragraph = (text: string, cells: number, style: StyleName = 'text', most = 8): StyledLine[] =>
  wrap(text, Math.max(10, cells), most).map((line) => [seg(line, style)]);

/** The matched field as logged and after each decoding step, the match on its ground. */
function decodingPart({ decoding, severity }: EntryDetail, width: number): StyledLine[] {
  const room = width - labelCells(width);
  const seen = new Map<string, number>();
  return decoding.flatMap((step) => {
    const times = (seen.get(step.step) ?? 0) + 1;
    seen.set(step.step, times);
    return labelled(stepLabel(step.step, times), [decodedLine(step, room, severityStyle(severity, 'strong'))], width);
  });
}

const stepLabel = (step: string, times: number): string => {
  const words = step === '' || step === 'as logged' ? 'As logged' : visible(step);
  return times === 1 ? words : `${words} again`;
};

function decodedLine({ text, match }: DecodeStep, room: number, style: StyleName): Segment[] {
  if (!match) return [seg(cutEnd(visible(text), room))];
  const parts = visibleSpan(text, match);
  const cut = cutAround(
    parts.before + parts.match + parts.after,
    { start: parts.before.length, end: parts.before.length + parts.match.length },
    room,
  );
  return [
    seg(cut.text.slice(0, cut.span.start)),
    seg(cut.text.slice(cut.span.start, cut.span.end), style, { ground: 'match', bold: true }),
    seg(cut.text.slice(cut.span.end)),
  ];
}

function rulesPart({ hits, muted = [] }: EntryDetail, width: number): StyledLine[] {
  const lines = hits.map(({ rule, matches }): StyledLine => {
    const [first] = matches;
    const where = first ? `in ${visible(first.sigmaField)}` : '';
    return [
      seg(rule.name, 'strong', { bold: true }),
      seg('   '),
      seg(rule.severity, severityStyle(rule.severity)),
      seg(`   ${rule.techniques.join(' ')}   ${where}`, 'dim'),
    ];
  });
  const quiet = muted.map((name): StyledLine => [seg(name, 'dim'), seg('   kept quiet by a mute', 'faint')]);
  return labelled(hits.length + muted.length === 1 ? 'Rule' : 'Rules', [...lines, ...quiet], width);
}

/** Why it is bad, a sentence a rule, and the ATT&CK technique in words. */
function meaningPart({ hits }: EntryDetail, width: number): StyledLine[] {
  const room = width - labelCells(width);
  const sentences = [...new Set(hits.map(({ rule }) => rule.description.trim()))].filter((text) => text !== '');
  const techniques = [...new Set(hits.flatMap(({ rule }) => rule.techniques))].map(techniqueWords);
  const lines = [
    ...sentences.flatMap((text) => paragraph(visible(text), room)),
    ...techniques.flatMap((text) => paragraph(text, room, 'dim')),
  ];
  return labelled('What it means', lines, width);
}

function actorPart({ incident, entry }: EntryDetail, width: number, { time }: Drawing): StyledLine[] {
  if (entry.address === '') return [];
  if (!incident) return labelled('This address', [[seg('no open incident', 'text'), seg('   i shows who it is', 'dim')]], width);
  const facts = [
    `${plural(incident.entries, 'request', 'requests', count(incident.entries))} in ${duration(incident.endMs - incident.startMs)}`,
    `first seen ${time.clockTime(incident.startMs)}`,
    `${count(incident.successes)} of ${count(incident.detections)} worked`,
  ];
  const line = [seg(`risk ${incident.risk}`, severityStyle(incident.severity), { bold: true }), seg(`   ${facts.join('   ')}`)];
  return labelled('This address', [[seg(visible(incident.title)), seg('   i opens the story', 'dim')], line], width);
}

/** Every field that the line has and that does not stand above. */
function fieldsPart({ entry, format, row }: EntryDetail, width: number): StyledLine[] {
  const room = width - 2 * labelCells(width);
  const fields: readonly (readonly [name: string, value: string])[] = [
    ['status', entry.status > 0 ? String(entry.status) : ''],
    [
      'size',
      entry.bytes >= 0 ? `${entry.bytes.toLocaleString('en-US')} bytes${entry.bytes >= 1000 ? ` (${bytes(entry.bytes)})` : ''}` : '',
    ],
    ['took', entry.durationMs >= 0 ? `${entry.durationMs} ms` : ''],
    ['host', entry.host],
    ['referer', entry.referer],
    ['user agent', entry.userAgent],
    ['user', entry.user],
    ['forwarded for', entry.forwardedFor],
    ['program', entry.program],
    ['level', entry.level],
    ['format', format],
    ['entry', row.id.toLocaleString('en-US')],
  ];
  const lines = fields
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) =>
      paragraph(visible(value), room, 'text', 3).map(
        (line, i): StyledLine => [column(i === 0 ? name : '', labelCells(width), 'dim'), ...line],
      ),
    );
  return labelled('Fields', lines, width);
}

const rawPart = ({ entry }: EntryDetail, width: number): StyledLine[] =>
  labelled('The line', paragraph(visible(entry.raw.slice(0, 4096)), width - labelCells(width), 'dim', 12), width);
