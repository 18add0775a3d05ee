import type { Command } from 'commander';

const words = (command: Command): string[] => [
  ...command.commands.filter((c) => !c.name().startsWith('_')).map((c) => c.name()),
  ...command.options.flatMap((o) => [o.short, o.long].filter((flag): flag is string => flag !== undefined)),
  '--help',
];

/** Every subcommand's words by its name; `''` is the program itself. */
const table = (program: Command): [name: string, words: string[]][] => [
  ['', words(program)],
  ...program.commands.map((c): [string, string[]] => [c.name(), words(c)]),
];

const bash = (program: Command): string => `_secmon() {
  local current=\${COMP_WORDS[COMP_CWORD]} words
  case \${COMP_WORDS[1]} in
${table(program)
  .filter(([name]) => name !== '')
  .map(([name, list]) => `    ${name}) words="${list.join(' ')}" ;;`)
  .join('\n')}
    *) words="${words(program).join(' ')}" ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current") $(compgen -f -- "$current"))
}
complete -o filenames -F _secmon secmon
`;

const zsh = (program: Command): string => `#compdef secmon
_secmon() {
  local -a options
  case $words[2] in
${table(program)
  .filter(([name]) => name !== '')
  .map(([name, list]) => `    ${name}) options=(${list.join(' ')}) ;;`)
  .join('\n')}
    *) options=(${words(program).join(' ')}) ;;
  esac
  compadd -- $options
  _files
}
compdef _secmon secmon
`;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;

const fish = (program: Command): string =>
  [
    ...program.commands.map((c) => `complete -c secmon -n __fish_use_subcommand -a ${c.name()} -d ${quoted(c.description())}`),
    ...table(program).flatMap(([name]) => {
      const command = name === '' ? program : program.commands.find((c) => c.name() === name);
      const when = name === '' ? '' : ` -n '__fish_seen_subcommand_from ${name}'`;
      return (command?.options ?? []).flatMap((o) =>
        o.long ? [`complete -c secmon${when} -l ${o.long.slice(2)} -d ${quoted(o.description)}`] : [],
      );
    }),
    '',
  ].join('\n');

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The completion script of a shell, made from the program's own commands and options. */
export const completionScript = (shell: Shell, program: Command): string => ({ bash, zsh, fish })[shell](program);
