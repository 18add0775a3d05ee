import { t } from '../lang/lang.ts';
import type { Step } from './actions.ts';
import { takesText } from './ban-dialog.ts';
import { act, contextOf } from './commands/command.ts';
import { inputProblem } from './commands/typing.ts';
import { COMMANDS } from './commands.ts';
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

/** A key that means something elsewhere says so; any other is silent. */
function unknownKey(state: UiState, key: TypedKey): Step {
  const elsewhere = COMMANDS.find(
    (candidate) =>
      candidate.keys.includes(key.name) &&
      !candidate.contexts.includes('input') &&
      !candidate.contexts.includes('mute') &&
      !candidate.contexts.includes('ban'),
  );
  if (!elsewhere || state.input) return act();
  const title = t(elsewhere.title);
  const text = elsewhere.contexts.includes('live')
    ? t('{key} works on the live screen, not here.', { key: title })
    : elsewhere.contexts.includes('dialog')
      ? t('{key} works in the alert dialog, not here.', { key: title })
      : t('{key} works on other screens, not here.', { key: title });
  return act({ type: 'message', text, tone: 'info' });
}
