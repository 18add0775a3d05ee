import { t } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Incident, Stage } from '../../model/incident.ts';
import { incidentSubject, isOfChecks } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { stageWord, stateWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import { cellsFor, column, middleColumn, onGround, rightColumn, seg, space } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';

const STATE_STYLES: Readonly<Record<Incident['state'], StyleName>> = {
  new: 'accent',
  alerted: 'text',
  acknowledged: 'dim',
  closed: 'faint',
};

const MOST_TITLE_CELLS = 60;

/** An incident as a sentence in columns: risk, who, what, success, and where there is room stage, since when, state. Exactly `width` wide. */
export function incidentLine(incident: Incident, { width, selected }: { width: number; selected: boolean }, drawing: Drawing): StyledLine {
  const style = severityStyle(incident.severity);
  const ample = width >= 112;
  const cells = endCells();
  const actorCells = width >= 160 ? 24 : ample ? 17 : 16;
  const successCells = width >= 160 ? 24 : 18;
  const used = 9 + actorCells + 2 + successCells + (ample ? 3 + cells.stage + cells.since + cells.state : 0);
  const titleCells = Math.max(8, width - used);
  const filler = Math.max(0, titleCells - MOST_TITLE_CELLS);
  const end: Segment[] = ample
    ? [
        seg('  '),
        column(stageWord(incident.stage), cells.stage, 'dim'),
        space(1 + filler),
        column(t('since {time}', { time: drawing.time.clockTime(incident.startMs).slice(0, 5) }), cells.since, 'dim'),
        column(stateWord(incident.state), cells.state, STATE_STYLES[incident.state]),
      ]
    : [];
  const line: Segment[] = [
    seg(` ${SEVERITY_LETTER[incident.severity]} `, style, { bold: true }),
    rightColumn(String(incident.risk), 3, style),
    seg('  '),
    middleColumn(visible(incidentSubject(incident)), actorCells, 'strong', { bold: true }),
    seg(' '),
    column(visible(incidentTitle(incident.title)), titleCells - filler),
    seg(' '),
    successColumn(incident, successCells, drawing),
    ...end,
    seg(' '),
  ];
  return selected ? onGround(line, width, 'selected') : line;
}

/** Where the words do not fit, the numbers alone. */
function successColumn(incident: Incident, cells: number, { glyphs }: Drawing): Segment {
  // What a check found is no attempt of anybody.
  if (isOfChecks(incident)) return column('', cells, 'dim');
  const { text, brief, style } = successWords(incident, glyphs.check);
  return column(textWidth(text) > cells ? brief : text, cells, style, { bold: incident.successes > 0 });
}

const STAGES: readonly Stage[] = ['recon', 'attempt', 'success', 'control'];
const STATES: readonly Incident['state'][] = ['new', 'alerted', 'acknowledged', 'closed'];

/** Cells of the widest stage and a blank. */
export const stageCells = (): number => cellsFor(STAGES.map(stageWord), 0);

/** Cells of stage, begin and state, each as wide as its widest word. */
const endCells = () => ({
  stage: stageCells(),
  since: cellsFor([t('since {time}', { time: '00:00' })], 0),
  state: cellsFor(STATES.map(stateWord), 0),
});

/** `✔ 2 of 214 worked`, or `0 of 188 worked`; and the numbers alone. */
export function successWords(
  { successes, detections }: Pick<Incident, 'successes' | 'detections'>,
  check: string,
): { readonly text: string; readonly brief: string; readonly style: StyleName } {
  const values = { successes: count(successes), detections: count(detections) };
  const text = t('{successes} of {detections} worked', values);
  const brief = t('{successes} of {detections}', values);
  return successes > 0 ? { text: `${check} ${text}`, brief: `${check} ${brief}`, style: 'critical' } : { text, brief, style: 'dim' };
}
