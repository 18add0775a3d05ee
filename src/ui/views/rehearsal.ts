import type { Rehearsal, RehearsedIncident } from '../../engine/protocol.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { column, rightColumn, seg, wrap } from '../line.ts';
import type { Screen } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, plural, severityStyle } from './drawing.ts';

const NUMBER_CELLS = 8;

/** What the last hour raises now, and what it would raise with a rule changed. */
export function rehearsalLines({ result }: Extract<Screen, { kind: 'rehearsal' }>, width: number, drawing: Drawing): StyledLine[] {
  if (result === 'running') return [[], [seg(' Going through the held lines of the last hour … Esc gives up.', 'dim')]];
  if ('problem' in result)
    return [[], ...wrap(visible(result.problem), width - 2, 6).map((line): StyledLine => [seg(` ${line}`, 'medium')])];
  return [
    [],
    [seg(` ${visible(result.change)}`, 'strong', { bold: true })],
    ...wrap(reachWords(result, drawing), width - 2, 4).map((line): StyledLine => [seg(` ${line}`, 'dim')]),
    [],
    headingLine(),
    numbersLine('detections', result.detections),
    numbersLine('incidents', result.incidents),
    ...result.rules.map((rule) => numbersLine(visible(rule.name), rule)),
    [],
    ...incidentLines(result, width, drawing),
    ...yamlLines(result),
  ];
}

function reachWords({ lines, fromMs, toMs, completeFromMs }: Rehearsal, { time }: Drawing): string {
  if (fromMs === undefined || toMs === undefined) return 'No line is held: there is nothing to rehearse with.';
  const reach = `${plural(lines, 'held line', 'held lines', count(lines))} from ${time.clockTime(fromMs)} to ${time.clockTime(toMs)}`;
  if (completeFromMs === undefined || completeFromMs <= fromMs) return `${reach}.`;
  return `${reach}; before ${time.clockTime(completeFromMs)} suspicious lines alone are held, so that correlations of ordinary ones count less there.`;
}

const headingLine = (): StyledLine => [
  seg(' '),
  column('', 32),
  rightColumn('now', NUMBER_CELLS, 'faint'),
  rightColumn('then', NUMBER_CELLS, 'faint'),
];

const numbersLine = (name: string, { now, would }: { readonly now: number; readonly would: number }): StyledLine => [
  seg(' '),
  column(name, 32, 'text'),
  rightColumn(count(now), NUMBER_CELLS, 'dim'),
  rightColumn(count(would), NUMBER_CELLS, now === would ? 'dim' : 'accent', { bold: now !== would }),
];

function incidentLines({ changed }: Rehearsal, width: number, drawing: Drawing): StyledLine[] {
  if (changed.length === 0) return [[seg(' No incident would be another.', 'dim')]];
  return [
    [seg(' Incidents that would differ', 'strong', { bold: true })],
    ...changed.map(({ subject, now, would }): StyledLine => {
      const word = now === undefined ? 'new' : would === undefined ? 'gone' : 'changed';
      return [
        seg(` ${word.padEnd(8)}`, word === 'new' ? 'medium' : word === 'gone' ? 'ok' : 'accent'),
        column(visible(subject), 24, 'strong'),
        ...weight(now),
        seg(` ${drawing.glyphs.arrow} `, 'faint'),
        ...weight(would),
        seg('  '),
        column(visible((would ?? now)?.title ?? ''), Math.max(8, width - 54)),
      ];
    }),
  ];
}

const weight = (incident: RehearsedIncident | undefined): Segment[] =>
  incident === undefined
    ? [seg('  none', 'faint')]
    : [
        seg(` ${SEVERITY_LETTER[incident.severity]}`, severityStyle(incident.severity), { bold: true }),
        rightColumn(String(incident.risk), 4),
      ];

function yamlLines({ yaml }: Rehearsal): StyledLine[] {
  if (yaml === '') return [];
  const lines = yaml.trimEnd().split('\n');
  return [
    [],
    [seg(' To keep it: this into a file for --rules (y copies), and mute the rule as it is (m)', 'strong', { bold: true })],
    ...lines.map((line): StyledLine => [seg(`   ${visible(line)}`, 'text')]),
  ];
}
