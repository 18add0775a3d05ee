import { type Command, Option } from 'commander';
import type { Check } from '../checks/check.ts';
import { isTold } from '../checks/compare.ts';
import { createChecks } from '../checks/index.ts';
import type { RunResult } from '../checks/run-check.ts';
import { systemClock } from '../clock/clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { ecsCheckFinding } from '../ecs/ecs-check.ts';
import { createFail2banProbe } from '../engine/checks/checks-fail2ban.ts';
import { sortFindings } from '../engine/checks/desk.ts';
import { inOwnProcess } from '../engine/checks/own-process.ts';
import { checkReport } from '../headless/check-report.ts';
import { createOutput, type Output } from '../headless/output.ts';
import { t } from '../lang/lang.ts';
import type { Language } from '../lang/language.ts';
import { CHECK_NAMES, type CheckName } from '../model/check.ts';
import { SEVERITIES, type Severity } from '../model/detection.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { english, words } from '../text/said.ts';
import { visible } from '../text/sanitize.ts';
import { createTimeFormat, type TimeFormat } from '../text/time-format.ts';
import { applyPending } from './check-apply.ts';
import { openFindingMutes } from './check-mutes.ts';
import { checkProgram } from './check-program.ts';
import { runChecks } from './check-run.ts';
import { confirmed } from './confirm.ts';
import { UsageError } from './engine-options.ts';
import { settleLanguage } from './language.ts';
import { mutesPath } from './mutes-path.ts';
import { stopOnSignal } from './reading.ts';

const FORMATS = ['text', 'ndjson', 'json'] as const;

interface CheckFlags {
  readonly format: (typeof FORMATS)[number];
  readonly failOn: Severity;
  readonly config?: string;
  readonly mutes?: string;
  readonly quickScan?: boolean;
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly lang?: Language;
}

function nameOf(text: string | undefined): CheckName | undefined {
  if (text === undefined) return undefined;
  const name = CHECK_NAMES.find((one) => one === text);
  if (name !== undefined) return name;
  throw new UsageError(t('there is no check "{name}"; there are: {names}', { name: text, names: CHECK_NAMES.join(', ') }));
}

/** The named one; without a name all that the configuration has a section for. */
function chosen(checks: readonly Check[], name: CheckName | undefined, settings: Config['checks']): readonly Check[] {
  if (name !== undefined) return checks.filter((check) => check.name === name);
  const configured = checks.filter((check) => settings[check.name] !== undefined);
  if (configured.length > 0) return configured;
  throw new UsageError(
    t('no check is configured: name one ({names}), or write a section "checks" into the configuration', { names: CHECK_NAMES.join(', ') }),
  );
}

async function mayAttack(
  check: Check | undefined,
  targets: readonly string[],
  { quickScan = false, yes = false }: CheckFlags,
): Promise<boolean> {
  if (!quickScan) return false;
  if (check?.name !== 'zap') throw new UsageError(t('--quick-scan goes with: secmon check zap'));
  // The check itself says what is missing.
  if (!check.canAttack) return false;
  const question = t('The active scan attacks {targets} and may change data there. Go on?', { targets: targets.join(', ') });
  if (yes || (await confirmed(question))) return true;
  throw new UsageError(t('Nothing was scanned.'));
}

/** How a format writes results. */
function writerFor(format: CheckFlags['format'], output: Output, time: TimeFormat) {
  const results: RunResult[] = [];
  return {
    result(result: RunResult): void {
      const findings = sortFindings(result.findings);
      results.push({ ...result, findings });
      if (!result.isWorthKeeping) return;
      if (format === 'ndjson') for (const finding of findings) output.line(JSON.stringify(ecsCheckFinding(finding)));
      if (format === 'text') output.line(checkReport(result.run, findings, time));
    },
    end(): void {
      if (format !== 'json') return;
      const runs = results.map(({ run, findings, isWorthKeeping }) => ({
        ...run,
        problem: run.problem && english(run.problem),
        notes: run.notes.map(english),
        measures: run.measures.map((measure) => ({ ...measure, now: english(measure.now) })),
        findings: isWorthKeeping ? findings.map((finding) => ecsCheckFinding(finding)) : [],
      }));
      output.line(JSON.stringify({ runs }, null, 2));
    },
  };
}

