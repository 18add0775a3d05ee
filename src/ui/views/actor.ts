import type { ActorDetail } from '../../engine/protocol.ts';
import type { Family } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { visible } from '../../text/sanitize.ts';
import { bytes, count, duration } from '../../text/units.ts';
import { cutEnd, textWidth } from '../../text/width.ts';
import { column, rightColumn, seg, space, wrap } from '../line.ts';
import type { StyledLine, StyleName } from '../styled.ts';
import { bar } from './bar.ts';
import { type Drawing, panelTitle, plural, severityStyle } from './drawing.ts';
import { type FamilyCount, familyLines } from './families.ts';
import { successWords } from './incident-line.ts';
import { sparkline } from './sparkline.ts';

const GAP_MS = 60_000;

/** What stands on the actor screen below its title, as long as it is. */
export function actorLines(detail: ActorDetail | 'loading', width: number, drawing: Drawing): StyledLine[] {
  if (detail === 'loading') return [[seg(' Reading what is known of this address …', 'dim')]];
  return [...riskPart(detail, width, drawing), [], ...storyPart(detail, width, drawing), [], ...panels(detail, width, drawing)];
}

/** For the title's right end. */
export function actorNote(detail: ActorDetail | 'loading', drawing: Drawing): string {
  if (detail === 'loading' || !detail.incident) return '';
  return `${detail.incident.state} · since ${drawing.time.clockTime(detail.incident.startMs)}`;
}

const counted = (n: number, one: string): string => plural(n, one, `${one}s`, count(n));

function riskPart({ incident, inWindow }: ActorDetail, width: number, { glyphs }: Drawing): StyledLine[] {
  const traffic = inWindow
    ? `${counted(inWindow.hits, 'request')} in the window, ${counted(inWindow.errors, 'error')}, ${bytes(inWindow.bytes)}`
    : 'no requests in the window';
  if (!incident)
    return [[], [seg(' Risk   ', 'dim'), seg('none', 'strong'), seg('   no open incident', 'dim')], [seg(`        ${traffic}`, 'dim')]];
  const style = severityStyle(incident.severity);
  const cells = Math.min(30, Math.floor(width / 4));
  const filled = bar(incident.risk, 100, cells, glyphs);
  const success = successWords(incident, glyphs.check);
  return [
    [],
    [
      seg(' Risk  ', 'dim'),
      rightColumn(String(incident.risk), 3, style, { bold: true }),
      seg('  '),
      seg(filled, style),
      space(cells - textWidth(filled) + 2),
      seg(
        `${incident.severity} · ${incident.stage} · ${counted(incident.detections, 'detection')} in ${counted(incident.entries, 'request')}`,
        'dim',
      ),
    ],
    [
      space(12),
      seg(visible(incident.title), 'strong', { bold: true }),
      seg('   '),
      seg(success.text, success.style, { bold: incident.successes > 0 }),
    ],
    [space(12), seg(traffic, 'dim')],
  ];
}

/** Beats up to here stand apart, joined by a line; more of them stand close. */
const SPACED_BEATS = 8;
const STORY_INDENT = 25;

/** The story from first touch to now, with its gaps. */
function storyPart({ story }: ActorDetail, width: number, drawing: Drawing): StyledLine[] {
  const title: StyledLine = [seg(' Story', 'strong', { bold: true })];
  if (story.length === 0) return [title, [], [seg(' Nothing suspicious seen from here.', 'dim')]];
  const lines = story.flatMap((beat, i): StyledLine[] => {
    const silence = beat.timeMs - (story[i - 1]?.timeMs ?? beat.timeMs);
    const joint = silence > GAP_MS ? `${duration(silence)} of silence` : '';
    const between = i > 0 && (joint !== '' || story.length <= SPACED_BEATS) ? [besideStory(joint, 'faint', drawing)] : [];
    return [...between, ...beatLines(beat, width, drawing)];
  });
  return [title, [], ...lines];
}

function beatLines(beat: ActorDetail['story'][number], width: number, drawing: Drawing): StyledLine[] {
  const style = severityStyle(beat.severity);
  const [first = '', ...rest] = wrap(visible(beat.text), Math.max(20, width - STORY_INDENT - 1), 4);
  const head = [
    seg(` ${drawing.time.clockTime(beat.timeMs)}  `, 'dim'),
    seg(` ${drawing.glyphs.dot} `, style),
    column(beat.stage, 9, style, { bold: true }),
  ];
  return [[...head, space(2), seg(first)], ...rest.map((text) => besideStory(text, 'text', drawing))];
}

/** Text under a beat, the line that joins the beats at its left. */
const besideStory = (text: string, style: StyleName, { glyphs }: Drawing): StyledLine => [
  space(12),
  seg(glyphs.vertical, 'rule'),
  space(12),
  seg(text, style),
];

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

/** The incident keeps no severity a family, so the bars claim none. */
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
