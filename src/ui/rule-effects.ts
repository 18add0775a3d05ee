import type { EngineClient } from '../engine/protocol.ts';
import { t } from '../lang/lang.ts';
import { visible } from '../text/sanitize.ts';
import type { Action, Effect } from './actions.ts';
import { takeBanBack } from './ban-effects.ts';
import type { Undoable } from './state.ts';

/** Writes the mute of a preview, closes the dialog, and says so. */
export async function writeMute(client: EngineClient, draftId: string): Promise<readonly Action[]> {
  try {
    const { id, title, file } = await client.request('mute.write', { draftId });
    const subject = visible(title);
    return [
      { type: 'muted' },
      { type: 'done', undoable: { kind: 'mute', id, subject } },
      { type: 'message', text: t('{subject}: written to {file}; u takes it back', { subject, file: t(file) }), tone: 'info' },
    ];
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return [
      { type: 'muting', action: { type: 'write', writing: false } },
      { type: 'message', text, tone: 'warning' },
    ];
  }
}

/** Changes a rule for this session. */
export async function changeRule(
  client: EngineClient,
  { ruleId, text }: Extract<Effect, { type: 'rule-change' }>,
): Promise<readonly Action[]> {
  const { changeId, words } = await client.request('rule.change', { ruleId, text });
  const subject = visible(words);
  return [
    { type: 'back' },
    { type: 'done', undoable: { kind: 'rule', changeId, subject } },
    { type: 'message', text: t('{subject}, for this session, from now on; u takes it back', { subject }), tone: 'info' },
  ];
}

/** Takes a mute or a change back. */
export async function takeBack(client: EngineClient, undoable: Exclude<Undoable, { kind: 'marking' }>): Promise<readonly Action[]> {
  if (undoable.kind === 'ban') return takeBanBack(client, undoable);
  const { kind, subject } = undoable;
  const done =
    kind === 'mute'
      ? await client.request('mute.remove', { id: undoable.id })
      : await client.request('rule.restore', { changeId: undoable.changeId });
  const text = done ? t('taken back: {subject}', { subject }) : t('{subject}: its line was changed since; the file has it', { subject });
  return [{ type: 'undone' }, { type: 'message', text, tone: done ? 'info' : 'warning' }];
}
