import { msg } from '../lang/lang.ts';
import type { AlertTarget } from '../model/alert.ts';
import type { BanList, BanPreview, BanResult } from '../model/ban.ts';
import { parseSpan } from '../text/span.ts';
import { editText, type TypedKey } from './text-edit.ts';

/** How long; `other` is typed. */
export const BAN_SPANS = [msg('10 min'), msg('1 h'), msg('1 day'), msg('other')] as const;
type BanSpan = (typeof BAN_SPANS)[number];

/** The ban being put together: by what, for how long, and exactly what will be run. */
export interface BanDialog {
  readonly target: AlertTarget;
  /** For the title. Harmless already. */
  readonly subject: string;
  /** Name of the way to ban; `''` for the first. */
  readonly banner: string;
  readonly span: BanSpan;
  readonly other: string;
  readonly otherCursor: number;
  /** What is typed to ban in spite of refusals. */
  readonly word: string;
  readonly wordCursor: number;
  /** Which part takes the keys. */
  readonly focus: 'banner' | 'span' | 'word';
  readonly preview: BanPreview | undefined;
  /** What `preview` was made for, see {@link banKey}; `''` before the first. */
  readonly previewKey: string;
  readonly scroll: number;
  readonly phase: 'editing' | 'running' | 'done';
  readonly results: readonly BanResult[];
  /** Whether it works, by subject; filled while the dialog stays open. */
  readonly effects: Readonly<Record<string, string>>;
  /** Subjects whose ban has no effect. */
  readonly failing: readonly string[];
}

/** What can happen to the ban dialog. */
export type BanAction =
  | { readonly type: 'preview'; readonly key: string; readonly preview: BanPreview }
  | { readonly type: 'move'; readonly by: number; readonly furthest: number }
  | { readonly type: 'focus'; readonly by: 1 | -1 }
  | { readonly type: 'type'; readonly key: TypedKey }
  | { readonly type: 'run' }
  | { readonly type: 'ran'; readonly results: readonly BanResult[] }
  | { readonly type: 'watched'; readonly list: BanList };

export const openBanDialog = (target: AlertTarget, subject: string): BanDialog => ({
  target,
  subject,
  banner: '',
  span: '1 h',
  other: '',
  otherCursor: 0,
  word: '',
  wordCursor: 0,
  focus: 'span',
  preview: undefined,
  previewKey: '',
  scroll: 0,
  phase: 'editing',
  results: [],
  effects: {},
  failing: [],
});

/** Seconds that are chosen; undefined while what is typed is none. */
export const banSeconds = ({ span, other }: BanDialog): number | undefined => parseSpan(span === 'other' ? other : span);

/** The word that was typed, once it is the right one. */
export const banWord = ({ word, preview }: BanDialog): string =>
  preview !== undefined && word.trim().toLowerCase() === preview.forceWord ? preview.forceWord : '';

/** Names what a preview was made for. */
export const banKey = (dialog: BanDialog): string => JSON.stringify([dialog.banner, banSeconds(dialog), banWord(dialog)]);

/** The preview of what is chosen now; undefined while it is being prepared. */
export const freshBan = (dialog: BanDialog): BanPreview | undefined => (dialog.previewKey === banKey(dialog) ? dialog.preview : undefined);

export const refusedOf = ({ candidates }: BanPreview): number => candidates.filter(({ refusals }) => refusals.length > 0).length;

/** The typed word is right, or none is needed to ban anything at all. */
export function mayRun(dialog: BanDialog, preview: BanPreview): boolean {
  return refusedOf(preview) < preview.candidates.length || banWord(dialog) !== '';
}

/** Parts that Tab goes through: the word only where something is refused. */
const partsOf = ({ preview }: BanDialog): readonly BanDialog['focus'][] =>
  preview !== undefined && refusedOf(preview) > 0 ? ['span', 'banner', 'word'] : ['span', 'banner'];

/** Whether keys are typed into the part that has the focus. */
export const takesText = ({ phase, focus, span }: BanDialog): boolean =>
  phase === 'editing' && (focus === 'word' || (focus === 'span' && span === 'other'));

export function reduceBan(dialog: BanDialog, action: BanAction): BanDialog {
  switch (action.type) {
    case 'preview':
      return { ...dialog, preview: action.preview, previewKey: action.key };
    case 'move':
      return Math.abs(action.by) === 1 && dialog.phase === 'editing' && dialog.focus !== 'word'
        ? choose(dialog, action.by)
        : scrolled(dialog, action);
    case 'focus': {
      const parts = partsOf(dialog);
      return { ...dialog, focus: parts[(parts.indexOf(dialog.focus) + action.by + parts.length) % parts.length] ?? 'span' };
    }
    case 'type':
      return typed(dialog, action.key);
    case 'run':
      return { ...dialog, phase: 'running' };
    case 'ran':
      return { ...dialog, phase: 'done', results: action.results, scroll: 0 };
    case 'watched': {
      const known = action.list.rows.filter(({ effect }) => effect !== '');
      return {
        ...dialog,
        effects: Object.fromEntries(known.map(({ subject, effect }) => [subject, effect])),
        failing: known.filter(({ isFailing }) => isFailing).map(({ subject }) => subject),
      };
    }
  }
}

const scrolled = (dialog: BanDialog, { by, furthest }: Extract<BanAction, { type: 'move' }>): BanDialog => ({
  ...dialog,
  scroll: Math.max(0, Math.min(furthest, dialog.scroll + by)),
});

const within = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at));

function choose(dialog: BanDialog, by: number): BanDialog {
  if (dialog.focus === 'span')
    return { ...dialog, span: BAN_SPANS[within(BAN_SPANS.indexOf(dialog.span) + by, BAN_SPANS.length)] ?? dialog.span };
  const names = dialog.preview?.banners ?? [];
  const at = Math.max(0, names.indexOf(dialog.banner === '' ? (dialog.preview?.banner ?? '') : dialog.banner));
  return { ...dialog, banner: names[within(at + by, names.length)] ?? dialog.banner };
}

function typed(dialog: BanDialog, key: TypedKey): BanDialog {
  if (dialog.focus === 'word') {
    const edited = editText({ text: dialog.word, cursor: dialog.wordCursor }, key);
    return edited ? { ...dialog, word: edited.text, wordCursor: edited.cursor } : dialog;
  }
  const edited = editText({ text: dialog.other, cursor: dialog.otherCursor }, key);
  return edited ? { ...dialog, other: edited.text, otherCursor: edited.cursor } : dialog;
}
