import { t } from '../lang/lang.ts';
import type { Step } from './actions.ts';
import { takesText } from './ban-dialog.ts';
import { act, type Command, type Context, contextOf } from './commands/command.ts';
import { inputProblem } from './commands/typing.ts';
import { COMMANDS, keyWord } from './commands.ts';
import type { UiState } from './state.ts';
import { editText, type TypedKey } from './text-edit.ts';

/** Keys that belong to the dialog even while its note is being typed. */
const NOT_TYPED = new Set(['enter', 'esc', 'tab', 'shift-tab', 'up', 'down', 'pgup', 'pgdn']);

/** What a key does now: an edit of the line being typed, a command of the table, or a message that says why nothing. */
export function stepForKey(state: UiState, key: TypedKey): Step {
  const context = contextOf(state);
  if (!NOT_TYPED.has(key.name)) {
    const typed = typedInto(state, key);
    if (typed) return typed;
  }
  const command = COMMANDS.find((candidate) => candidate.contexts.includes(context) && candidate.keys.includes(key.name));
  if (!command) return unknownKey(state, key);
  const may = command.enabled(state);
  if (may === true) return command.run(state);
  return state.input ? act({ type: 'input', input: { ...state.input, error: may } }) : act({ type: 'message', text: may, tone: 'warning' });
}

function typedInto(state: UiState, key: TypedKey): Step | undefined {
  const { input, dialog, muting, ban } = state;
  if (input) {
    const edited = editText(input, key);
    if (!edited) return act();
    const line = { ...input, ...edited };
    return act({ type: 'input', input: { ...line, error: inputProblem(line) } });
  }
  if (dialog?.phase === 'editing' && dialog.focus === 'note') return act({ type: 'dialog', action: { type: 'type', key } });
  if (!dialog && muting?.focus === 'note') return act({ type: 'muting', action: { type: 'type', key } });
  if (!dialog && !muting && ban && takesText(ban)) return act({ type: 'banning', action: { type: 'type', key } });
  return undefined;
}

/** Contexts that stand in front of a screen. */
const IN_FRONT: readonly Context[] = ['dialog', 'mute', 'ban'];

/** A key that means something elsewhere says so; any other is silent. */
function unknownKey(state: UiState, key: TypedKey): Step {
  if (state.input) return act();
  const meanings = COMMANDS.filter(({ keys, contexts }) => keys.includes(key.name) && !contexts.includes('input'));
  const [elsewhere, ...others] = meanings.filter(({ contexts }) => !contexts.includes('mute') && !contexts.includes('ban'));
  if (!elsewhere) return act();
  return act({ type: 'message', text: elsewhereWords(state, key, others.length > 0 ? undefined : elsewhere), tone: 'info' });
}

/** Where the key works; of one that means many things, as Enter does, only that it means nothing here. */
function elsewhereWords(state: UiState, { name }: TypedKey, elsewhere: Command | undefined): string {
  if (IN_FRONT.includes(contextOf(state))) return t('{key} does nothing in this dialog; Esc closes it.', { key: keyWord(name) });
  if (!elsewhere) return t('{key} does nothing here.', { key: keyWord(name) });
  const key = t(elsewhere.title);
  if (elsewhere.contexts.includes('live')) return t('{key} works on the live screen, not here.', { key });
  if (elsewhere.contexts.includes('dialog')) return t('{key} works in the alert dialog, not here.', { key });
  return t('{key} works on other screens, not here.', { key });
}
