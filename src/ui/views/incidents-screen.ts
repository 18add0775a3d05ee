import type { Family } from '../../model/detection.ts';
import type { Incident } from '../../model/incident.ts';
import { visible } from '../../text/sanitize.ts';
import { count, duration } from '../../text/units.ts';
import type { Rect } from '../layout.ts';
import { seg, toHeight } from '../line.ts';
import { incidentKey, type Screen } from '../state.ts';
import type { StyledLine } from '../styled.ts';
import { type Drawing, panelTitle, plural } from './drawing.ts';
import { incidentLine } from './incident-line.ts';
import { indexOfKey, listScreen } from './list-screen.ts';
import { familyWord } from './outcome-words.ts';

/** All incidents, worst first. */
export function incidentsScreen({ items, selected }: Extract<Screen, { kind: 'incidents' }>, rect: Rect, drawing: Drawing): StyledLine[] {
  const note = items === 'loading' ? '' : plural(items.length, 'incident');
  const title = panelTitle({ title: 'Incidents', note, width: rect.width, focused: true }, drawing);
  if (items === 'loading') return toHeight([title, [], [seg('  Reading the incidents …', 'dim')]], rect.height);
  if (items.length === 0)
    return toHeight([title, [], [seg('  Nothing suspicious so far. Incidents stand here as soon as there are any.', 'dim')]], rect.height);
  const at = indexOfKey(items, incidentKey, selected);
  const line = (incident: Incident): StyledLine => incidentLine(incident, { width: rect.width, selected: false }, drawing);
  const current = items[at];
  return listScreen({ items, selected: at, rect, title, line, detail: current ? incidentDetail(current, drawing) : [] });
}

const backWords = ({ reopened }: Incident): string =>
  reopened === 0 ? '' : `, came back ${reopened === 1 ? 'once' : `${reopened} times`}`;

function incidentDetail(incident: Incident, { time }: Drawing): StyledLine[] {
  const families = (Object.entries(incident.families) as [Family, number][]).map(([family, n]) => `${familyWord(family)} ${n}`);
  const when = `from ${time.dateTime(incident.startMs)} to ${time.clockTime(incident.endMs)} (${duration(incident.endMs - incident.startMs)})`;
  const row = (label: string, text: string): StyledLine => [seg(` ${label.padEnd(10)}`, 'dim'), seg(text)];
  return [
    row('state', `${incident.state}, stage ${incident.stage}, risk ${incident.risk} of 100${backWords(incident)}`),
    row('when', when),
    row('families', families.join(' · ')),
    row('seen in', incident.sources.map(visible).join(', ')),
    ...(incident.target === undefined
      ? []
      : [
          row(
            'by',
            `${plural(incident.relatedCount, 'address', 'addresses', count(incident.relatedCount))}: ${incident.related.slice(0, 12).map(visible).join(', ')}`,
          ),
        ]),
    ...incident.notes.slice(-2).map(({ by, text, atMs }) => row('note', `${time.clockTime(atMs)} ${visible(by)}: ${visible(text)}`)),
  ];
}
