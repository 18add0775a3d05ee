import { t } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Incident, Stage } from '../../model/incident.ts';
import { incidentSubject, isOfChecks } from '../../text/incident-subject.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { stageWord, stateWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { textWidth } from '../../text/width.ts';
import { cellsFor, column, middleColumn, rightColumn, seg, space } from '../line.ts';
import type { Segment, StyledLine, StyleName } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';

const STATE_STYLES: Readonly<Record<Incident['state'], StyleName>> = {
  new: 'accent',
  alerted: 'text',
  acknowledged: 'dim',
  closed: 'faint',
};

const MOST_TITLE_CELLS = 60;

/** Cells of the columns of a list of incidents; `ample` where stage, begin and state fit too. */
export interface IncidentColumns {
  readonly width: number;
  readonly ample: boolean;
  readonly actor: number;
  readonly success: number;
  readonly stage: number;
  readonly since: number;
  readonly state: number;
}

/** Columns for these incidents in `width` cells: what the states leave free is the title's. */
export function incidentColumns(incidents: readonly Pick<Incident, 'state'>[], width: number, { glyphs }: Drawing): IncidentColumns {
  const wide = width >= 160;
  const ample = width >= 112;
  const usual = successWords({ successes: 99, detections: 999 }, glyphs.check).text;
  return {
    width,
    ample,
    actor: wide ? 24 : ample ? 17 : 16,
    success: wide ? 24 : Math.min(18, textWidth(usual)),
    stage: stageCells(),
    since: cellsFor([t('since {time}', { time: '00:00' })], 0),
    state: cellsFor(
      incidents.map(({ state }) => stateWord(state)),
      cellsFor([stateWord('new')], 0),
    ),
  };
}

/** An incident as a sentence in columns: risk, who, what, success, and where there is room stage, since when, state. Exactly `columns.width` wide. */
export function incidentLine(incident: Incident, columns: IncidentColumns, drawing: Drawing): StyledLine {
  const { width, ample } = columns;
  const style = riskStyle(incident);
  const used = 9 + columns.actor + 2 + columns.success + (ample ? 3 + columns.stage + columns.since + columns.state : 0);
  const titleCells = Math.max(8, width - used);
  const filler = Math.max(0, titleCells - MOST_TITLE_CELLS);
  const end: Segment[] = ample
    ? [
        seg('  '),
        column(stageWord(incident.stage), columns.stage, 'dim'),
        space(1 + filler),
        column(t('since {time}', { time: drawing.time.clockTime(incident.startMs).slice(0, 5) }), columns.since, 'dim'),
        column(stateWord(incident.state), columns.state, STATE_STYLES[incident.state]),
      ]
    : [];
  return [
    seg(` ${SEVERITY_LETTER[incident.severity]} `, style, { bold: style !== 'dim' }),
    rightColumn(String(incident.risk), 3, style),
    seg('  '),
    middleColumn(visible(incidentSubject(incident)), columns.actor, 'strong', { bold: true }),
    seg(' '),
    column(visible(incidentTitle(incident.title)), titleCells - filler),
    seg(' '),
    successColumn(incident, columns.success, drawing),
    ...end,
    seg(' '),
  ];
}

/** The colour of its severity; none any more once its risk has faded below where that severity begins. */
export const riskStyle = ({ severity, risk, riskParts }: Pick<Incident, 'severity' | 'risk' | 'riskParts'>): StyleName =>
  riskParts.fading < 0 && risk < riskParts.severity ? 'dim' : severityStyle(severity);

/** Where the words do not fit, the numbers alone. */
function successColumn(incident: Incident, cells: number, { glyphs }: Drawing): Segment {
  // What a check found is no attempt of anybody.
  if (isOfChecks(incident)) return column('', cells, 'dim');
  const { text, brief, style } = successWords(incident, glyphs.check);
  return column(textWidth(text) > cells ? brief : text, cells, style, { bold: incident.successes > 0 });
}

const STAGES: readonly Stage[] = ['recon', 'attempt', 'success', 'control'];
/** Cells of the widest stage and a blank. */
export const stageCells = (): number => cellsFor(STAGES.map(stageWord), 0);

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
