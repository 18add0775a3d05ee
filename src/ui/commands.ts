import { msg } from '../lang/lang.ts';
import { ACTING } from './commands/acting.ts';
import { BANNING, IN_BAN_DIALOG } from './commands/banning.ts';
import { CHECKING } from './commands/checking.ts';
import type { Command } from './commands/command.ts';
import { IN_DIALOG } from './commands/dialog.ts';
import { JUDGING } from './commands/judging.ts';
import { MOVING } from './commands/moving.ts';
import { REPORTING } from './commands/reporting.ts';
import { IN_MUTE_DIALOG, RULING } from './commands/ruling.ts';
import { GOING } from './commands/screens.ts';
import { TIME } from './commands/time.ts';
import { whileTyping } from './commands/typing.ts';

const ON_SCREENS: readonly Command[] = [
  ...ACTING,
  ...BANNING,
  ...CHECKING,
  ...JUDGING,
  ...REPORTING,
  ...RULING,
  ...GOING,
  ...TIME,
  ...MOVING,
];

/** Every key of the program but those that the terminal session answers, which work always and everywhere. */
export const COMMANDS: readonly Command[] = [...ON_SCREENS, ...IN_DIALOG, ...IN_MUTE_DIALOG, ...IN_BAN_DIALOG, ...whileTyping(ON_SCREENS)];

/** Keys that the terminal session itself answers, and lines that are no command by name, for help and docs/screen.md. */
export const SESSION_KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl-C', msg('leave at once')],
  ['Ctrl-Z', msg('suspend; fg comes back')],
  ['Ctrl-L', msg('draw the whole screen again')],
  [':02:15', msg('go to a time of the followed logs, rotated ones included; also :yesterday 14:00, :2026-03-02 02:15, :-30m')],
  [':..', msg('in the past: read on from where it stopped')],
  [':now', msg('from the past back to live, as Esc')],
];

const KEY_WORDS: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pgup: 'PgUp',
  pgdn: 'PgDn',
  home: 'Home',
  end: 'End',
  enter: 'Enter',
  esc: 'Esc',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  space: 'Space',
  f1: 'F1',
};

/** A key as people write it: `Ctrl-D`, `Enter`, `j`. */
export const keyWord = (key: string): string => KEY_WORDS[key] ?? (key.startsWith('ctrl-') ? `Ctrl-${key.slice(5).toUpperCase()}` : key);

/** The keys table of docs/screen.md, in Markdown. */
export function keysTable(): string {
  const rows = COMMANDS.map((command) => {
    const named = ON_SCREENS.includes(command) ? ` \`:${command.id}\`` : '';
    return `| ${command.keys.map((key) => `\`${keyWord(key)}\``).join(' ')} | ${command.description} |${named} |`;
  });
  const own = SESSION_KEYS.map(([keys, does]) => `| \`${keys}\` | ${does} | |`);
  return ['| keys | do | command line |', '| --- | --- | --- |', ...rows, ...own].join('\n');
}
