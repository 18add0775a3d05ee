import type { ActorDetail } from '../../engine/protocol.ts';
import { msg, t, tn } from '../../lang/lang.ts';
import type { Family } from '../../model/detection.ts';
import type { Incident, RiskParts } from '../../model/incident.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { stageWord, stateWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { bytes, count } from '../../text/units.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import { cellsFor, column, flowed, rightColumn, seg, space, wrap } from '../line.ts';
import type { StyledLine } from '../styled.ts';
import { type Glyphs, glyphs } from '../theme/theme.ts';
import { bar } from './bar.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { exposureLines } from './exposures.ts';
import { type FamilyCount, familyLines } from './families.ts';
import { riskStyle, successWords } from './incident-line.ts';
import { sparkline } from './sparkline.ts';
import { storyLines, storyRows } from './story.ts';

/** What stands on the actor screen below its title, as long as it is; `step` is the one that the cursor stands on. */
export function actorLines(
  { detail, step }: { readonly detail: ActorDetail | 'loading'; readonly step: number },
  width: number,
  drawing: Drawing,
): StyledLine[] {
  if (detail === 'loading') return [[seg(` ${t('Reading what is known of this address …')}`, 'dim')]];
  const story = storyRows(detail, width);
  return [
    ...riskPart(detail, width, drawing.glyphs),
    ...exposureLines(detail.exposures, width),
    [],
    ...story.flatMap((row) => storyLines(row, { selected: row.step === step, width }, drawing)),
    [],
    ...alikeLines(detail, width, drawing),
    ...panels(detail, width, drawing),
  ];
}

/** The line of each step of the story, from the top of {@link actorLines}. */
export function storyPlaces(detail: ActorDetail, width: number): number[] {
  const places: number[] = [];
  // How many lines it takes does not depend on the characters that it is drawn with.
  let line = riskPart(detail, width, glyphs(true)).length + exposureLines(detail.exposures, width).length + 1;
  for (const row of storyRows(detail, width)) {
    if (row.step !== undefined) places[row.step] = line;
    line += row.lines.length;
  }
  return places;
}

/** Who it is, as far as this machine knows: `FR · AS64500 Example Hosting · verified Googlebot · office`. */
function whoWords({ about, address }: ActorDetail): string[] {
  if (address === '') return [];
  const { country, network, tag, allowed, isPrivate, crawler } = about;
  const words = [
    isPrivate ? t('private network') : country,
    visible(network),
    t(crawler),
    visible(tag),
    allowed ? t('on the allow list') : '',
  ];
  return words.filter((word) => word !== '');
}

/** For the title's right end. */
export function actorNote(detail: ActorDetail | 'loading', drawing: Drawing): string {
  if (detail === 'loading') return '';
  const who = whoWords(detail);
  if (!detail.incident) return who.join(' · ');
  const { state, startMs, reopened } = detail.incident;
  const again = reopened > 0 ? [tn(reopened, 'back once', 'back {n} times')] : [];
  return [...who, stateWord(state), ...again, t('since {time}', { time: drawing.time.clockTime(startMs) })].join(' · ');
}

/** Words for what a risk is made of, in their order. */
const PART_WORDS: readonly (readonly [part: keyof RiskParts, word: string])[] = [
  ['severity', msg('severity')],
  ['success', msg('success')],
  ['variety', msg('variety')],
  ['persistence', msg('persistence')],
  ['spread', msg('spread')],
  ['exposure', msg('open here')],
];

function partsText({ riskParts }: Incident): string {
  const parts = PART_WORDS.filter(([part]) => (riskParts[part] ?? 0) > 0).map(([part, word]) => `${t(word)} ${riskParts[part]}`);
  return [...parts, ...(riskParts.fading < 0 ? [t('faded {points}', { points: -riskParts.fading })] : [])].join(' · ');
}

/** How bad it is, what it is, whether it worked, and how much there was of it: all of it, in as many lines as that takes. */
function riskPart({ incident, inWindow, address }: ActorDetail, width: number, marks: Glyphs): StyledLine[] {
  const traffic = trafficWords(inWindow);
  const label = ` ${t('Risk')}`;
  const labelCells = textWidth(label) + 2;
  if (!incident)
    return [
      [],
      [column(label, labelCells + 1, 'dim'), seg(t('none'), 'strong'), seg(`   ${t('no open incident')}`, 'dim')],
      [space(labelCells + 1), seg(traffic, 'dim')],
      [],
    ];
  const style = riskStyle(incident);
  const cells = Math.min(30, Math.floor(width / 4));
  const filled = bar(incident.risk, 100, cells, marks);
  const success = successWords(incident, marks.check);
  const indent = labelCells + 5;
  const room = Math.max(20, width - indent - 1);
  const [parts = '', ...moreParts] = wrap(partsText(incident), Math.max(20, room - cells - 2));
  const story = address === '' ? byWords(incident) : `${shareWords(incident)} · ${traffic}`;
  const title = flowed(
    [
      seg(cutEnd(visible(incidentTitle(incident.title)), room), 'strong', { bold: true }),
      seg(success.text, success.style, { bold: incident.successes > 0 }),
    ],
    room,
  );
  return [
    [],
    [
      column(label, labelCells, 'dim'),
      rightColumn(String(incident.risk), 3, style, { bold: true }),
      seg('  '),
      seg(filled, style),
      space(cells - textWidth(filled) + 2),
      seg(parts, 'dim'),
    ],
    ...moreParts.map((text): StyledLine => [space(indent + cells + 2), seg(text, 'dim')]),
    ...title.map((line): StyledLine => [space(indent), ...line]),
    ...wrap(`${stageWord(incident.stage)} · ${story}`, room).map((text): StyledLine => [space(indent), seg(text, 'dim')]),
  ];
}

