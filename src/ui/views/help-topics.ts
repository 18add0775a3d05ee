import { msg } from '../../lang/lang.ts';
import type { Command } from '../commands/command.ts';
import { COMMANDS } from '../commands.ts';

/** The four questions of an operator, and where the screen answers them. */
export const QUESTIONS: readonly (readonly [question: string, answer: string])[] = [
  [msg('Is it an attack?'), msg('RISK at the top right; C H M L at the left of a line: critical, high, medium, low')],
  [msg('Who is it?'), msg('Top addresses and Incidents say it; i shows who is behind a line, and all that they did')],
  [msg('Did it work?'), msg('✔ it did, ? nobody knows yet; refused and blocked: it did not. Enter on the line says why')],
  [msg('What do I do?'), msg('a tells people, b bans, m keeps a false alarm quiet, x says that you have seen it')],
];

/** What keys are for, and their commands in the order of the help. */
const TOPICS: readonly (readonly [title: string, ids: readonly string[]])[] = [
  [
    msg('Look'),
    [
      'open',
      'actor',
      'suspicious-next',
      'suspicious-previous',
      'filter',
      'find',
      'find-next',
      'find-previous',
      'pause',
      'window',
      'sort',
      'reverse',
      'copy',
    ],
  ],
  [msg('Act'), ['alert', 'ban', 'mute', 'acknowledge', 'close', 'undo', 'ticket', 'evidence']],
  [
    msg('Screens'),
    [
      'live',
      'incidents',
      'alerts',
      'rejected',
      'rules',
      'bans',
      'checks',
      'outputs',
      'baseline',
      'back',
      'quit',
      'help',
      'command',
      'theme',
    ],
  ],
  [
    msg('Move'),
    ['down', 'up', 'page-down', 'page-up', 'half-down', 'half-up', 'first', 'follow', 'next-panel', 'previous-panel', 'right', 'left'],
  ],
];

const DIALOGS: readonly (readonly [title: string, context: string])[] = [
  [msg('In the alert dialog'), 'dialog'],
  [msg('In the mute dialog'), 'mute'],
  [msg('In the ban dialog'), 'ban'],
];

export interface Topic {
  readonly title: string;
  readonly commands: readonly Command[];
  /** Descriptions begin with the dialog's name, which the title says already. */
  readonly isDialog: boolean;
}

const isOf = (context: string, { contexts }: Command): boolean => contexts.length === 1 && contexts[0] === context;

/** Every command once, by what it is for; those that only one screen has, and those of dialogs, stand last. */
export function helpTopics(): Topic[] {
  const onScreens = COMMANDS.filter(({ contexts }) => !contexts.includes('input')).filter(
    (command) => !DIALOGS.some(([, context]) => isOf(context, command)),
  );
  const named = new Set(TOPICS.flatMap(([, ids]) => ids));
  return [
    ...TOPICS.map(([title, ids]) => ({
      title,
      commands: ids.flatMap((id) => onScreens.filter((command) => command.id === id)),
      isDialog: false,
    })),
    { title: msg('On one screen alone'), commands: onScreens.filter(({ id }) => !named.has(id)), isDialog: false },
    ...DIALOGS.map(([title, context]) => ({ title, commands: COMMANDS.filter((command) => isOf(context, command)), isDialog: true })),
  ];
}
