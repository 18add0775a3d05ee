import { msg, t, tn } from '../../lang/lang.ts';
import { SEVERITY_LETTER } from '../../model/detection.ts';
import type { Rehearsal, RehearsedIncident } from '../../model/rule-list.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { visible } from '../../text/sanitize.ts';
import { count } from '../../text/units.ts';
import { padStart } from '../../text/width.ts';
import { cellsFor, column, rightColumn, seg, wrap } from '../line.ts';
import type { Screen } from '../state.ts';
import type { Segment, StyledLine } from '../styled.ts';
import { type Drawing, severityStyle } from './drawing.ts';

const NUMBER_CELLS = 8;

/** What the last hour raises now, and what it would raise with a rule changed. */
export function rehearsalLines({ result }: Extract<Screen, { kind: 'rehearsal' }>, width: number, drawing: Drawing): StyledLine[] {
  if (result === 'running') return [[], [seg(` ${t('Going through the held lines of the last hour … Esc gives up.')}`, 'dim')]];
  if ('problem' in result)
    return [[], ...wrap(visible(t(result.problem)), width - 2, 6).map((line): StyledLine => [seg(` ${line}`, 'medium')])];
  return [
    [],
    [seg(` ${visible(t(result.change))}`, 'strong', { bold: true })],
    ...wrap(reachWords(result, drawing), width - 2, 4).map((line): StyledLine => [seg(` ${line}`, 'dim')]),
    [],
    headingLine(),
    numbersLine(t('detections'), result.detections),
    numbersLine(t('incidents'), result.incidents),
    ...result.rules.map((rule) => numbersLine(visible(rule.name), rule)),
    [],
    ...incidentLines(result, width, drawing),
    ...yamlLines(result),
  ];
}

function reachWords({ lines, fromMs, toMs, completeFromMs }: Rehearsal, { time }: Drawing): string {
  if (fromMs === undefined || toMs === undefined) return t('No line is held: there is nothing to rehearse with.');
  const reach = tn(lines, '{shown} held line from {from} to {to}', '{shown} held lines from {from} to {to}', {
    shown: count(lines),
    from: time.clockTime(fromMs),
    to: time.clockTime(toMs),
  });
  if (completeFromMs === undefined || completeFromMs <= fromMs) return `${reach}.`;
  return t('{reach}; before {time} suspicious lines alone are held, so that correlations of ordinary ones count less there.', {
    reach,
    time: time.clockTime(completeFromMs),
  });
}

const headingLine = (): StyledLine => [
  seg(' '),
  column('', 32),
  rightColumn(t('now'), NUMBER_CELLS, 'faint'),
  rightColumn(t('then'), NUMBER_CELLS, 'faint'),
];

const numbersLine = (name: string, { now, would }: { readonly now: number; readonly would: number }): StyledLine => [
  seg(' '),
  column(name, 32, 'text'),
  rightColumn(count(now), NUMBER_CELLS, 'dim'),
  rightColumn(count(would), NUMBER_CELLS, now === would ? 'dim' : 'accent', { bold: now !== would }),
];

const NEW = [msg('new'), 'medium'] as const;
const GONE = [msg('gone'), 'ok'] as const;
const CHANGED = [msg('changed'), 'accent'] as const;

function incidentLines({ changed }: Rehearsal, width: number, drawing: Drawing): StyledLine[] {
  if (changed.length === 0) return [[seg(` ${t('No incident would be another.')}`, 'dim')]];
  const wordCells = cellsFor([t('new'), t('gone'), t('changed')], 8);
  return [
    [seg(` ${t('Incidents that would differ')}`, 'strong', { bold: true })],
    ...changed.map(({ subject, now, would }): StyledLine => {
      const [word, style] = now === undefined ? NEW : would === undefined ? GONE : CHANGED;
      return [
        seg(' '),
        column(t(word), wordCells, style),
        column(visible(subject), 24, 'strong'),
        ...weight(now),
        seg(` ${drawing.glyphs.arrow} `, 'faint'),
        ...weight(would),
        seg('  '),
        column(visible(incidentTitle((would ?? now)?.title ?? '')), Math.max(8, width - 46 - wordCells)),
      ];
    }),
  ];
}

const weight = (incident: RehearsedIncident | undefined): Segment[] =>
  incident === undefined
    ? [padStart(t('none'), 6)].map((word) => seg(word, 'faint'))
    : [
        seg(` ${SEVERITY_LETTER[incident.severity]}`, severityStyle(incident.severity), { bold: true }),
        rightColumn(String(incident.risk), 4),
      ];

function yamlLines({ yaml }: Rehearsal): StyledLine[] {
  if (yaml === '') return [];
  const lines = yaml.trimEnd().split('\n');
  return [
    [],
    [seg(` ${t('To keep it: this into a file for --rules (y copies), and mute the rule as it is (m)')}`, 'strong', { bold: true })],
    ...lines.map((line): StyledLine => [seg(`   ${visible(line)}`, 'text')]),
  ];
}
