import { msg, t } from '../../lang/lang.ts';
import type { UiState } from '../state.ts';
import { targetOf } from '../targets.ts';
import { act, type Command, type Context, cause } from './command.ts';

const WHERE: readonly Context[] = ['live', 'entry', 'actor', 'incidents'];

const hasTarget = (state: UiState): true | string => targetOf(state) !== undefined || t('Select a line, address or incident first.');

/** What the selection leaves behind for others: a ticket, and the evidence. */
export const REPORTING: readonly Command[] = [
  {
    id: 'ticket',
    keys: ['Y'],
    title: msg('ticket'),
    description: msg('copy a ticket of the incident in Markdown, defanged; it is shown too'),
    contexts: WHERE,
    footer: 82,
    enabled: hasTarget,
    run: (state) => {
      const target = targetOf(state);
      return target ? cause({ type: 'ticket', target: target.alert, subject: target.subject }) : act();
    },
  },
  {
    id: 'evidence',
    keys: ['X'],
    title: msg('evidence'),
    description: msg('evidence of the incident into a folder of its own: raw lines, hashes, rules, timeline, page'),
    contexts: WHERE,
    footer: 84,
    enabled: hasTarget,
    run: (state) => {
      const target = targetOf(state);
      if (!target) return act();
      const gathering = {
        type: 'message',
        text: t('gathering the evidence about {subject} …', { subject: target.subject }),
        tone: 'info',
      } as const;
      return cause({ type: 'evidence', target: target.alert, subject: target.subject }, gathering);
    },
  },
];