const isGrave = ({ findings }: RunResult, failOn: Severity): boolean =>
  findings.some((kept) => isTold(kept) && SEVERITIES.indexOf(kept.finding.severity) >= SEVERITIES.indexOf(failOn));

/** The exit code: 0 nothing open at or above `--fail-on`, 1 something, 2 a check could not do its work, or a part of it. */
async function check(text: string | undefined, flags: CheckFlags): Promise<number> {
  const name = nameOf(text);
  const { config, path: configFile, warnings } = await loadConfig({ path: flags.config, env: process.env, cwd: process.cwd() });
  settleLanguage({ flag: flags.lang, configured: config.language });
  for (const warning of warnings) process.stderr.write(`secmon: ${warning}\n`);
  const state = config.state_directory ?? stateDirectory(process.env);
  const stop = new AbortController();
  if (flags.apply === true) {
    if (name !== 'updates') throw new UsageError(t('--apply goes with: secmon check updates'));
    return applyPending({ yes: flags.yes === true, stateDirectory: state, config });
  }
  const parts = { program: checkProgram(), config, clock: systemClock, timeZone: config.timezone ?? 'UTC' };
  const all = createChecks(config.checks, { fail2ban: createFail2banProbe(config.actions, systemClock) }).map((one) =>
    inOwnProcess(one, parts),
  );
  const checks = chosen(all, name, config.checks);
  const missing = checks.filter((one) => one.missing !== undefined);
  for (const one of missing) if (one.missing !== undefined) process.stderr.write(`secmon: ${one.name}: ${words(one.missing)}\n`);
  const attack = await mayAttack(name === undefined ? undefined : checks[0], config.checks.zap?.targets ?? [], flags);
  const output = createOutput(process.stdout, { live: flags.format === 'ndjson', onGone: () => process.exit(0) });
  const writer = writerFor(flags.format, output, createTimeFormat(config.timezone));
  const withMutes = await openFindingMutes(
    mutesPath({ named: flags.mutes, configured: config.mutes, configFile, stateDirectory: state }),
    systemClock.now(),
  );
  const signalled = stopOnSignal(() => stop.abort());
  let code = missing.length > 0 ? 2 : 0;
  const runnable = checks.filter((one) => one.missing === undefined);
  await runChecks(runnable, { stateDirectory: state, mayAttack: attack, stop: stop.signal }, (found) => {
    const result = withMutes(found);
    writer.result(result);
    const { run } = result;
    if (run.state !== 'done') {
      code = 2;
      process.stderr.write(`secmon: ${run.check}: ${visible(run.problem === undefined ? run.state : words(run.problem))}\n`);
    } else if (result.unlooked.length > 0) {
      code = 2;
      for (const why of result.unlooked) process.stderr.write(`secmon: ${run.check}: ${visible(words(why))}\n`);
    } else if (code === 0 && isGrave(result, flags.failOn)) code = 1;
  });
  writer.end();
  await output.end();
  const signal = signalled();
  if (signal) process.kill(process.pid, signal);
  return code;
}

export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('look at host and application with other tools: ZAP, Bandit, osquery, updates, uptime, fail2ban')
    .argument('[name]', `one of ${CHECK_NAMES.join(', ')}; without a name all that the configuration has`)
    .addOption(new Option('--format <format>', 'how to report').choices(FORMATS).default('text'))
    .addOption(new Option('--fail-on <severity>', 'exit with 1 from this severity on').choices(SEVERITIES).default('high'))
    .option('--quick-scan', 'zap: spider, passive rules and, after a question, the active scan')
    .option('--apply', 'updates: install what is pending, after a question, as root or through the helper')
    .option('--yes', 'answer the question of --quick-scan or --apply beforehand')
    .option('--mutes <file>', 'file of findings that are known (default: mutes.yml beside the configuration)')
    .option('--config <file>', 'configuration file')
    .action(async (name: string | undefined, flags: CheckFlags) => {
      process.exitCode = await check(name, flags);
    });
}
