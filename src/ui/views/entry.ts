import type { DecodeStep, EntryDetail } from '../../engine/protocol.ts';
import { formatNumber, msg, t, tn } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Span } from '../../model/entry.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { severityWord } from '../../text/model-words.ts';
import { visible, visibleSpan } from '../../text/sanitize.ts';
import { spanWords } from '../../text/span-words.ts';
import { bytes, count } from '../../text/units.ts';
import { cutAround, cutEnd } from '../../text/width.ts';
import { cellsFor, column, flowed, seg, wrap } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';
import { exposureLines } from './exposures.ts';
import { fieldWords } from './field-words.ts';
import { riskStyle } from './incident-line.ts';
import { sourceLabel } from './source-label.ts';
import { techniqueWords } from './techniques.ts';

/** Labels at the left, but for decoding steps. */
const LABELS = [
  msg('As logged'),
  msg('Rules'),
  msg('Rule'),
  msg('What it means'),
  msg('This address'),
  msg('Fields'),
  msg('The line'),
] as const;
/** Names of fields that are no field names of a standard. */
const FIELD_NAMES = [
  msg('status'),
  msg('size'),
  msg('took'),
  msg('host'),
  msg('referer'),
  msg('user agent'),
  msg('user'),
  msg('forwarded for'),
  msg('program'),
  msg('level'),
  msg('format'),
  msg('entry'),
] as const;
/** What a decoding step undoes, by its name in rules and records. */
const STEP_WORDS: Readonly<Record<string, string>> = {
  plus: msg('plus'),
  percent: msg('percent'),
  unicode: msg('unicode'),
  overlong: msg('overlong'),
  nested: msg('nested'),
  html: msg('html'),
  escapes: msg('escapes'),
  base64: msg('base64'),
  hex: msg('hex'),
  'full-width': msg('full-width'),
  null: msg('null'),
  comments: msg('comments'),
  shell: msg('shell'),
  slashes: msg('slashes'),
  breaks: msg('breaks'),
};

/** What stands on the entry screen, as long as it is; `width` cells a line. */
export function entryLines(detail: EntryDetail | 'loading' | 'gone', width: number, drawing: Drawing): StyledLine[] {
  if (detail === 'loading') return [[seg(t('Reading the entry …'), 'dim')]];
  if (detail === 'gone')
    return wrap(t('This line is no longer held in memory: too many came after it. The log itself still has it.'), width).map((line) => [
      seg(line, 'dim'),
    ]);
  const parts = [
    headline(detail, width),
    ...requestPart(detail, width, drawing),
    exposureLines(detail.exposures, width),
    decodingPart(detail, width),
    rulesPart(detail, width),
    meaningPart(detail, width),
  ];
  const rest = [actorPart(detail, width, drawing), fieldsPart(detail, width), rawPart(detail, width)];
  return [...parts, ...rest].filter((part) => part.length > 0).flatMap((part, i) => (i > 0 ? [[], ...part] : part));
}

function headline({ hits, severity }: EntryDetail, width: number): StyledLine[] {
  const [worst] = hits;
  if (!worst || !severity) return [[seg(t('Nothing suspicious in this line.'), 'dim')]];
  const style = severityStyle(severity);
  return [[seg(cutEnd(`${SEVERITY_LETTER[severity]}  ${t(worst.rule.title)}`, width), style, { bold: true })]];
}

/** When, who, what was asked, and what the server answered. */
function requestPart(detail: EntryDetail, width: number, { time, glyphs }: Drawing): StyledLine[][] {
  const { entry, answer, success, severity, source } = detail;
  const when = entry.timeMs === undefined ? t('no time') : time.clockTimeMs(entry.timeMs);
  const who = [when, visible(entry.address), visible(entry.user), sourceLabel(source)].filter((part) => part !== '').join('   ');
  const asked =
    entry.kind === 'http'
      ? [entry.method, entry.target, entry.protocol].filter((part) => part !== '').join(' ')
      : entry.message || entry.raw;
  const request = wrap(visible(asked), width, 3).map((line): StyledLine => [seg(line, 'dim')]);
  const style: StyleName = success ? severityStyle(severity, 'strong') : 'strong';
  const answered = answer === '' ? [] : wrap(visible(t(answer)), width, 3).map((line): StyledLine => [seg(line, style, { bold: success })]);
  return [[[seg(who, 'text')], ...request, ...workedLine(detail, glyphs.check), ...answered]];
}

/** Whether it worked, in so many words: it is what is asked first. Nothing of an ordinary line, or where there was nothing to win. */
function workedLine({ severity, success, outcome }: EntryDetail, check: string): StyledLine[] {
  if (severity === undefined) return [];
  if (success) return [[seg(`${check} ${t('It worked.')}`, severityStyle(severity), { bold: true })]];
  if (outcome === 'refused' || outcome === 'blocked') return [[seg(t('It did not work.'), 'strong')]];
  const isOpen = (outcome === 'answered' && severity !== 'low') || outcome === 'error' || outcome === 'abandoned';
  return isOpen ? [[seg(`? ${t('It is not clear whether it worked.')}`, 'strong', { bold: true })]] : [];
}

/** `label` before the first of `lines`, blanks before the others. */
function labelled(label: string, lines: readonly StyledLine[], width: number): StyledLine[] {
  const cells = labelCells(width);
  return lines.map((line, i) => [column(i === 0 ? label : '', cells, 'dim'), ...line]);
}

const labelCells = (width: number): number =>
  cellsFor(
    [...LABELS, ...FIELD_NAMES].map((label) => t(label)),
    width >= 90 ? 16 : 15,
  );
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
  const known = STEP_WORDS[step];
  const words = step === '' || step === 'as logged' ? t('As logged') : known === undefined ? visible(step) : t(known);
  return times === 1 ? words : t('{step} again', { step: words });
};

