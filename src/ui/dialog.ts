import type { ChannelInfo } from '../engine/protocol.ts';
import type { AlertTarget } from '../model/alert.ts';
import type { AlertDialog, SendResult } from './state.ts';
import { editText, type TypedKey } from './text-edit.ts';

/** What can happen to the alert dialog. */
export type DialogAction =
  | { readonly type: 'channels'; readonly channels: readonly ChannelInfo[] }
  | { readonly type: 'previews'; readonly key: string; readonly previews: AlertDialog['previews'] }
  | { readonly type: 'toggle' }
  | { readonly type: 'move'; readonly by: number; readonly furthest: number }
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  | { readonly type: 'type'; readonly key: TypedKey }
  | { readonly type: 'send' }
  | { readonly type: 'sent'; readonly results: readonly SendResult[] };

const PARTS = ['channels', 'note', 'preview'] as const;

/** Names what a preview was made for; a dialog whose own key differs waits for a newer one. */
export const previewKey = (dialog: AlertDialog): string => JSON.stringify([dialog.chosen, dialog.note]);

export const openDialog = (target: AlertTarget, subject: string): AlertDialog => ({
  target,
  subject,
  channels: 'loading',
  chosen: [],
  cursor: 0,
  note: '',
  noteCursor: 0,
  focus: 'channels',
  previews: [],
  previewKey: '',
  scroll: 0,
  phase: 'editing',
  results: [],
});

export function reduceDialog(dialog: AlertDialog, action: DialogAction): AlertDialog {
  switch (action.type) {
    case 'channels':
      return { ...dialog, channels: action.channels, ...firstChoice(action.channels) };
    case 'previews':
      return { ...dialog, previews: action.previews, previewKey: action.key };
    case 'toggle':
      return toggle(dialog);
    case 'move':
      return move(dialog, action.by, action.furthest);
    case 'focus': {
      const at = PARTS.indexOf(dialog.focus) + action.by + PARTS.length;
      return { ...dialog, focus: PARTS[at % PARTS.length] ?? 'channels' };
    }
    case 'type': {
      const edited = editText({ text: dialog.note, cursor: dialog.noteCursor }, action.key);
      if (!edited || dialog.phase !== 'editing') return dialog;
      return { ...dialog, note: edited.text, noteCursor: edited.cursor };
    }
    case 'send':
      return { ...dialog, phase: 'sending' };
    case 'sent':
      return { ...dialog, phase: 'done', results: action.results, scroll: 0 };
  }
}

function toggle(dialog: AlertDialog): AlertDialog {
  const name = dialog.channels === 'loading' ? undefined : dialog.channels[dialog.cursor]?.name;
  if (name === undefined || dialog.phase !== 'editing') return dialog;
  const chosen = dialog.chosen.includes(name) ? dialog.chosen.filter((other) => other !== name) : [...dialog.chosen, name];
  return { ...dialog, chosen, previews: dialog.previews.filter((preview) => chosen.includes(preview.channel)), scroll: 0 };
}

/** Channels of this machine alone; one that reaches people elsewhere is chosen before them, so that Enter alone tells somebody. */
const LOCAL_TYPES = new Set(['desktop', 'file']);

function firstChoice(channels: readonly ChannelInfo[]): Pick<AlertDialog, 'chosen' | 'cursor'> {
  const at = Math.max(
    0,
    channels.findIndex((channel) => !LOCAL_TYPES.has(channel.type)),
  );
  const first = channels[at];
  return { chosen: first ? [first.name] : [], cursor: at };
}

function move(dialog: AlertDialog, by: number, furthest: number): AlertDialog {
  const count = dialog.channels === 'loading' ? 0 : dialog.channels.length;
  const inList = dialog.focus === 'channels' && dialog.phase !== 'done' && Math.abs(by) === 1;
  if (inList) return { ...dialog, cursor: Math.max(0, Math.min(count - 1, dialog.cursor + by)) };
  return { ...dialog, scroll: Math.max(0, Math.min(furthest, dialog.scroll + by)) };
}
