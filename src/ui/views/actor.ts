import type { ActorDetail } from '../../engine/protocol.ts';
import type { Family } from '../../model/detection.ts';
import type { Incident, RiskParts } from '../../model/incident.ts';
import { visible } from '../../text/sanitize.ts';
import { bytes, count } from '../../text/units.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import { column, onGround, rightColumn, seg, space, wrap } from '../line.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { bar } from './bar.ts';
import { type Drawing, panelTitle, plural, severityStyle } from './drawing.ts';
import { type FamilyCount, familyLines } from './families.ts';
import { successWords } from './incident-line.ts';
import { sparkline } from './sparkline.ts';

/** What stands on the actor screen below its title, as long as it is; `step` is the one that the cursor stands on. */
export function actorLines(
  { detail, step }: { readonly detail: ActorDetail | 'loading'; readonly step: number },
  width: number,
  drawing: Drawing,
): StyledLine[] {
  if (detail === 'loading') return [[seg(' Reading what is known of this address …', 'dim')]];
  const story = storyRows(detail, width);
  return [
    ...riskPart(detail, width, drawing),
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
  let line = RISK_LINES + 1;
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
  const words = [isPrivate ? 'private network' : country, visible(network), crawler, visible(tag), allowed ? 'on the allow list' : ''];
  return words.filter((word) => word !== '');
}

/** For the title's right end. */
export function actorNote(detail: ActorDetail | 'loading', drawing: Drawing): string {
  if (detail === 'loading') return '';
  const who = whoWords(detail);
  if (!detail.incident) return who.join(' · ');
  const { state, startMs, reopened } = detail.incident;
  const again = reopened > 0 ? ` · back ${reopened === 1 ? 'once' : `${reopened} times`}` : '';
  return [...who, `${state}${again}`, `since ${drawing.time.clockTime(startMs)}`].join(' · ');
}

const counted = (n: number, one: string): string => plural(n, one, `${one}s`, count(n));

/** Words for what a risk is made of, in their order. */
const PART_WORDS: readonly (readonly [part: keyof RiskParts, word: string])[] = [
  ['severity', 'severity'],
  ['success', 'success'],
  ['variety', 'variety'],
  ['persistence', 'persistence'],
  ['spread', 'spread'],
];

function partsText({ riskParts }: Incident): string {
  const parts = PART_WORDS.filter(([part]) => riskParts[part] > 0).map(([part, word]) => `${word} ${riskParts[part]}`);
  return [...parts, ...(riskParts.fading < 0 ? [`faded ${-riskParts.fading}`] : [])].join(' · ');
}

/** Lines of {@link riskPart}, whatever it says. */
const RISK_LINES = 4;

function riskPart({ incident, inWindow, address }: ActorDetail, width: number, { glyphs }: Drawing): StyledLine[] {
  const traffic = inWindow
    ? `${counted(inWindow.hits, 'request')} in the window, ${counted(inWindow.errors, 'error')}, ${bytes(inWindow.bytes)}`
    : 'no requests in the window';
  if (!incident)
    return [[], [seg(' Risk   ', 'dim'), seg('none', 'strong'), seg('   no open incident', 'dim')], [seg(`        ${traffic}`, 'dim')], []];
  const style = severityStyle(incident.severity);
  const cells = Math.min(30, Math.floor(width / 4));
  const filled = bar(incident.risk, 100, cells, glyphs);
  const success = successWords(incident, glyphs.check);
  const actors = `${counted(incident.relatedCount, 'address')}: ${incident.related.slice(0, 8).map(visible).join(', ')}`;
  return [
    [],
    [
      seg(' Risk  ', 'dim'),
      rightColumn(String(incident.risk), 3, style, { bold: true }),
      seg('  '),
      seg(filled, style),
      space(cells - textWidth(filled) + 2),
      seg(partsText(incident), 'dim'),
    ],
    [
      space(12),
      seg(visible(incident.title), 'strong', { bold: true }),
      seg('   '),
      seg(success.text, success.style, { bold: incident.successes > 0 }),
    ],
    [
      space(12),
      seg(
        address === ''
          ? `${incident.stage} · by ${actors}`
          : `${incident.stage} · ${counted(incident.detections, 'suspicious line')} of ${counted(incident.entries, 'line')} · ${traffic}`,
        'dim',
      ),
    ],
  ];
}

const STORY_INDENT = 25;
/** Steps up to here stand apart, joined by a line; more of them stand close. */
const SPACED_STEPS = 8;

/** A row of the story: which step it is, if it is one, and its text in lines. */
interface StoryRow {
  readonly step: number | undefined;
  readonly row: ActorDetail['story'][number] | undefined;
  readonly lines: readonly string[];
}

/** The story in rows of text, before anything is drawn: also what tells where each step stands. */
function storyRows({ story }: ActorDetail, width: number): StoryRow[] {
  const title: StoryRow = { step: undefined, row: undefined, lines: ['Story', ''] };
  if (story.length === 0) return [title, { step: undefined, row: undefined, lines: ['Nothing suspicious seen from here.'] }];
  const spaced = story.length <= SPACED_STEPS;
  let steps = 0;
  const rows = story.flatMap((row, i): StoryRow[] => {
    const step = row.kind === 'step' ? steps++ : undefined;
    const lines = wrap(visible(row.text), Math.max(20, width - STORY_INDENT - 1), 4);
    const apart = spaced && i > 0 && row.kind !== 'gap' && story[i - 1]?.kind !== 'gap';
    return [...(apart ? [{ step: undefined, row: undefined, lines: [''] }] : []), { step, row, lines }];
  });
  return [title, ...rows];
}

const KIND_STYLES = { first: 'dim', gap: 'faint', note: 'accent' } as const;

function storyLines({ row, lines }: StoryRow, { selected, width }: { selected: boolean; width: number }, drawing: Drawing): StyledLine[] {
  if (row === undefined)
    return lines.map((text, i) => (text !== '' ? titleOrRemark(text) : i > 0 ? [] : [space(12), seg(drawing.glyphs.vertical, 'rule')]));
  if (row.kind === 'gap') return lines.map((text) => besideStory(text, 'faint', drawing));
  const style = row.kind === 'step' ? severityStyle(row.severity) : KIND_STYLES[row.kind];
  const [first = '', ...rest] = lines;
  const head = [
    seg(` ${drawing.time.clockTime(row.timeMs)}  `, 'dim'),
    seg(` ${row.kind === 'step' ? drawing.glyphs.dot : drawing.glyphs.circle} `, style),
    column(row.kind === 'step' ? row.stage : row.kind === 'note' ? 'note' : '', 9, style, { bold: row.kind === 'step' }),
  ];
  const drawn = [
    [...head, space(2), seg(first, row.kind === 'first' ? 'dim' : 'text')],
    ...rest.map((text) => besideStory(text, 'text', drawing)),
  ];
  return selected ? drawn.map((line) => onGround(line, width, 'selected')) : drawn;
}

const titleOrRemark = (text: string): StyledLine =>
  text === 'Story' ? [seg(' Story', 'strong', { bold: true })] : [seg(` ${text}`, 'dim')];

/** Text under a step, the line that joins the steps at its left. */
const besideStory = (text: string, style: StyleName, { glyphs }: Drawing): StyledLine => [
  space(12),
  seg(glyphs.vertical, 'rule'),
  space(12),
  seg(text, style),
];

/** Who else behaves like this. */
function alikeLines({ alike }: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  if (alike.length === 0) return [];
  const rows = alike.map(({ actor, why }): StyledLine => [space(3), column(visible(actor), 22, 'strong'), seg(why, 'dim')]);
  return [panelTitle({ title: 'Behave alike', note: String(alike.length), width }, drawing), ...rows, []];
}

/** Families, and beside them (below, on narrow screens) traffic, paths and user agents. */
function panels(detail: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  const left = width >= 100 ? Math.floor(width / 2) - 1 : width;
  const families = familyCounts(detail.incident);
  const first: StyledLine[] = [
    panelTitle({ title: 'Families', note: 'detections', width: left }, drawing),
    ...(families.length > 0 ? familyLines(families, left, drawing) : [[seg('   none', 'dim')]]),
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
  return [panelTitle({ title: 'Paths', width }, drawing), ...rows];
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
    .map((agent): StyledLine => [space(3), seg(cutEnd(agent === '' ? '(none)' : visible(agent), width - 4), 'text')]);
  return [
    panelTitle({ title: 'Requests', note: 'by minute', width }, drawing),
    [space(3), ...chart],
    [space(3), seg(mix.length > 0 ? mix.join(' · ') : 'no answers logged', 'dim')],
    [],
    panelTitle({ title: 'User agents', note: String(userAgents.length), width }, drawing),
    ...agents,
  ];
}
