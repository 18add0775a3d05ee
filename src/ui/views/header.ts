import { msg, t, tn } from '../../lang/lang.ts';
import type { PastInfo, Snapshot, SourceStatus } from '../../model/snapshot.ts';
import { severityLabel } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { spanWords } from '../../text/span-words.ts';
import { count } from '../../text/units.ts';
import { cutEnd, padEnd, textWidth } from '../../text/width.ts';
import { lineWidth, onGround, seg, space } from '../line.ts';
import type { UiState } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';
import { sourceLabel } from './source-label.ts';

/** A piece of the header in its versions, longest first; the last may be empty. Pieces of a higher `worth` are shortened later. */
interface Piece {
  readonly worth: number;
  readonly versions: readonly (readonly Segment[])[];
}

const SILENCE_MS = 10_000;
/** Title of the format that every line has. */
const PLAIN = 'plain';

/** One line: what is read, whether it lives, how fast, what is lost; at the right how bad it is, and the time. */
export function headerView(state: UiState, width: number, drawing: Drawing): StyledLine {
  const { snapshot } = state;
  const clock = seg(drawing.time.clockTime(state.nowMs), 'dim');
  const brand = seg(' secmon', 'accent', { bold: true });
  if (!snapshot) return onGround([brand, seg(`   ${t('starting …')}`, 'dim')], width, 'bar');
  const left = snapshot.past
    ? [pastPiece(snapshot.past, drawing), sourcePiece(snapshot)]
    : [sourcePiece(snapshot), formatPiece(snapshot), livePiece(state, snapshot, drawing), flowPiece(snapshot)];
  const right = [outputsPiece(snapshot), alertsPiece(snapshot), riskPiece(snapshot), incidentsPiece(snapshot)];
  const gap = width >= 160 ? 3 : 2;
  const room = width - lineWidth([brand, clock]) - 1 - gap;
  const [shownLeft = [], shownRight = []] = choose([left, right], room, gap);
  const fill = width - lineWidth([brand, ...shownLeft, ...shownRight, clock]) - 1 - gap;
  return onGround([brand, ...shownLeft, space(fill), ...shownRight, space(gap), clock], width, 'bar');
}

/** Shortens the piece of least worth until all fit. */
function choose(groups: readonly (readonly Piece[])[], room: number, gap: number): StyledLine[] {
  const pieces = groups.flat();
  const level = new Map<Piece, number>(pieces.map((piece) => [piece, 0]));
  const shown = (piece: Piece): readonly Segment[] => piece.versions[level.get(piece) ?? 0] ?? [];
  const cells = (): number => pieces.reduce((sum, piece) => sum + (shown(piece).length > 0 ? lineWidth(shown(piece)) + gap : 0), 0);
  while (cells() > room) {
    const candidates = pieces.filter((piece) => (level.get(piece) ?? 0) < piece.versions.length - 1);
    const least = candidates.reduce<Piece | undefined>((a, b) => (a && a.worth <= b.worth ? a : b), undefined);
    if (!least) break;
    level.set(least, (level.get(least) ?? 0) + 1);
  }
  return groups.map((group) => group.flatMap((piece) => (shown(piece).length > 0 ? [space(gap), ...shown(piece)] : [])));
}

function sourcePiece({ sources }: Snapshot): Piece {
  const [first, ...rest] = sources;
  const name = first ? sourceLabel(first.name) : t('no source');
  const more = rest.length > 0 ? ` +${rest.length}` : '';
  const away = rest.length > 0 ? sources.filter(isAway).length : 0;
  const lost = away > 0 ? [seg(t('{away} of {all} sources away', { away, all: sources.length }), 'medium')] : [];
  const named = [30, 16].map((cells) => [seg(cutEnd(name, cells) + more, 'text'), ...lost.flatMap((part) => [seg(' · ', 'dim'), part])]);
  return away > 0 ? { worth: 6, versions: [...named, lost, []] } : { worth: 4, versions: [...named, []] };
}

/** Nothing comes from it, though more was to come. */
const isAway = ({ state }: SourceStatus): boolean => state === 'waiting' || state === 'failed';

/** `nginx combined 99.8 % · 14 unparsed`: the format of the first source that has one. */
function formatPiece({ sources }: Snapshot): Piece {
  const known = sources.find((source) => source.format !== '');
  const lines = sources.reduce((sum, source) => sum + source.lines, 0);
  const unparsed = sources.reduce((sum, source) => sum + source.unparsed, 0);
  if (!known || lines === 0) return { worth: 1, versions: [[]] };
  const name = visible(known.format);
  // Of plain lines nothing is parsed: a share of them would say nothing.
  const share = name === PLAIN ? name : `${name} ${parsedShare(lines, unparsed)} %`;
  const versions = [[seg(share, 'dim')], [seg(name, 'dim')], []];
  return {
    worth: 1,
    versions: unparsed > 0 ? [[seg(`${share} · ${t('{n} unparsed', { n: count(unparsed) })}`, 'dim')], ...versions] : versions,
  };
}

/** Never rounds up to 100 while a line is unparsed. */
const parsedShare = (lines: number, unparsed: number): string => {
  const share = Math.floor(((lines - unparsed) / lines) * 1000) / 10;
  return unparsed === 0 ? '100' : share.toFixed(1);
};

