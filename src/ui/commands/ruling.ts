import { msg, t } from '../../lang/lang.ts';
import type { MuteSubject } from '../../model/mute.ts';
import { visible } from '../../text/sanitize.ts';
import type { Step } from '../actions.ts';
import { freshPreview } from '../mute-dialog.ts';
import { isPast } from '../past.ts';
import { ruleUnderCursor } from '../rules.ts';
import { findingKey, itemAt, RULE_ORDERS, type RuleOrder, topScreen, type UiState } from '../state.ts';
import { targetOf } from '../targets.ts';
import { act, always, type Command, type Context, cause, SCREENS } from './command.ts';

const ON_RULES: readonly Context[] = ['rules', 'rule', 'rehearsal'];
const noRule = (): string => t('There is no rule to do this with yet.');

/** What `m` is about, and how the dialog names it. */
function muteSubject(state: UiState): { readonly subject: MuteSubject; readonly words: string } | undefined {
  const row = ruleUnderCursor(state);
  if (row !== undefined) return { subject: { kind: 'rule', ruleId: row.id }, words: visible(row.name) };
  const screen = topScreen(state);
  if (screen.kind === 'check') {
    const kept = typeof screen.detail === 'string' ? undefined : itemAt(screen.detail.findings, findingKey, screen.selected);
    if (kept?.state !== 'open') return undefined;
    return { subject: { kind: 'finding', check: kept.check, key: kept.finding.key }, words: visible(kept.finding.subject) };
  }
  const target = targetOf(state);
  return target && { subject: target.alert, words: target.subject };
}

function mutable(state: UiState): true | string {
  if (isPast(state)) return t('This is the past: Esc goes back to live, where mutes are made.');
  return muteSubject(state) !== undefined || t('Select a line, address, incident or rule first.');
}

function nextOrder(state: UiState): RuleOrder {
  const screen = topScreen(state);
  const at = screen.kind === 'rules' ? RULE_ORDERS.indexOf(screen.order) : -1;
  return RULE_ORDERS[(at + 1) % RULE_ORDERS.length] ?? 'hits';
}

/** The rehearsal in sight, once there is something in it. */
function rehearsed(state: UiState) {
  const screen = topScreen(state);
  if (screen.kind !== 'rehearsal' || screen.result === 'running' || 'problem' in screen.result) return undefined;
  return { ruleId: screen.row.id, text: screen.text, result: screen.result };
}

/** Back; a rehearsal that still runs is given up. */
export function backStep(state: UiState): Step {
  const screen = topScreen(state);
  const isRunning = screen.kind === 'rehearsal' && screen.result === 'running';
  return isRunning ? cause({ type: 'rehearse-cancel' }, { type: 'back' }) : act({ type: 'back' });
}

