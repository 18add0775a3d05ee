import { msg, t } from '../../lang/lang.ts';
import { previewKey } from '../dialog.ts';
import type { UiState } from '../state.ts';
import { act, always, type Command, cause } from './command.ts';

/** Whether Enter may send now. */
function sendable(state: UiState): true | string {
  const { dialog } = state;
  if (!dialog || dialog.phase === 'done') return true;
  if (dialog.phase === 'sending') return t('Being sent …');
  if (dialog.channels === 'loading') return t('The channels are being read …');
  if (dialog.channels.length === 0) return t('No channel is configured.');
  if (dialog.chosen.length === 0) return t('Choose a channel first: Space on it.');
  return dialog.previewKey === previewKey(dialog) || t('The message is being prepared …');
}

/** Keys of the alert dialog. */
export const IN_DIALOG: readonly Command[] = [
  {
    id: 'dialog-send',
    keys: ['enter'],
    title: msg('send'),
    description: msg('alert dialog: send the message as shown'),
    contexts: ['dialog'],
    footer: 1,
    titleNow: ({ dialog }) => (dialog?.phase === 'done' ? msg('close') : msg('send')),
    enabled: sendable,
    run: ({ dialog }) => {
      if (!dialog || dialog.phase === 'done') return act({ type: 'back' });
      const { target, chosen, note } = dialog;
      return cause({ type: 'send', target, channels: chosen, note }, { type: 'dialog', action: { type: 'send' } });
    },
  },
  {
    id: 'dialog-choose',
    keys: ['space'],
    title: msg('choose'),
    description: msg('alert dialog: choose a channel or leave it out'),
    contexts: ['dialog'],
    footer: 2,
    enabled: ({ dialog }) =>
      (dialog?.phase === 'editing' && dialog.focus === 'channels') || t('Channels are chosen in the list; Tab goes there.'),
    run: () => act({ type: 'dialog', action: { type: 'toggle' } }),
  },
  {
    id: 'dialog-next',
    keys: ['tab'],
    title: msg('channels, note, message'),
    description: msg('alert dialog: next part'),
    contexts: ['dialog'],
    footer: 3,
    enabled: ({ dialog }) => dialog?.phase === 'editing' || t('Sent; Enter or Esc closes.'),
    run: () => act({ type: 'dialog', action: { type: 'focus', by: 1 } }),
  },
  {
    id: 'dialog-previous',
    keys: ['shift-tab'],
    title: msg('part back'),
    description: msg('alert dialog: previous part'),
    contexts: ['dialog'],
    enabled: ({ dialog }) => dialog?.phase === 'editing' || t('Sent; Enter or Esc closes.'),
    run: () => act({ type: 'dialog', action: { type: 'focus', by: -1 } }),
  },
  {
    id: 'dialog-close',
    keys: ['esc'],
    title: msg('close'),
    description: msg('alert dialog: close; what is being sent goes on'),
    contexts: ['dialog'],
    footer: 9,
    enabled: always,
    run: () => act({ type: 'back' }),
  },
];