function livePiece(state: UiState, snapshot: Snapshot, { glyphs }: Drawing): Piece {
  const unit = t('/s');
  const rate = seg(` ${padEnd(count(snapshot.ratePerSecond) + unit, 5 + textWidth(unit))}`, 'text');
  if (snapshot.isGone) return { worth: 12, versions: [[seg(`${glyphs.cross} ${t('ENGINE GONE')}`, 'critical', { bold: true })]] };
  if (state.paused) return { worth: 9, versions: [[seg(`${glyphs.circle} ${t('PAUSED')}`, 'medium', { bold: true }), rate]] };
  if (snapshot.ended)
    return { worth: 9, versions: [[seg(`${glyphs.circle} ${t('input ended')}`, 'medium'), ...(snapshot.ratePerSecond > 0 ? [rate] : [])]] };
  const failed = snapshot.sources.filter((source) => source.state === 'failed').length;
  if (failed > 0 && failed === snapshot.sources.length)
    return { worth: 9, versions: [[seg(`${glyphs.cross} ${t('input failed')}`, 'critical', { bold: true })]] };
  const silence = silenceWords(state.nowMs, snapshot.sources);
  if (silence !== '') return { worth: 9, versions: [[seg(`${glyphs.circle} ${silence}`, 'medium')]] };
  if (snapshot.lines === 0) return { worth: 9, versions: [[seg(`${glyphs.circle} ${t('waiting')}`, 'dim')]] };
  if (snapshot.sources.length > 0 && snapshot.sources.every(isAway))
    return { worth: 9, versions: [[seg(`${glyphs.circle} ${t('waiting')}`, 'medium')]] };
  return { worth: 9, versions: [[seg(`${glyphs.dot} ${t('LIVE')}`, 'ok', { bold: true }), rate]] };
}

const MONTHS = [
  msg('Jan'),
  msg('Feb'),
  msg('Mar'),
  msg('Apr'),
  msg('May'),
  msg('Jun'),
  msg('Jul'),
  msg('Aug'),
  msg('Sep'),
  msg('Oct'),
  msg('Nov'),
  msg('Dec'),
];

/** `past: 02 Mar 02:15 – Esc back to live`, and how far it is read. Never left out. */
function pastPiece({ atMs, toMs, state, percent, rowId }: PastInfo, { time }: Drawing): Piece {
  const [date = '', clock = ''] = time.dateTime(atMs).split(' ');
  const [, month = '', day = ''] = date.split('-');
  const until = time.clockTime(toMs).slice(0, 5);
  const moment = t('past: {day} {month} {time}', { day, month: t(MONTHS[Number(month) - 1] ?? ''), time: clock.slice(0, 5) });
  const at = seg(moment, 'medium', { bold: true });
  const read = {
    reading: t('reading {percent} %', { percent }),
    paused: t('read to {time}, :.. reads on', { time: until }),
    ended: rowId === undefined ? t('nothing logged from then on') : t('the logs end at {time}', { time: until }),
  }[state];
  const brief = state === 'reading' ? `${percent} %` : t('to {time}', { time: until });
  const back = seg(` – ${t('Esc back to live')}`, 'text');
  return {
    worth: 11,
    versions: [
      [at, seg(` · ${read}`, 'dim'), back],
      [at, seg(` · ${brief}`, 'dim'), back],
      [at, back],
    ],
  };
}

/** `no lines for 14 s`; `''` while lines come. */
function silenceWords(nowMs: number, sources: readonly SourceStatus[]): string {
  const last = Math.max(...sources.map((source) => source.lastLineMs ?? Number.NEGATIVE_INFINITY));
  const silentMs = nowMs - last;
  if (!Number.isFinite(silentMs) || silentMs < SILENCE_MS) return '';
  return t('no lines for {time}', { time: spanWords(silentMs) });
}

function flowPiece({ lagMs, dropped }: Snapshot): Piece {
  const lost = dropped > 0 ? seg(t('dropped {n}', { n: count(dropped) }), 'high', { bold: true }) : seg(t('dropped {n}', { n: 0 }), 'dim');
  const only: Segment[][] = dropped > 0 ? [[lost]] : [[lost], []];
  if (lagMs === undefined) return { worth: dropped > 0 ? 6 : 2, versions: only };
  const lag = seg(t('lag {time}', { time: spanWords(Math.max(0, lagMs)) }), lagMs > 10_000 ? 'medium' : 'dim');
  return { worth: dropped > 0 ? 6 : 2, versions: [[lag, seg(' · ', 'dim'), lost], ...only] };
}

function alertsPiece({ alerts }: Snapshot): Piece {
  if (alerts.failed > 0) return { worth: 5, versions: [[seg(tn(alerts.failed, '{n} alert failed', '{n} alerts failed'), 'high')], []] };
  if (alerts.waiting > 0)
    return { worth: 5, versions: [[seg(tn(alerts.waiting, '{n} alert waiting', '{n} alerts waiting'), 'medium')], []] };
  return { worth: 5, versions: [[]] };
}

/** Outputs that take nothing; which ones, and why, is on their screen. */
function outputsPiece({ outputsWaiting = 0 }: Snapshot): Piece {
  if (outputsWaiting === 0) return { worth: 5, versions: [[]] };
  return { worth: 5, versions: [[seg(tn(outputsWaiting, '{n} output waits', '{n} outputs wait'), 'medium')], []] };
}

function riskPiece({ risk }: Snapshot): Piece {
  const shown = risk
    ? seg(t('RISK {severity}', { severity: severityLabel(risk) }), severityStyle(risk), { bold: true })
    : seg(t('RISK none'), 'dim');
  return { worth: 10, versions: [[shown]] };
}

function incidentsPiece({ incidentCount }: Snapshot): Piece {
  const text = tn(incidentCount, '{shown} incident', '{shown} incidents', { shown: count(incidentCount) });
  return { worth: 3, versions: [[seg(text, incidentCount > 0 ? 'text' : 'dim')], []] };
}
