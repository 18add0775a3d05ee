import { isIP } from 'node:net';
import { msg, t } from '../../lang/lang.ts';
import { banSeconds, banWord, freshBan, mayRun } from '../ban-dialog.ts';
import { isPast } from '../past.ts';
import { banRowKey, itemAt, topScreen, type UiState } from '../state.ts';
import { incidentUnderCursor, targetOf } from '../targets.ts';
import { act, always, type Command, cause, SCREENS } from './command.ts';

/** An address, or the network of an actor. */
const isAddress = (text: string): boolean => isIP(text.split('/', 1)[0] ?? '') !== 0;

function bannable(state: UiState): true | string {
  if (isPast(state)) return t('This is the past: Esc goes back to live, where bans are made.');
  const target = targetOf(state);
  if (target === undefined) return t('Select a line, address or incident first.');
  if (target.alert.kind === 'entry') return isAddress(target.address) || t('This line names no address that could be banned.');
  if (target.alert.kind === 'address')
    return isAddress(target.address) || t('{name} is a name: an address alone can be banned.', { name: target.subject });
  const incident = incidentUnderCursor(state);
  const hasNobody = incident !== undefined && incident.actor === '' && incident.relatedCount === 0;
  return !hasNobody || t('This incident names no address that could be banned.');
}

/** Whether Enter may ban now. */
function runnable({ ban }: UiState): true | string {
  if (!ban || ban.phase === 'done') return true;
  if (ban.phase === 'running') return t('Being done …');
  if (banSeconds(ban) === undefined) return t('Type how long: 90 s, 20 min, 3 h, 2 days.');
  const preview = freshBan(ban);
  if (preview === undefined) return t('What would be run is being prepared …');
  if (preview.problem !== '') return preview.problem;
  return (
    mayRun(ban, preview) ||
    t('All of it is refused: Tab to the last part and type {word} to ban in spite of it.', { word: preview.forceWord })
  );
}

const banUnderCursor = (state: UiState) => {
  const screen = topScreen(state);
  return screen.kind === 'bans' && screen.list !== 'loading' ? itemAt(screen.list.rows, banRowKey, screen.selected) : undefined;
};

export const BANNING: readonly Command[] = [
  {
    id: 'ban',
    keys: ['b'],
    title: msg('ban'),
    description: msg('ban the address, or all behind a target: shows the exact command and whom it hits, runs on Enter'),
    contexts: ['live', 'entry', 'actor', 'incidents'],
    footer: 12,
    enabled: bannable,
    run: (state) => {
      const target = targetOf(state);
      return target ? act({ type: 'ban', target: target.alert, subject: target.address || target.subject }) : act();
    },
  },
  {
    id: 'bans',
    keys: ['6'],
    title: msg('bans'),
    description: msg('bans that hold, until when, and whether they work'),
    contexts: SCREENS,
    footer: 105,
    enabled: always,
    run: () => act({ type: 'show', screen: { kind: 'bans', list: 'loading', selected: undefined } }),
  },
  {
    id: 'unban',
    keys: ['b'],
    title: msg('unban'),
    description: msg('on the bans: end the selected one'),
    contexts: ['bans'],
    footer: 10,
    enabled: (state) => banUnderCursor(state) !== undefined || t('There is no ban to end.'),
    run: (state) => {
      const row = banUnderCursor(state);
      return row === undefined ? act() : cause({ type: 'ban-end', subjects: [row.subject], banner: row.banner });
    },
  },
];

/** Keys of the ban dialog. */
export const IN_BAN_DIALOG: readonly Command[] = [
  {
    id: 'ban-run',
    keys: ['enter'],
    title: msg('ban'),
    description: msg('ban dialog: run exactly what is shown'),
    contexts: ['ban'],
    footer: 1,
    titleNow: ({ ban }) => (ban?.phase === 'done' ? msg('close') : ban?.preview?.dryRun ? msg('dry run') : msg('ban')),
    enabled: runnable,
    run: ({ ban }) => {
      if (!ban || ban.phase === 'done') return act({ type: 'back' });
      const { target } = ban;
      const word = banWord(ban);
      const preview = freshBan(ban);
      const seconds = banSeconds(ban);
      if (preview === undefined || seconds === undefined) return act();
      const effect = { type: 'ban-run', target, banner: preview.banner, seconds, word, isDry: preview.dryRun } as const;
      return cause(effect, { type: 'banning', action: { type: 'run' } });
    },
  },
  {
    id: 'ban-next',
    keys: ['tab'],
    title: msg('how long, by what'),
    description: msg('ban dialog: next part; up and down choose in it'),
    contexts: ['ban'],
    footer: 3,
    enabled: ({ ban }) => ban?.phase === 'editing' || t('Done; Enter or Esc closes.'),
    run: () => act({ type: 'banning', action: { type: 'focus', by: 1 } }),
  },
  {
    id: 'ban-previous',
    keys: ['shift-tab'],
    title: msg('part back'),
    description: msg('ban dialog: previous part'),
    contexts: ['ban'],
    enabled: ({ ban }) => ban?.phase === 'editing' || t('Done; Enter or Esc closes.'),
    run: () => act({ type: 'banning', action: { type: 'focus', by: -1 } }),
  },
  {
    id: 'ban-undo',
    keys: ['u'],
    title: msg('undo'),
    description: msg('ban dialog: end what was just banned'),
    contexts: ['ban'],
    footer: 5,
    enabled: ({ ban, undo }) => (ban?.phase === 'done' && undo.at(-1)?.kind === 'ban') || t('Nothing was banned yet.'),
    run: ({ undo }) => {
      const last = undo.at(-1);
      return last?.kind === 'ban' ? cause({ type: 'undo', undoable: last }, { type: 'back' }) : act();
    },
  },
  {
    id: 'ban-close',
    keys: ['esc'],
    title: msg('close'),
    description: msg('ban dialog: close; nothing is run'),
    contexts: ['ban'],
    footer: 9,
    enabled: always,
    run: () => act({ type: 'back' }),
  },
];
