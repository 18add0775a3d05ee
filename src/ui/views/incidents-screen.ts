import { msg, t, tn } from '../../lang/lang.ts';
import type { Family } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { familyWord } from '../../text/family-word.ts';
import { incidentTitle } from '../../text/incident-title.ts';
import { stageWord, stateWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { spanWords } from '../../text/span-words.ts';
import { count } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { cellsFor, column, seg, toHeight } from '../line.ts';
import { incidentKey, type Screen } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle } from './drawing.ts';
import { incidentColumns, incidentLine } from './incident-line.ts';
import { indexOfKey, listScreen } from './list-screen.ts';
import { sourceLabel } from './source-label.ts';

/** All incidents, worst first. */
export function incidentsScreen({ items, selected }: Extract<Screen, { kind: 'incidents' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const note = items === 'loading' ? '' : tn(items.length, '{n} incident', '{n} incidents');
  const title = panelTitle({ title: t('Incidents'), note, width: rect.width, focused: true }, drawing);
  if (items === 'loading') return toHeight([title, [], [seg(`  ${t('Reading the incidents …')}`, 'dim')]], rect.height);
  if (items.length === 0)
    return toHeight(
      [title, [], [seg(`  ${t('Nothing suspicious so far. Incidents stand here as soon as there are any.')}`, 'dim')]],
      rect.height,
    );
  const at = indexOfKey(items, incidentKey, selected);
  const columns = incidentColumns(items, rect.width, drawing);
  const line = (incident: Incident): StyledLine => incidentLine(incident, columns, drawing);
  const current = items[at];
  return listScreen({ items, selected: at, rect, title, line, detail: current ? incidentDetail(current, drawing) : [] });
}

/** Labels of what is said below the list. */
const LABELS = [msg('title'), msg('state'), msg('when'), msg('families'), msg('seen in'), msg('by'), msg('note')] as const;

function stateWords({ state, stage, risk, riskParts, reopened }: Incident): string {
  const values = { state: stateWord(state), stage: stageWord(stage), risk };
  const now =
    riskParts.fading < 0
      ? t('{state}, stage {stage}, risk {risk} of 100: faded from {before} in silence', { ...values, before: risk - riskParts.fading })
      : t('{state}, stage {stage}, risk {risk} of 100', values);
  return reopened === 0 ? now : `${now}, ${tn(reopened, 'came back once', 'came back {n} times')}`;
}

function incidentDetail(incident: Incident, { time }: Drawing): StyledLine[] {
  const families = (Object.entries(incident.families) as [Family, number][]).map(([family, n]) => `${familyWord(family)} ${n}`);
  const when = t('from {start} to {end} ({time})', {
    start: time.dateTime(incident.startMs),
    end: time.clockTime(incident.endMs),
    time: spanWords(Math.max(1000, incident.endMs - incident.startMs)),
  });
  const labelCells = cellsFor(
    LABELS.map((label) => t(label)),
    10,
  );
  const row = (label: (typeof LABELS)[number], text: string): StyledLine => [seg(' '), column(t(label), labelCells, 'dim'), seg(text)];
  return [
    row('title', visible(incidentTitle(incident.title))),
    row('state', stateWords(incident)),
    row('when', when),
    row('families', families.join(' · ')),
    row('seen in', incident.sources.map(sourceLabel).join(', ')),
    ...(incident.target === undefined
      ? []
      : [
          row(
            'by',
            tn(incident.relatedCount, '{shown} address: {list}', '{shown} addresses: {list}', {
              shown: count(incident.relatedCount),
              list: incident.related.slice(0, 12).map(visible).join(', '),
            }),
          ),
        ]),
    ...incident.notes.slice(-2).map(({ by, text, atMs }) => row('note', `${time.clockTime(atMs)} ${visible(by)}: ${visible(text)}`)),
  ];
}