function trafficWords(inWindow: ActorDetail['inWindow']): string {
  if (!inWindow) return t('no requests in the window');
  return t('{requests} in the window, {errors}, {size}', {
    requests: tn(inWindow.hits, '{shown} request', '{shown} requests', { shown: count(inWindow.hits) }),
    errors: tn(inWindow.errors, '{shown} error', '{shown} errors', { shown: count(inWindow.errors) }),
    size: bytes(inWindow.bytes),
  });
}

/** `by 3 addresses: 203.0.113.9, …` */
function byWords({ relatedCount, related }: Incident, most = 8): string {
  return tn(relatedCount, 'by {shown} address: {list}', 'by {shown} addresses: {list}', {
    shown: count(relatedCount),
    list: related.slice(0, most).map(visible).join(', '),
  });
}

/** `12 suspicious lines of 214 lines` */
const shareWords = ({ detections, entries }: Incident): string =>
  t('{suspicious} of {lines}', {
    suspicious: tn(detections, '{shown} suspicious line', '{shown} suspicious lines', { shown: count(detections) }),
    lines: tn(entries, '{shown} line', '{shown} lines', { shown: count(entries) }),
  });

const MOST_WHY_CELLS = 40;

/** Who else behaves like this: a paragraph for each reason, so that a whole network takes a line and not a page. */
function alikeLines({ alike }: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  if (alike.length === 0) return [];
  const groups = new Map<string, string[]>();
  for (const { actor, why } of alike) groups.set(why, [...(groups.get(why) ?? []), visible(actor)]);
  const cells = Math.min(
    MOST_WHY_CELLS,
    cellsFor(
      [...groups.keys()].map((why) => t(why)),
      14,
    ) + 1,
  );
  const rows = [...groups].flatMap(([why, actors]) =>
    wrap(actors.join('  '), Math.max(20, width - cells - 4)).map(
      (text, i): StyledLine => [space(3), column(i === 0 ? t(why) : '', cells, 'dim'), seg(text, 'strong')],
    ),
  );
  return [panelTitle({ title: t('Behave alike'), note: String(alike.length), width }, drawing), ...rows, []];
}

/** Families, and beside them (below, on narrow screens) traffic, paths and user agents. */
function panels(detail: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  const left = width >= 100 ? Math.floor(width / 2) - 1 : width;
  const families = familyCounts(detail.incident);
  const first: StyledLine[] = [
    panelTitle({ title: t('Families'), note: t('detections'), width: left }, drawing),
    ...(families.length > 0 ? familyLines(families, left, drawing) : [[seg(`   ${t('none')}`, 'dim')]]),
    [],
    ...pathLines(detail, left, drawing),
  ];
  const right = width >= 100 ? width - left - 1 : width;
  const second = trafficLines(detail, right, drawing);
  if (width < 100) return [...first, [], ...second];
  return Array.from({ length: Math.max(first.length, second.length) }, (_, i) => sideBySide(first[i] ?? [], second[i] ?? [], left + 1));
}

function sideBySide(left: StyledLine, right: StyledLine, at: number): StyledLine {
  const used = left.reduce((cells, part) => cells + textWidth(part.text), 0);
  return [...left, space(at - used), ...right];
}

function familyCounts(incident: Incident | undefined): FamilyCount[] {
  const entries = Object.entries(incident?.families ?? {}) as [Family, number][];
  return entries
    .sort((a, b) => b[1] - a[1])
    .slice(0, 8)
    .map(([family, n]) => ({ family, count: n, severity: undefined }));
}

function pathLines({ paths }: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  if (paths.length === 0) return [];
  const rows = paths
    .slice(0, 8)
    .map(([path, n]): StyledLine => [space(3), column(visible(path), width - 11), seg(' '), rightColumn(count(n), 6, 'dim')]);
  return [panelTitle({ title: t('Paths'), width }, drawing), ...rows];
}

function trafficLines({ perMinute, statuses, userAgents }: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  const chart = sparkline(
    { values: perMinute, cells: Math.max(1, Math.min(perMinute.length, 60, width - 4)), lastIndex: 0, style: 'accent' },
    drawing.glyphs,
  );
  const mix = Object.entries(statuses)
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([status, n]) => `${visible(status)} ${count(n)}`);
  const agents = userAgents
    .slice(0, 6)
    .map((agent): StyledLine => [space(3), seg(cutEnd(agent === '' ? t('(none)') : visible(agent), width - 4), 'text')]);
  return [
    panelTitle({ title: t('Requests'), note: t('by minute'), width }, drawing),
    [space(3), ...chart],
    [space(3), seg(mix.length > 0 ? mix.join(' · ') : t('no answers logged'), 'dim')],
    [],
    panelTitle({ title: t('User agents'), note: String(userAgents.length), width }, drawing),
    ...agents,
  ];
}
