import { msg, t } from '../../lang/lang.ts';
import type { RuleRow } from '../../model/rule-list.ts';
import type { Step } from '../actions.ts';
import { commandStep, complete } from '../command-line.ts';
import { filterProblem } from '../filter-check.ts';
import { type Input, topScreen, type UiState } from '../state.ts';
import { seekStep } from './acting.ts';
import { attackOf } from './checking.ts';
import { act, always, type Command, cause } from './command.ts';

/** Keys while a line is being typed. `commands` are those that the command line knows. */
export const whileTyping = (commands: readonly Command[]): readonly Command[] => [
  {
    id: 'input-accept',
    keys: ['enter'],
    title: msg('take'),
    description: msg('line being typed: take it'),
    contexts: ['input'],
    footer: 1,
    enabled: (state) => (state.input ? inputProblem(state.input) || true : true),
    run: (state) => (state.input ? accept(state.input, state, commands) : act()),
  },
  {
    id: 'input-complete',
    keys: ['tab'],
    title: msg('complete'),
    description: msg('command line: complete the word'),
    contexts: ['input'],
    footer: 2,
    enabled: ({ input }) => input?.purpose === 'command' || t('Tab completes on the command line only.'),
    run: (state) => (state.input ? completed(state.input, state, commands) : act()),
  },
  {
    id: 'input-cancel',
    keys: ['esc'],
    title: msg('cancel'),
    description: msg('line being typed: leave it'),
    contexts: ['input'],
    footer: 3,
    enabled: always,
    run: () => act({ type: 'input', input: undefined }),
  },
];

/** What is wrong with a line as it stands. */
export const inputProblem = (input: Pick<Input, 'purpose' | 'text'>): string =>
  input.purpose === 'filter' ? filterProblem(input.text) : '';

const CLOSE = { type: 'input', input: undefined } as const;

function accept(input: Input, state: UiState, commands: readonly Command[]): Step {
  const text = input.text.trim();
  if (input.purpose === 'filter') return act(CLOSE, { type: 'filter', filters: [...state.filters.slice(0, -1), text] });
  if (input.purpose === 'find') {
    if (text === '') return act(CLOSE, { type: 'find', text });
    const seek = seekStep(state, -1, { text });
    return { actions: [CLOSE, { type: 'find', text }], effects: seek.effects };
  }
  if (input.purpose === 'note')
    return input.marking === undefined ? act(CLOSE) : cause({ type: 'mark', marking: input.marking, note: text, undoes: false }, CLOSE);
  if (input.purpose === 'attack') return attackOf(input, text);
  if (input.purpose === 'rehearse') return input.rule === undefined ? act(CLOSE) : rehearsalOf(input.rule, text, state);
  const step = commandStep(text, { ...state, input: undefined }, commands);
  if (typeof step === 'string') return act({ type: 'input', input: { ...input, error: step } });
  return { actions: [CLOSE, ...step.actions], effects: step.effects };
}

/** The rehearsal of a change in place of one before it. */
function rehearsalOf(row: RuleRow, text: string, state: UiState): Step {
  const screen = { kind: 'rehearsal', row, text, result: 'running', scroll: 0 } as const;
  const isBefore = topScreen(state).kind === 'rehearsal';
  return act(CLOSE, ...(isBefore ? [{ type: 'back' } as const] : []), { type: 'open', screen });
}

function completed(input: Input, state: UiState, commands: readonly Command[]): Step {
  const { text, candidates } = complete(input.text, state, commands);
  const error = candidates.length > 1 ? candidates.slice(0, 12).join('  ') : '';
  return act({ type: 'input', input: { ...input, text, cursor: text.length, error } });
}
