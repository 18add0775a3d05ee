import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { refusalText } from '../detection/rule-files.ts';
import type { Refusal } from '../detection/sigma/load.ts';
import { type LoadedRuleSet, loadRuleSet, type RuleSet, readRuleSet, silentIds } from '../engine/rules/rule-set.ts';
import { type AnyRule, isCorrelation, ruleText } from '../engine/rules/rule-text.ts';
import { msg, t } from '../lang/lang.ts';
import { SEVERITIES } from '../model/detection.ts';
import { severityWord } from '../text/model-words.ts';
import { visible } from '../text/sanitize.ts';
import { padEnd, textWidth } from '../text/width.ts';
import { readRuleFiles, UsageError } from './engine-options.ts';
import { addMutesCommand } from './rules-mutes.ts';

interface RulesFlags {
  readonly rules?: readonly string[];
}

interface ListFlags extends RulesFlags {
  readonly format: 'text' | 'json';
}

const KINDS = { silent: msg('silent'), correlation: msg('correlation'), rule: msg('rule') } as const;
const kindWord = (kind: keyof typeof KINDS): string => t(KINDS[kind]);

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
const print = (lines: readonly string[]): void => void process.stdout.write(`${lines.join('\n')}\n`);
const builtInRules = async (): Promise<RuleSet> => readRuleSet(await readFile(new URL('./rules.json', import.meta.url), 'utf8'));

function warnOf(refused: readonly Refusal[]): void {
  for (const refusal of refused) process.stderr.write(`${visible(refusalText(refusal))}\n`);
}

/** Built-in rules and those of `--rules`, worst first, then by name; what is refused is said on standard error. */
async function knownRules({
  rules: paths = [],
}: RulesFlags): Promise<{ readonly all: readonly AnyRule[]; readonly silent: ReadonlySet<string> }> {
  const set = await loadRuleSet(await readRuleFiles(paths), await builtInRules());
  warnOf(set.refused);
  const rank = ({ info }: AnyRule): number => -SEVERITIES.indexOf(info.severity);
  const all = [...set.rules, ...set.correlations].sort((a, b) => rank(a) - rank(b) || (a.info.name < b.info.name ? -1 : 1));
  return { all, silent: silentIds(set) };
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
  const { all, silent } = await knownRules(flags);
  const kindOf = (rule: AnyRule): keyof typeof KINDS =>
    silent.has(rule.info.id) ? 'silent' : isCorrelation(rule) ? 'correlation' : 'rule';
  if (flags.format === 'json') {
    const rows = all.map((rule) => ({ ...rule.info, ...rule.about, kind: kindOf(rule) }));
    print([JSON.stringify(rows, null, 2)]);
    return;
  }
  // A silent rule is part of a correlation: on its own it means nothing.
  const shown = all.filter(({ info }) => !silent.has(info.id));
  const row = (rule: AnyRule): readonly string[] => {
    const { info } = rule;
    return [
      info.name,
      severityWord(info.severity),
      kindWord(kindOf(rule)),
      info.families.join(' '),
      info.techniques.join(' '),
      t(info.title),
    ].map(visible);
  };
  const correlations = shown.filter(isCorrelation).length;
  print([
    ...table([[t('name'), t('level'), t('kind'), t('families'), t('technique'), t('title')], ...shown.map(row)]),
    '',
    t('{rules} rules, {correlations} correlations', { rules: shown.length - correlations, correlations }),
  ]);
}

async function show(name: string, flags: RulesFlags): Promise<void> {
  const { all } = await knownRules(flags);
  const found = all.filter(({ info }) => info.name === name || info.id === name);
  const near = all.map(({ info }) => info.name).filter((each) => each.includes(name));
  if (found.length === 0)
    throw new UsageError(
      near.length > 0
        ? t('no rule is named "{name}"; there are {near}', { name, near: near.slice(0, 10).join(', ') })
        : t('no rule is named "{name}"; see: secmon rules list', { name }),
    );
  print(found.flatMap((rule) => ruleText(rule, all)));
}

/** Says what is refused; the exit code: 2 when something is. */
async function check(paths: readonly string[]): Promise<number> {
  const { refused, right } = await loadRuleSet(await readRuleFiles(paths), await builtInRules());
  for (const refusal of refused) process.stdout.write(`${visible(refusalText(refusal))}\n`);
  process.stdout.write(`${t('{right} right, {refused} refused', { right, refused: refused.length })}\n`);
  return refused.length === 0 ? 0 : 2;
}

async function test(name: string, paths: readonly string[], flags: RulesFlags): Promise<number> {
  const builtIn = await builtInRules();
  const { testRule } = await import('./rules-test.ts');
  const isNamed = ({ info }: AnyRule): boolean => info.name === name || info.id === name;
  const named = { rules: builtIn.rules.filter(isNamed), correlations: builtIn.correlations.filter(isNamed) };
  if (named.rules.length + named.correlations.length > 0) return testRule({ tested: named, all: builtIn, paths, flags });
  const loaded: LoadedRuleSet = await loadRuleSet(await readRuleFiles([name]), builtIn);
  warnOf(loaded.refused);
  if (loaded.right === 0) throw new UsageError(t('{path} holds no rule that can be tested', { path: name }));
  return testRule({ tested: loaded.own, all: loaded, paths, flags });
}

export function addRulesCommand(program: Command): void {
  const rules = program.command('rules').description('list, show, check or test the rules that recognise attacks (Sigma)');
  const withRules = (command: Command): Command =>
    command.option('--rules <path>', 'rules of your own too, a file or a folder (repeatable)', collect);
  withRules(rules.command('list').description('every rule and correlation with its level, families and ATT&CK technique'))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action(list);
  withRules(rules.command('show').description('all about one rule: what it matches, where it looks, what it may mistake'))
    .argument('<name>', 'name or id of the rule')
    .action(show);
  addMutesCommand(rules);
  rules
    .command('check')
    .description('check Sigma files; each refusal with file, line and reason')
    .argument('<paths...>', 'files or folders')
    .action(async (paths: string[]) => {
      process.exitCode = await check(paths);
    });
  rules
    .command('test')
    .description('run a rule or correlation over logs: what it would have flagged, and how often')
    .argument('<rule>', 'a Sigma file, or the name of a built-in rule')
    .argument('<logs...>', 'files, globs and .gz files')
    .option('--log-format <format>', 'nginx log_format or Apache LogFormat string, or the name of a format')
    .option('--tz <zone>', 'time zone of log times without one')
    .action(async (rule: string, logs: string[], flags: RulesFlags) => {
      process.exitCode = await test(rule, logs, flags);
    });
}
