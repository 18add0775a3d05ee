import { Command, CommanderError } from 'commander';
import { failureText } from './commands/failure.ts';
import { closeGoneTerminals } from './commands/gone-terminal.ts';
import { dressHelp, refuseLostFlags } from './commands/help.ts';
import { addLanguageFlag } from './commands/language.ts';
import { COMMANDS } from './commands/table.ts';
import { version } from './commands/version.ts';

const EXAMPLES = `
Examples:
  tail -f access.log | secmon                      watch what another program prints
  secmon /var/log/nginx/access.log 'logs/*.log'    follow files, through rotation
  secmon                                           find this machine's logs and follow them
  secmon ssh://web2/var/log/nginx/access.log       a file of another machine
  secmon journald:nginx docker:web                 the journal of a unit, a container
  secmon --exec 'zcat -f dump.gz'                  what any command prints
  secmon attach                                    the live screen of the service
  secmon scan access.log.*.gz                      a report of what happened
  secmon scan access.log --format ndjson           the same for other programs
  secmon demo                                      recorded attacks on a test server

secmon help COMMAND shows more of each.`;

const program = new Command('secmon')
  .description('A live security monitor for the terminal: is someone attacking, who, did it work, what do I do.')
  .version(version(), '-V, --version')
  .helpOption('-h, --help', 'show this help')
  .enablePositionalOptions()
  .showHelpAfterError('(secmon --help shows what is possible)')
  .addHelpText('after', EXAMPLES)
  .exitOverride();
for (const add of COMMANDS) add(program);
addLanguageFlag(program);
dressHelp(program);
refuseLostFlags(program);

process.on('exit', closeGoneTerminals);
try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else {
    process.stderr.write(`secmon: ${failureText(error)}\n`);
    process.exitCode = 2;
  }
}
