import { msg, t } from '../../lang/lang.ts';
import type { IncidentState } from '../../model/incident.ts';
import { incidentSubject } from '../../text/incident-subject.ts';
import { stateWord } from '../../text/model-words.ts';
import { visible } from '../../text/sanitize.ts';
import { type Marking, topScreen, type UiState } from '../state.ts';
import { incidentUnderCursor } from '../targets.ts';
import { act, type Command, type Context, cause } from './command.ts';

const WHERE: readonly Context[] = ['live', 'entry', 'actor', 'incidents'];

function marking(state: UiState, to: IncidentState): Marking | undefined {
  const incident = incidentUnderCursor(state);
  return incident && { incidentId: incident.id, subject: visible(incidentSubject(incident)), before: incident.state, state: to };
}

/** Why the incident under the cursor cannot be given that state. */
function markable(state: UiState, to: IncidentState): true | string {
  const screen = topScreen(state);
  if (screen.kind === 'incidents' && screen.items === 'loading') return t('Reading the incidents …');
  const found = marking(state, to);
  if (found === undefined) return t('The selection belongs to no open incident.');
  return found.before !== to || t('This incident is {state} already.', { state: stateWord(to) });
}

/** What a person makes of an incident. */
export const JUDGING: readonly Command[] = [
  {
    id: 'acknowledge',
    keys: ['x'],
    title: msg('acknowledge'),
    description: msg('acknowledge the incident, with a note for the next operator'),
    contexts: WHERE,
    footer: 55,
    enabled: (state) => markable(state, 'acknowledged'),
    run: (state) => {
      const found = marking(state, 'acknowledged');
      return found === undefined
        ? act()
        : act({ type: 'input', input: { purpose: 'note', text: '', cursor: 0, error: '', marking: found } });
    },
  },
  {
    id: 'close',
    keys: ['c'],
    title: msg('close'),
    description: msg('close the incident; it opens again when more comes'),
    contexts: WHERE,
    enabled: (state) => markable(state, 'closed'),
    run: (state) => {
      const found = marking(state, 'closed');
      return found === undefined ? act() : cause({ type: 'mark', marking: found, note: '', undoes: false });
    },
  },
  {
    id: 'undo',
    keys: ['u'],
    title: msg('undo'),
    description: msg('take back the last acknowledgement, closing, mute, ban or change of a rule'),
    contexts: [...WHERE, 'bans', 'rules', 'rule', 'rehearsal'],
    enabled: ({ undo }) => undo.length > 0 || t('There is nothing to take back.'),
    run: ({ undo }) => {
      const last = undo.at(-1);
      if (last === undefined) return act();
      if (last.kind !== 'marking') return cause({ type: 'undo', undoable: last });
      const { marking } = last;
      return cause({ type: 'mark', marking: { ...marking, state: marking.before }, note: '', undoes: true });
    },
  },
];
