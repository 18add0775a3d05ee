import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { loadBuiltInRules } from '../detection/built-in.ts';
import { STEPS } from '../detection/decode/steps.ts';
import { detectionLines, placesOf } from '../detection/describe-rule.ts';
import { joinRules, loadRuleFiles, refusalText } from '../detection/rule-files.ts';
import type { Refusal } from '../detection/sigma/load.ts';
import type { CompiledRule } from '../detection/sigma/rule.ts';
import { SEVERITIES } from '../model/detection.ts';
import { visible } from '../text/sanitize.ts';
import { padEnd, textWidth } from '../text/width.ts';
import { readRuleFiles, UsageError } from './engine-options.ts';
import { testRule } from './rules-test.ts';

interface RulesFlags {
  readonly rules?: readonly string[];
}

interface ListFlags extends RulesFlags {
  readonly format: 'text' | 'json';
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const builtInJson = (): Promise<string> => readFile(new URL('./rules.json', import.meta.url), 'utf8');

function warnOf(refused: readonly Refusal[]): void {
  for (const refusal of refused) process.stderr.write(`${visible(refusalText(refusal))}\n`);
}

/** Built-in rules and those of `--rules`, worst first, then by name; what is refused is said on standard error. */
async function knownRules({ rules: paths = [] }: RulesFlags): Promise<readonly CompiledRule[]> {
  const builtIn = loadBuiltInRules(await builtInJson());
  const { rules, refused } = await joinRules(builtIn, await loadRuleFiles(await readRuleFiles(paths)));
  warnOf(refused);
  const rank = ({ info }: CompiledRule): number => -SEVERITIES.indexOf(info.severity);
  return [...rules].sort((a, b) => rank(a) - rank(b) || (a.info.name < b.info.name ? -1 : 1));
}

/** Rows of cells under a heading, padded to the widest. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => textWidth(row[column] ?? ''))));
  return rows.map((row) =>
    row
      .map((cell, column) => padEnd(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

async function list(flags: ListFlags): Promise<void> {
  const rules = await knownRules(flags);
  if (flags.format === 'json') {
    print([
      JSON.stringify(
        rules.map(({ info, about }) => ({ ...info, ...about })),
        null,
        2,
      ),
    ]);
    return;
  }
  const row = ({ info }: CompiledRule): readonly string[] =>
    [info.name, info.severity, info.families.join(' '), info.techniques.join(' '), info.title].map(visible);
  print([...table([['name', 'level', 'families', 'technique', 'title'], ...rules.map(row)]), '', `${rules.length} rules`]);
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${visible(line)}`)];

/** Everything about one rule. */
function ruleText(rule: CompiledRule): readonly string[] {
  const { info, about, kinds } = rule;
  const places = placesOf(rule);
  const decoded = places.filter(({ isDecoded }) => isDecoded).map(({ place }) => place);
  return [
    visible(`${info.name}  (${info.severity})`),
    visible(info.title),
    ...section('Why', [info.description]),
    ...section('Known as', [
      `id         ${info.id}`,
      `families   ${info.families.join(' ') || 'none'}`,
      `technique  ${info.techniques.join(' ') || 'none'}`,
      `file       ${about.file}`,
    ]),
    ...section('Reads', [
      `entries    ${kinds.join(', ')}`,
      `as logged  ${places.map(({ place }) => place).join(', ') || 'no text'}`,
      ...(decoded.length > 0 ? [`decoded    ${decoded.join(', ')}`, `by         ${Object.keys(STEPS).join(', ')}`] : []),
    ]),
    ...section('Matches', detectionLines(rule)),
    ...section('False alarms', about.falsePositives),
    ...section('References', about.references),
  ];
}

async function show(name: string, flags: RulesFlags): Promise<void> {
  const rules = await knownRules(flags);
  const found = rules.filter(({ info }) => info.name === name || info.id === name);
  const near = rules.map(({ info }) => info.name).filter((each) => each.includes(name));
  if (found.length === 0)
    throw new UsageError(
      `no rule is named "${name}"; ${near.length > 0 ? `there are ${near.slice(0, 10).join(', ')}` : 'see: secmon rules list'}`,
    );
  print(found.flatMap(ruleText));
}

/** Says what is refused; the exit code: 2 when something is. */
async function check(paths: readonly string[]): Promise<number> {
  const builtIn = loadBuiltInRules(await builtInJson());
  const own = await loadRuleFiles(await readRuleFiles(paths));
  const { refused } = await joinRules(builtIn, own);
  for (const refusal of refused) process.stdout.write(`${visible(refusalText(refusal))}\n`);
  const right = own.rules.length + own.filters.length - refused.filter((each) => !own.refused.includes(each)).length;
  process.stdout.write(`${right} right, ${refused.length} refused\n`);
  return refused.length === 0 ? 0 : 2;
}

async function test(name: string, paths: readonly string[], flags: RulesFlags): Promise<number> {
  const builtIn = loadBuiltInRules(await builtInJson());
  const named = builtIn.filter(({ info }) => info.name === name || info.id === name);
  const own = named.length > 0 ? undefined : await loadRuleFiles(await readRuleFiles([name]));
  if (own !== undefined) warnOf(own.refused);
  const rules = own?.rules ?? named;
  if (rules.length === 0) throw new UsageError(`${name} holds no rule that can be tested`);
  return testRule({ rules, others: builtIn.filter((rule) => !rules.includes(rule)), paths, flags });
}

export function addRulesCommand(program: Command): void {
  const rules = program.command('rules').description('list, show, check or test the rules that recognise attacks (Sigma)');
  const withRules = (command: Command): Command =>
    command.option('--rules <path>', 'rules of your own too, a file or a folder (repeatable)', collect);
  withRules(rules.command('list').description('every rule with its level, families and ATT&CK technique'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(list);
  withRules(rules.command('show').description('all about one rule: what it matches, where it looks, what it may mistake'))
    .argument('<name>', 'name or id of the rule')
    .action(show);
  rules
    .command('check')
    .description('check Sigma files; each refusal with file, line and reason')
    .argument('<paths...>', 'files or folders')
    .addHelpText('after', '\nExit codes: 0 all can be honoured, 2 something is refused.')
    .action(async (paths: string[]) => {
      process.exitCode = await check(paths);
    });
  rules
    .command('test')
    .description('run one rule over logs: what it would have flagged, and how often')
    .argument('<rule>', 'a Sigma file, or the name of a built-in rule')
    .argument('<logs...>', 'files, globs and .gz files')
    .option('--log-format <format>', 'nginx log_format or Apache LogFormat string, or the name of a format')
    .option('--tz <zone>', 'time zone of log times without one')
    .addHelpText('after', '\nWarns when the rule flags more than 0.1 % of the lines that look ordinary, which no other rule flags.')
    .action(async (rule: string, logs: string[], flags: RulesFlags) => {
      process.exitCode = await test(rule, logs, flags);
    });
}
