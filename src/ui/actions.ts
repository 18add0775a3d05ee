import type { AlertTarget } from '../model/alert.ts';
import type { CheckName } from '../model/check.ts';
import type { MuteSubject } from '../model/mute.ts';
import type { AddressSort, Snapshot, WindowName } from '../model/snapshot.ts';
import type { BanAction } from './ban-dialog.ts';
import type { DialogAction } from './dialog.ts';
import type { MuteAction } from './mute-dialog.ts';
import type { Input, Marking, Message, RuleOrder, Screen, Size, UiState, Undoable } from './state.ts';

/** Everything that can happen to the screen's state. */
export type Action =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'tick'; readonly nowMs: number }
  | { readonly type: 'resize'; readonly size: Size }
  | { readonly type: 'move'; readonly by: number }
  | { readonly type: 'edge'; readonly to: 'first' | 'last' }
  | { readonly type: 'sideways'; readonly by: number }
  | { readonly type: 'go-to-row'; readonly rowId: number }
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  | { readonly type: 'open'; readonly screen: Screen }
  | { readonly type: 'show'; readonly screen: Screen }
  | { readonly type: 'back' }
  | { readonly type: 'loaded'; readonly screen: Screen }
  | { readonly type: 'pause' }
  | { readonly type: 'window'; readonly window?: WindowName }
  | { readonly type: 'sort'; readonly sort?: AddressSort }
  | { readonly type: 'reverse' }
  | { readonly type: 'theme'; readonly theme?: string }
  | { readonly type: 'input'; readonly input: Input | undefined }
  | { readonly type: 'filter'; readonly filters: readonly string[] }
  | { readonly type: 'find'; readonly text: string }
  | { readonly type: 'alert'; readonly target: AlertTarget; readonly subject: string }
  | { readonly type: 'dialog'; readonly action: DialogAction }
  | { readonly type: 'message'; readonly text: string; readonly tone: Message['tone'] }
  | { readonly type: 'ban'; readonly target: AlertTarget; readonly subject: string }
  | { readonly type: 'banning'; readonly action: BanAction }
  | { readonly type: 'mute'; readonly subject: MuteSubject; readonly words: string }
  | { readonly type: 'muting'; readonly action: MuteAction }
  /** The mute was written: its dialog closes. */
  | { readonly type: 'muted' }
  | { readonly type: 'rule-order'; readonly order: RuleOrder }
  /** Something was done that can be taken back: `undone` says that the last one was. */
  | { readonly type: 'done'; readonly undoable: Undoable }
  | { readonly type: 'undone' }
  | { readonly type: 'past'; readonly past: UiState['past'] }
  | { readonly type: 'quiet' };

/** What the screen does beside changing its state; carried out by `effects.ts`. */
export type Effect =
  | {
      readonly type: 'seek';
      readonly rowId: number;
      readonly direction: 1 | -1;
      readonly filter: string;
      readonly what: 'suspicious' | { readonly text: string };
    }
  | { readonly type: 'send'; readonly target: AlertTarget; readonly channels: readonly string[]; readonly note: string }
  | { readonly type: 'copy'; readonly text: string }
  | { readonly type: 'past'; readonly what: 'open' | 'more' | 'close'; readonly text: string }
  | { readonly type: 'ticket'; readonly target: AlertTarget; readonly subject: string }
  | { readonly type: 'evidence'; readonly target: AlertTarget; readonly subject: string }
  | { readonly type: 'mark'; readonly marking: Marking; readonly note: string; readonly undoes: boolean }
  | { readonly type: 'mute-write'; readonly draftId: string }
  | {
      readonly type: 'ban-run';
      readonly target: AlertTarget;
      readonly banner: string;
      readonly seconds: number;
      readonly word: string;
      readonly isDry: boolean;
    }
  | { readonly type: 'ban-end'; readonly subjects: readonly string[]; readonly banner: string }
  | { readonly type: 'rule-change'; readonly ruleId: string; readonly text: string }
  | { readonly type: 'check-run'; readonly name: CheckName; readonly attack: boolean }
  | { readonly type: 'check-stop'; readonly name: CheckName }
  | { readonly type: 'rehearse-cancel' }
  | { readonly type: 'undo'; readonly undoable: Exclude<Undoable, { kind: 'marking' }> }
  | { readonly type: 'quit' };

/** What a key leads to: changes of the state, in order, then effects. */
export interface Step {
  readonly actions: readonly Action[];
  readonly effects: readonly Effect[];
}