function decodedLine({ text, match, also = [] }: DecodeStep, room: number, style: StyleName): Segment[] {
  const [first, ...others] = match ? [match, ...also] : also;
  if (!first) return [seg(cutEnd(visible(text), room))];
  const shown = visibleSpan(text, first);
  const start = shown.before.length;
  const cut = cutAround(shown.before + shown.match + shown.after, { start, end: start + shown.match.length }, room);
  const shift = cut.span.start - start;
  const spans = others.map((span) => {
    const { before, match: marked } = visibleSpan(text, span);
    return { start: before.length + shift, end: before.length + marked.length + shift };
  });
  return marked(cut.text, [cut.span, ...spans], style);
}

/** The text with these pieces of it, which may overlap or lie beyond its ends, on the ground of a match. */
function marked(text: string, spans: readonly Span[], style: StyleName): Segment[] {
  const line: Segment[] = [];
  let at = text.startsWith('…') ? 1 : 0;
  if (at > 0) line.push(seg('…'));
  const end = text.endsWith('…') ? text.length - 1 : text.length;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const from = Math.max(span.start, at);
    const to = Math.min(span.end, end);
    if (to <= from) continue;
    if (from > at) line.push(seg(text.slice(at, from)));
    line.push(seg(text.slice(from, to), style, { ground: 'match', bold: true }));
    at = to;
  }
  return [...line, seg(text.slice(at))];
}

function rulesPart({ hits, muted = [] }: EntryDetail, width: number): StyledLine[] {
  const lines = hits.map(({ rule, matches }): StyledLine => {
    const [first] = matches;
    const where = first ? t('in {field}', { field: fieldWords(first.sigmaField) }) : '';
    return [
      seg(rule.name, 'strong', { bold: true }),
      seg('   '),
      seg(severityWord(rule.severity), severityStyle(rule.severity)),
      seg(`   ${rule.techniques.join(' ')}   ${where}`, 'dim'),
    ];
  });
  const quiet = muted.map((name): StyledLine => [seg(name, 'dim'), seg(`   ${t('kept quiet by a mute')}`, 'faint')]);
  return labelled(hits.length + muted.length === 1 ? t('Rule') : t('Rules'), [...lines, ...quiet], width);
}

/** Why it is bad, a sentence a rule, and the ATT&CK technique in words. */
function meaningPart({ hits }: EntryDetail, width: number): StyledLine[] {
  const room = width - labelCells(width);
  const sentences = [...new Set(hits.map(({ rule }) => rule.description.trim()))].filter((text) => text !== '');
  const techniques = [...new Set(hits.flatMap(({ rule }) => rule.techniques))].map(techniqueWords);
  const lines = [
    ...sentences.flatMap((text) => paragraph(visible(t(text)), room)),
    ...techniques.flatMap((text) => paragraph(text, room, 'dim')),
  ];
  return labelled(t('What it means'), lines, width);
}

function actorPart({ incident, entry }: EntryDetail, width: number, { time }: Drawing): StyledLine[] {
  if (entry.address === '') return [];
  const label = t('This address');
  if (!incident) return labelled(label, [[seg(t('no open incident'), 'text'), seg(`   ${t('i shows who it is')}`, 'dim')]], width);
  const facts = [
    tn(incident.entries, '{shown} request in {time}', '{shown} requests in {time}', {
      shown: count(incident.entries),
      time: spanWords(Math.max(1000, incident.endMs - incident.startMs)),
    }),
    t('first seen {time}', { time: time.clockTime(incident.startMs) }),
    t('{successes} of {detections} worked', { successes: count(incident.successes), detections: count(incident.detections) }),
  ];
  const risk = seg(t('risk {risk}', { risk: incident.risk }), riskStyle(incident), { bold: true });
  const lines = flowed([risk, ...facts.map((fact) => seg(fact))], width - labelCells(width));
  return labelled(label, [[seg(visible(incidentTitle(incident.title))), seg(`   ${t('i opens the story')}`, 'dim')], ...lines], width);
}

/** Every field that the line has and that does not stand above. */
function fieldsPart({ entry, format, row }: EntryDetail, width: number): StyledLine[] {
  const room = width - 2 * labelCells(width);
  const fields: readonly (readonly [name: (typeof FIELD_NAMES)[number], value: string])[] = [
    ['status', entry.status > 0 ? String(entry.status) : ''],
    ['size', entry.bytes >= 0 ? sizeWords(entry.bytes) : ''],
    ['took', entry.durationMs >= 0 ? `${entry.durationMs} ms` : ''],
    ['host', entry.host],
    ['referer', entry.referer],
    ['user agent', entry.userAgent],
    ['user', entry.user],
    ['forwarded for', entry.forwardedFor],
    ['program', entry.program],
    ['level', entry.level],
    ['format', format],
    ['entry', formatNumber(row.id)],
  ];
  const lines = fields
    .filter(([, value]) => value !== '')
    .flatMap(([name, value]) =>
      paragraph(visible(value), room, 'text', 3).map(
        (line, i): StyledLine => [column(i === 0 ? t(name) : '', labelCells(width), 'dim'), ...line],
      ),
    );
  return labelled(t('Fields'), lines, width);
}

function sizeWords(size: number): string {
  const n = formatNumber(size);
  return size >= 1000 ? t('{n} bytes ({size})', { n, size: bytes(size) }) : t('{n} bytes', { n });
}

const rawPart = ({ entry }: EntryDetail, width: number): StyledLine[] =>
  labelled(t('The line'), paragraph(visible(entry.raw.slice(0, 4096)), width - labelCells(width), 'dim', 12), width);
