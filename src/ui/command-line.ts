import { t } from '../lang/lang.ts';
import { ADDRESS_SORTS, WINDOWS } from '../model/snapshot.ts';
import type { Step } from './actions.ts';
import { seekStep } from './commands/acting.ts';
import { act, type Command } from './commands/command.ts';
import { filterProblem } from './filter-check.ts';
import { pastStep } from './past.ts';
import { actorScreen, type UiState } from './state.ts';

/** A name of the command line that takes words behind it. */
interface Verb {
  readonly name: string;
  readonly hint: string;
  /** Words that can stand behind it, for completion. */
  readonly words: (state: UiState) => readonly string[];
  /** The step, or the sentence that says what is wrong. */
  readonly run: (argument: string, state: UiState) => Step | string;
}

const none = (): readonly string[] => [];

const VERBS: readonly Verb[] = [
  {
    name: 'filter',
    hint: ':filter status>=500 sqli',
    words: none,
    run: (text, state) => filterProblem(text) || act({ type: 'filter', filters: [...state.filters.slice(0, -1), text] }),
  },
  {
    name: 'find',
    hint: ':find wp-login',
    words: none,
    run: (text, state) => {
      if (text === '') return act({ type: 'find', text });
      const { actions, effects } = seekStep(state, -1, { text });
      return { actions: [{ type: 'find', text }, ...actions], effects };
    },
  },
  {
    name: 'window',
    hint: ':window 5m',
    words: () => WINDOWS,
    run: (text) => {
      const window = WINDOWS.find((name) => name === text);
      return window === undefined
        ? t('There is no window "{name}": {names}.', { name: text, names: WINDOWS.join(', ') })
        : act({ type: 'window', window });
    },
  },
  {
    name: 'sort',
    hint: ':sort errors',
    words: () => ADDRESS_SORTS,
    run: (text) => {
      const sort = ADDRESS_SORTS.find((name) => name === text);
      return sort === undefined
        ? t('There is no order "{name}": {names}.', { name: text, names: ADDRESS_SORTS.join(', ') })
        : act({ type: 'sort', sort });
    },
  },
  {
    name: 'theme',
    hint: ':theme light',
    words: (state) => state.themes,
    run: (text, { themes }) =>
      themes.includes(text)
        ? act({ type: 'theme', theme: text })
        : t('There is no theme "{name}": {names}.', { name: text, names: themes.join(', ') }),
  },
  { name: 'goto', hint: ':goto 18211, :goto 203.0.113.9', words: none, run: (text) => goTo(text) },
];

function goTo(text: string): Step | string {
  const digits = text.replaceAll(',', '');
  if (/^\d{1,15}$/.test(digits)) return act({ type: 'go-to-row', rowId: Number(digits) });
  if (/^[0-9a-f:.]{3,45}$/i.test(text)) return act({ type: 'open', screen: actorScreen(text) });
  return t('goto takes the number of an entry or an address: :goto 18211, :goto 203.0.113.9.');
}

/** What a line typed behind `:` does; a sentence when it does nothing. */
export function commandStep(line: string, state: UiState, commands: readonly Command[]): Step | string {
  const text = line.trim();
  const blank = text.indexOf(' ');
  const name = blank < 0 ? text : text.slice(0, blank);
  const argument = blank < 0 ? '' : text.slice(blank + 1).trim();
  if (name === '') return act();
  const time = pastStep(text, state);
  if (time !== undefined) return time;
  const verb = VERBS.find((candidate) => candidate.name === name);
  if (verb && argument !== '') return verb.run(argument, state);
  const command = commands.find((candidate) => candidate.id === name);
  if (command) {
    const may = command.enabled(state);
    return may === true ? command.run(state) : may;
  }
  return verb
    ? t('{name} needs a word behind it: {example}.', { name, example: verb.hint })
    : t('There is no command "{name}"; ? shows all.', { name });
}

/** The line after Tab: completed as far as the candidates agree, else as it was; and the candidates. */
export function complete(line: string, state: UiState, commands: readonly Command[]): { text: string; candidates: readonly string[] } {
  const blank = line.indexOf(' ');
  const head = blank < 0 ? '' : line.slice(0, blank + 1);
  const begun = line.slice(head.length);
  const pool = blank < 0 ? namesOf(commands) : (VERBS.find((verb) => verb.name === line.slice(0, blank))?.words(state) ?? []);
  const candidates = pool.filter((word) => word.startsWith(begun));
  const [only, ...others] = candidates;
  if (only === undefined) return { text: line, candidates };
  const end = others.length > 0 ? '' : VERBS.some((verb) => verb.name === only) && blank < 0 ? ' ' : '';
  return { text: head + sharedStart(candidates) + end, candidates };
}

const namesOf = (commands: readonly Command[]): string[] =>
  [...new Set([...VERBS.map((verb) => verb.name), ...commands.map((command) => command.id)])].sort();

function sharedStart(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  let length = first.length;
  for (const word of rest) while (!word.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, length);
}
