import type { Command } from 'commander';
import { t } from '../lang/lang.ts';
import { UsageError } from './engine-options.ts';

/** What a person types, and what comes of it; told in the help of every command that the line begins with. */
const EXAMPLES: readonly (readonly [line: string, what: string])[] = [
  ['secmon attach', 'the live screen of the service'],
  ['secmon attach --socket /run/secmon/engine.sock', 'of this engine, when several run'],
  ['secmon scan /var/log/nginx/access.log*', 'a report, rotated and packed files merged by time'],
  ['secmon scan access.log --format ndjson', 'one JSON object a line, in the Elastic Common Schema'],
  ['secmon scan access.log --fail-on critical', 'exit code 1 only for what is critical'],
  ['secmon scan access.log --since-last --alert', 'for cron: what is new, told by alerts.policy'],
  ['secmon demo', 'on the screen; q leaves'],
  ['secmon demo --no-ui', 'the same, printed'],
  ['secmon alert test --all', 'a test message through every channel'],
  ['secmon alert test ops-mail', 'through one'],
  ['secmon alert explain access.log', 'what would have been sent, and why'],
  ['secmon ban 203.0.113.9', 'for an hour, by the first way there is'],
  ['secmon ban 203.0.113.0/24 --for 2h --why scanning', 'a network, with the reason for the audit log'],
  ['secmon ban 203.0.113.9 --by "fail2ban sshd" --dry-run', 'only shows the command'],
  ['secmon unban 203.0.113.9', 'let it in again'],
  ['secmon bans', 'what holds, and by whom'],
  ['secmon check', 'everything that the configuration has'],
  ['secmon check updates --apply', 'install pending updates, after a question'],
  ['secmon check --format ndjson --fail-on medium', 'for other programs'],
  ['secmon helper --socket /run/secmon-helper.sock', 'as root, where there is no systemd'],
  ['secmon audit show ban 203.0.113.9', 'records that hold both words'],
  ['secmon audit verify', 'prove that nobody changed the log'],
  ['secmon setup fail2ban --print', 'files, each under its place'],
  ['secmon setup helper --print', 'the units for bans without root'],
  ['secmon setup nftables --print | sudo nft -f -', 'the table, put in place at once'],
  ['secmon setup elasticsearch --print | ES_URL=https://localhost:9200 sh', 'index templates'],
  ['secmon setup kibana --print >secmon.ndjson', 'then import the file'],
  ['secmon setup grafana --print >secmon.json', 'then import the file'],
  ['secmon setup prometheus --print >secmon.rules.yml', 'then name it under rule_files'],
  ['secmon rules list', 'with level, families and technique'],
  ['secmon rules show sqli-union-select', 'what it matches, and what it may mistake'],
  ['secmon rules check my-rules/', 'each refusal with file, line and reason'],
  ['secmon rules test my-rules/shop.yml access.log', 'what it would have flagged'],
  ['secmon rules mutes', 'what is kept quiet, until when'],
  ['secmon config init', 'write a commented file'],
  ['secmon config check', 'what is wrong, with file and line'],
  ['secmon config show', 'what is in force, and where it comes from'],
];

/** What else there is to know, by the command's full name. */
const NOTES: Readonly<Record<string, string>> = {
  'secmon scan': 'Exit codes: 0 nothing at or above --fail-on, 1 something, 2 it could not do its work (and why, on standard error).',
  'secmon check':
    'Exit codes: 0 nothing open at or above --fail-on, 1 something, 2 a check, or a part of one, could not do its work (and why, on standard error).',
  'secmon rules check': 'Exit codes: 0 all can be honoured, 2 something is refused.',
  'secmon rules test': 'Warns when the rule flags more than 0.1 % of the lines that look ordinary, which no other rule flags.',
  'secmon rules mutes': 'Exit codes: 0 all can be honoured, 2 something in the file is refused.',
};

/** Lines longer than this get their explanation without lining it up. */
const WIDEST = 56;

function examplesOf(name: string): string {
  const own = EXAMPLES.filter(([line]) => line === name || line.startsWith(`${name} `));
  if (own.length === 0) return '';
  const width = Math.max(...own.map(([line]) => line.length).filter((length) => length <= WIDEST), 0);
  return `\nExamples:\n${own.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`).join('\n')}`;
}

const fullName = (command: Command): string => (command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`);

/** Gives every command below `program` the same help: its examples, and where to look when something was typed wrong. */
export function dressHelp(program: Command): void {
  program.helpCommand('help [command]', 'show the help of a command');
  for (const command of program.commands) {
    const name = fullName(command);
    command.showHelpAfterError(`(${name} --help shows what is possible)`);
    const examples = examplesOf(name);
    if (examples !== '') command.addHelpText('after', examples);
    if (NOTES[name] !== undefined) command.addHelpText('after', `\n${NOTES[name]}`);
    if (command.commands.length > 0) dressHelp(command);
  }
}

/** A flag in front of a subcommand would be taken and count for nothing. */
export function refuseLostFlags(program: Command): void {
  program.hook('preSubcommand', (_, subcommand) => {
    const command = subcommand.name();
    const lost = program.options.find((option) => program.getOptionValueSource(option.attributeName()) === 'cli');
    if (lost !== undefined)
      throw new UsageError(
        t('{flag} stands before {command} and would count for nothing: write it behind, secmon {command} {flag}', {
          flag: lost.long ?? lost.flags,
          command,
        }),
      );
  });
}
