import type { Action, Effect, Step } from '../actions.ts';
import { type ScreenKind, topScreen, type UiState } from '../state.ts';

/** Where keys go: a line being typed, the alert, mute or ban dialog, or the screen on top. */
export type Context = ScreenKind | 'dialog' | 'mute' | 'ban' | 'input';

/** One thing that a key does. Footer, help, completion of the command line and the table of docs/screen.md are drawn from these. */
export interface Command {
  /** Its name on the command line. */
  readonly id: string;
  /** Keys as the decoder names them. */
  readonly keys: readonly string[];
  /** One or two words for the key line. */
  readonly title: string;
  /** The title where it depends on the state. */
  readonly titleNow?: (state: UiState) => string;
  /** One line for help. */
  readonly description: string;
  readonly contexts: readonly Context[];
  /** Place in the key line, lowest first; undefined: never there. */
  readonly footer?: number;
  /** True, or the sentence that says why not now. */
  readonly enabled: (state: UiState) => true | string;
  readonly run: (state: UiState) => Step;
}

export const contextOf = (state: UiState): Context =>
  state.input ? 'input' : state.dialog ? 'dialog' : state.muting ? 'mute' : state.ban ? 'ban' : topScreen(state).kind;

export const act = (...actions: readonly Action[]): Step => ({ actions, effects: [] });
export const cause = (effect: Effect, ...actions: readonly Action[]): Step => ({ actions, effects: [effect] });
export const always = (): true => true;

export const SCREENS: readonly ScreenKind[] = [
  'live',
  'entry',
  'actor',
  'incidents',
  'alerts',
  'rejected',
  'outputs',
  'bans',
  'checks',
  'check',
  'rules',
  'rule',
  'rehearsal',
  'baseline',
  'paper',
  'help',
];
