import { type Command, Option } from 'commander';
import { setLanguage } from '../lang/lang.ts';
import { chooseLanguage, LANGUAGES, type Language } from '../lang/language.ts';

/** Settles the language of this process, and says which it is. */
export function settleLanguage({ flag, configured }: { flag?: Language | undefined; configured?: Language | undefined }): Language {
  const language = chooseLanguage({ flag, configured, env: process.env });
  setLanguage(language);
  return language;
}

/** `--lang` for the program and each of its subcommands; what a command prints before it has read a configuration is in it already. */
export function addLanguageFlag(program: Command): void {
  const add = (command: Command): void => {
    command.addOption(new Option('--lang <language>', 'language of screen and messages').choices(LANGUAGES));
    for (const sub of command.commands) add(sub);
  };
  add(program);
  program.hook('preAction', (_, action) => void settleLanguage({ flag: action.opts<{ lang?: Language }>().lang }));
}
