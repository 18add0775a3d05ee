import { ACTING } from './commands/acting.ts';
import type { Command } from './commands/command.ts';
import { IN_DIALOG } from './commands/dialog.ts';
import { MOVING } from './commands/moving.ts';
import { GOING } from './commands/screens.ts';
import { whileTyping } from './commands/typing.ts';

const ON_SCREENS: readonly Command[] = [...ACTING, ...GOING, ...MOVING];

/** Every key of the program but those that the terminal session answers, which work always and everywhere. */
export const COMMANDS: readonly Command[] = [...ON_SCREENS, ...IN_DIALOG, ...whileTyping(ON_SCREENS)];

/** Keys that the terminal session itself answers, for help and README. */
export const SESSION_KEYS: readonly (readonly [keys: string, does: string])[] = [
  ['Ctrl-C', 'leave at once'],
  ['Ctrl-Z', 'suspend; fg comes back'],
  ['Ctrl-L', 'draw the whole screen again'],
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

/** The keys table of the README, in Markdown. */
export function keysTable(): string {
  const rows = COMMANDS.map((command) => {
    const named = ON_SCREENS.includes(command) ? ` \`:${command.id}\`` : '';
    return `| ${command.keys.map((key) => `\`${keyWord(key)}\``).join(' ')} | ${command.description} |${named} |`;
  });
  const own = SESSION_KEYS.map(([keys, does]) => `| \`${keys}\` | ${does} | |`);
  return ['| keys | do | command line |', '| --- | --- | --- |', ...rows, ...own].join('\n');
}
