import { MUTE_SPANS, type MuteChoice, type MuteOption, type MutePreview, type MuteSpan, type MuteSubject } from '../model/mute.ts';
import { editText, type TypedKey } from './text-edit.ts';

const PARTS = ['rule', 'place', 'span', 'successes', 'note'] as const;
type Part = (typeof PARTS)[number];

/** The mute being put together: which rule, where, until when, and exactly the line that will be written. */
export interface MuteDialog {
  readonly subject: MuteSubject;
  /** For the title. Harmless already. */
  readonly words: string;
  readonly options: readonly MuteOption[] | 'loading';
  /** What is chosen of each. */
  readonly rule: number;
  readonly place: number;
  readonly span: MuteSpan;
  readonly successes: boolean;
  readonly note: string;
  readonly noteCursor: number;
  /** Which part takes the keys. */
  readonly focus: Part;
  readonly preview: MutePreview | undefined;
  /** What `preview` was made for, see {@link muteKey}; `''` before the first. */
  readonly previewKey: string;
  readonly scroll: number;
  readonly writing: boolean;
}

/** What can happen to the mute dialog. */
export type MuteAction =
  | { readonly type: 'options'; readonly options: readonly MuteOption[] }
  | { readonly type: 'preview'; readonly key: string; readonly preview: MutePreview }
  | { readonly type: 'move'; readonly by: number; readonly furthest: number }
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  | { readonly type: 'toggle' }
  | { readonly type: 'type'; readonly key: TypedKey }
  | { readonly type: 'write'; readonly writing: boolean };

export const openMuteDialog = (subject: MuteSubject, words: string): MuteDialog => ({
  subject,
  words,
  options: 'loading',
  rule: 0,
  place: 0,
  span: '7 days',
  successes: false,
  note: '',
  noteCursor: 0,
  focus: 'rule',
  preview: undefined,
  previewKey: '',
  scroll: 0,
  writing: false,
});

/** What is chosen; undefined while there is nothing to choose from. */
export function choiceOf({ options, rule, place, span, note, successes }: MuteDialog): MuteChoice | undefined {
  const option = options === 'loading' ? undefined : options[rule];
  const where = option?.places[place];
  return option && where && { ruleIds: option.ruleIds, place: where, span, note, successes };
}

/** Names what a preview was made for. */
export const muteKey = (dialog: MuteDialog): string => JSON.stringify(choiceOf(dialog) ?? '');

/** The preview of what is chosen now; undefined while it is being prepared. */
export const freshPreview = (dialog: MuteDialog): MutePreview | undefined =>
  dialog.previewKey === muteKey(dialog) ? dialog.preview : undefined;

export function reduceMute(dialog: MuteDialog, action: MuteAction): MuteDialog {
  switch (action.type) {
    case 'options':
      return { ...dialog, options: action.options, rule: 0, place: firstPlace(action.options[0]) };
    case 'preview':
      return { ...dialog, preview: action.preview, previewKey: action.key };
    case 'move':
      return Math.abs(action.by) === 1 ? choose(dialog, action.by) : scrolled(dialog, action);
    case 'focus': {
      const parts = partsOf(dialog);
      return { ...dialog, focus: parts[(parts.indexOf(dialog.focus) + action.by + parts.length) % parts.length] ?? 'rule' };
    }
    case 'toggle':
      return { ...dialog, successes: !dialog.successes };
    case 'type': {
      const edited = editText({ text: dialog.note, cursor: dialog.noteCursor }, action.key);
      return edited ? { ...dialog, note: edited.text, noteCursor: edited.cursor } : dialog;
    }
    case 'write':
      return { ...dialog, writing: action.writing };
  }
}

/** A finding is no success of anybody. */
const partsOf = ({ subject }: MuteDialog): readonly Part[] =>
  subject.kind === 'finding' ? PARTS.filter((part) => part !== 'successes') : PARTS;

const scrolled = (dialog: MuteDialog, { by, furthest }: Extract<MuteAction, { type: 'move' }>): MuteDialog => ({
  ...dialog,
  scroll: Math.max(0, Math.min(furthest, dialog.scroll + by)),
});

/** A mute begins narrow: at a finding, parameter or path, else from an address; never everywhere by itself where there is anything narrower. */
const firstPlace = (option: MuteOption | undefined): number =>
  Math.max(0, option?.places.findIndex(({ kind }) => kind === 'finding' || kind === 'parameter' || kind === 'path') ?? 0);

const within = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at));

function choose(dialog: MuteDialog, by: number): MuteDialog {
  const options = dialog.options === 'loading' ? [] : dialog.options;
  switch (dialog.focus) {
    case 'rule': {
      const rule = within(dialog.rule + by, options.length);
      if (rule === dialog.rule) return dialog;
      const kept = options[dialog.rule]?.places[dialog.place]?.words;
      const same = options[rule]?.places.findIndex(({ words }) => words === kept) ?? -1;
      return { ...dialog, rule, place: same >= 0 ? same : firstPlace(options[rule]) };
    }
    case 'place':
      return { ...dialog, place: within(dialog.place + by, options[dialog.rule]?.places.length ?? 1) };
    case 'span':
      return { ...dialog, span: MUTE_SPANS[within(MUTE_SPANS.indexOf(dialog.span) + by, MUTE_SPANS.length)] ?? dialog.span };
    case 'successes':
      return { ...dialog, successes: by > 0 };
    case 'note':
      return dialog;
  }
}