/** Rules: what they do, what they would do, and where they are to be quiet. */
export const RULING: readonly Command[] = [
  {
    id: 'mute',
    keys: ['m'],
    title: msg('mute'),
    description: msg('mute a rule here: for this path, parameter, address or network, with an end; shows the line that is written'),
    contexts: ['live', 'entry', 'actor', 'incidents', 'check', ...ON_RULES],
    footer: 58,
    enabled: mutable,
    run: (state) => {
      const found = muteSubject(state);
      return found === undefined ? act() : act({ type: 'mute', ...found });
    },
  },
  {
    id: 'rules',
    keys: ['5'],
    title: msg('rules'),
    description: msg('rules and correlations: how often each fired, mutes, rehearsal'),
    contexts: SCREENS,
    footer: 104,
    enabled: always,
    run: () => act({ type: 'show', screen: { kind: 'rules', list: 'loading', selected: undefined, order: 'hits' } }),
  },
  {
    id: 'rule-open',
    keys: ['enter'],
    title: msg('open'),
    description: msg('on the rules: all about the rule, and its last lines'),
    contexts: ['rules'],
    footer: 40,
    enabled: (state) => ruleUnderCursor(state) !== undefined || noRule(),
    run: (state) => {
      const row = ruleUnderCursor(state);
      return row === undefined ? act() : act({ type: 'open', screen: { kind: 'rule', ruleId: row.id, detail: 'loading', scroll: 0 } });
    },
  },
  {
    id: 'rule-sort',
    keys: ['s'],
    title: msg('sort'),
    description: msg('on the rules: by hits, by level, latest first'),
    contexts: ['rules'],
    footer: 75,
    enabled: always,
    run: (state) => act({ type: 'rule-order', order: nextOrder(state) }),
  },
  {
    id: 'rehearse',
    keys: ['R'],
    title: msg('rehearse'),
    description: msg('change a rule and see what the last hour would have raised, before it applies'),
    contexts: ON_RULES,
    footer: 45,
    enabled: (state) => (isPast(state) ? t('This is the past: Esc goes back to live.') : ruleUnderCursor(state) !== undefined || noRule()),
    run: (state) => {
      const rule = ruleUnderCursor(state);
      const screen = topScreen(state);
      const text = screen.kind === 'rehearsal' ? screen.text : (rule?.condition ?? '');
      return rule === undefined
        ? act()
        : act({ type: 'input', input: { purpose: 'rehearse', text, cursor: text.length, error: '', rule } });
    },
  },
  {
    id: 'rehearsal-apply',
    keys: ['enter'],
    title: msg('apply for this session'),
    description: msg('on a rehearsal: apply the change for this session'),
    contexts: ['rehearsal'],
    footer: 40,
    enabled: (state) => rehearsed(state) !== undefined || t('There is nothing rehearsed yet.'),
    run: (state) => {
      const found = rehearsed(state);
      return found === undefined ? act() : cause({ type: 'rule-change', ruleId: found.ruleId, text: found.text });
    },
  },
  {
    id: 'rehearsal-copy',
    keys: ['y'],
    title: msg('copy YAML'),
    description: msg('on a rehearsal: copy the changed correlation, for a file of --rules'),
    contexts: ['rehearsal'],
    footer: 80,
    enabled: (state) => (rehearsed(state)?.result.yaml ?? '') !== '' || t('Only a changed correlation is a document to copy.'),
    run: (state) => {
      const text = rehearsed(state)?.result.yaml ?? '';
      return cause({ type: 'copy', text }, { type: 'message', text: t('copied: the correlation as YAML'), tone: 'info' });
    },
  },
];

/** Whether Enter may write now. */
function writable({ muting }: UiState): true | string {
  if (!muting || muting.options === 'loading') return t('The rules are being read …');
  if (muting.options.length === 0) return t('There is nothing to mute.');
  if (muting.writing) return t('Being written …');
  return freshPreview(muting) !== undefined || t('The line is being prepared …');
}

/** Keys of the mute dialog. */
export const IN_MUTE_DIALOG: readonly Command[] = [
  {
    id: 'mute-write',
    keys: ['enter'],
    title: msg('write'),
    description: msg('mute dialog: write the line as shown'),
    contexts: ['mute'],
    footer: 1,
    enabled: writable,
    run: ({ muting }) => {
      const preview = muting && freshPreview(muting);
      if (preview === undefined) return act();
      return cause({ type: 'mute-write', draftId: preview.draftId }, { type: 'muting', action: { type: 'write', writing: true } });
    },
  },
  {
    id: 'mute-next',
    keys: ['tab'],
    title: msg('next part'),
    description: msg('mute dialog: next part; up and down choose in it'),
    contexts: ['mute'],
    footer: 3,
    enabled: always,
    run: () => act({ type: 'muting', action: { type: 'focus', by: 1 } }),
  },
  {
    id: 'mute-previous',
    keys: ['shift-tab'],
    title: msg('part back'),
    description: msg('mute dialog: previous part'),
    contexts: ['mute'],
    enabled: always,
    run: () => act({ type: 'muting', action: { type: 'focus', by: -1 } }),
  },
  {
    id: 'mute-successes',
    keys: ['space'],
    title: msg('success too'),
    description: msg('mute dialog: mute what worked, too'),
    contexts: ['mute'],
    footer: 4,
    enabled: ({ muting }) => muting?.focus === 'successes' || t('Tab goes to what this chooses.'),
    run: () => act({ type: 'muting', action: { type: 'toggle' } }),
  },
  {
    id: 'mute-close',
    keys: ['esc'],
    title: msg('close'),
    description: msg('mute dialog: close; nothing is written'),
    contexts: ['mute'],
    footer: 9,
    enabled: always,
    run: () => act({ type: 'back' }),
  },
];
