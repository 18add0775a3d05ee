import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { incidentSubject } from '../../text/incident-subject.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import { column, onGround, rightColumn, seg, space } from '../line.ts';
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
  const actorCells = ample ? 17 : 16;
  const successCells = width >= 160 ? 24 : 17;
  const used = 8 + actorCells + 2 + successCells + (ample ? 36 : 0);
  const titleCells = Math.max(8, width - used);
  const filler = Math.max(0, titleCells - MOST_TITLE_CELLS);
  const end: Segment[] = ample
    ? [
        seg('  '),
        column(incident.stage, 8, 'dim'),
        space(1 + filler),
        column(`since ${drawing.time.clockTime(incident.startMs).slice(0, 5)}`, 12, 'dim'),
        column(incident.state, 13, STATE_STYLES[incident.state]),
      ]
    : [];
  const line: Segment[] = [
    seg(` ${SEVERITY_LETTER[incident.severity]} `, style, { bold: true }),
    rightColumn(String(incident.risk), 3, style),
    seg('  '),
    column(visible(incidentSubject(incident)), actorCells, 'strong', { bold: true }),
    seg(' '),
    column(visible(incident.title), titleCells - filler),
    seg(' '),
    successColumn(incident, successCells, drawing),
    ...end,
  ];
  return selected ? onGround(line, width, 'selected') : line;
}

/** Where the words do not fit, the numbers alone. */
function successColumn(incident: Incident, cells: number, { glyphs }: Drawing): Segment {
  const { text, style } = successWords(incident, glyphs.check);
  return column(textWidth(text) > cells ? text.replace(/ worked$/, '') : text, cells, style, { bold: incident.successes > 0 });
}

/** `✔ 2 of 214 worked`, or `0 of 188 worked`. */
export function successWords(incident: Pick<Incident, 'successes' | 'detections'>, check: string): { text: string; style: StyleName } {
  const text = `${count(incident.successes)} of ${count(incident.detections)} worked`;
  return incident.successes > 0 ? { text: `${check} ${text}`, style: 'critical' } : { text, style: 'dim' };
}
