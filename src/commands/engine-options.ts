import { fstatSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { packConfig } from '../config/wire.ts';
import type { RuleFile } from '../detection/rule-files.ts';
import { checkSourceSpec } from '../engine/input/open-sources.ts';
import type { AlertMode, EngineOptions, History, SourceSpec } from '../engine/options.ts';
import { t } from '../lang/lang.ts';
import type { Language } from '../lang/language.ts';
import { isListenUrl } from '../sources/listen/target.ts';
import { isShortcut } from '../sources/shortcut.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { checkProgram } from './check-program.ts';
import { settleLanguage } from './language.ts';
import { mutesPath } from './mutes-path.ts';
import { flaggedOutputs, metricsAddress } from './output-flags.ts';
import { rightsHere } from './role.ts';
import { version } from './version.ts';

/** Enough lines to fill the longest window of a usual server. */
const DEFAULT_HISTORY_LINES = 100_000;

/** The flags that every command which reads logs has. */
export interface InputFlags {
  readonly exec?: readonly string[];
  readonly insecure?: boolean;
  readonly logFormat?: string;
  readonly tz?: string;
  readonly trustedProxy?: readonly string[];
  readonly fromStart?: boolean;
  readonly lines?: number;
  readonly resume?: boolean;
  readonly config?: string;
  readonly rules?: readonly string[];
  readonly mutes?: string;
  readonly watch?: readonly string[];
  readonly readOnly?: boolean;
  readonly lang?: Language;
  readonly metrics?: string;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** A whole number of at least 0, or an error that says so. */
function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(t('expected a whole number, got "{text}"', { text }));
  return Number(text);
}

/** The command line asks for something that cannot be; the message is for the person who typed it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Adds the flags about where lines come from and how they read. */
export function addInputFlags(command: Command): Command {
  return command
    .option('--exec <command>', 'read the output of a command, restarted when it ends (repeatable)', collect)
    .option('--log-format <format>', 'nginx log_format or Apache LogFormat string, or the name of a format')
    .option('--tz <zone>', 'time zone of log times without one, e.g. Asia/Seoul (default: of this machine)')
    .option('--trusted-proxy <cidr>', 'take the client from X-Forwarded-For when this peer sends it (repeatable)', collect)
    .option('--rules <path>', 'Sigma rules of your own, a file or a folder, beside the built-in ones (repeatable)', collect)
    .option('--mutes <file>', 'file of what is kept quiet (default: mutes.yml beside the configuration)')
    .option('--config <file>', 'configuration file (default: see secmon config show)');
}

/** Adds the flag about where findings go. */
export function addOutputFlag(command: Command): Command {
  return command.option(
    '--output <address>',
    'hand detections and incidents over, e.g. elasticsearch+https://host:9200 (repeatable; see docs/outputs)',
    collect,
  );
}

/** Adds the flags about how much of a followed file is read. */
export function addFollowFlags(command: Command): Command {
  return command
    .option('--from-start', 'read files from their beginning, then follow them')
    .option(
      '--lines <n>',
      `lines of history to read before following (default: ${DEFAULT_HISTORY_LINES.toLocaleString('en-US')})`,
      wholeNumber,
    )
    .option('--watch <folder>', 'notice files that appear in this folder of the web server after a request (repeatable)', collect)
    .option('--read-only', 'ban, mute and close nothing, whoever sits here')
    .option('--insecure', 'listen beyond this machine without client certificate or shared key: whoever reaches the port may send lines')
    .option('--metrics <address>', 'serve Prometheus metrics and /healthz, e.g. 127.0.0.1:9123')
    .option('--resume', 'go on where the last run stopped');
}

/** True when standard input carries lines: a pipe, a socket or a file, but no terminal and not /dev/null. */
export function standardInputHasLines(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || stat.isSocket() || stat.isFile();
  } catch {
    return false;
  }
}

/** What a person names: an address to listen at, a shortcut for a command, or a path. */
function namedSource(text: string, { insecure = false }: InputFlags): SourceSpec {
  if (isListenUrl(text)) return { type: 'listen', url: text, insecure };
  return isShortcut(text) ? { type: 'shortcut', command: text } : { type: 'file', path: text };
}

/** Throws an error for a source that cannot be opened as it is meant: said here, before there is a screen. */
function checkedSources(specs: readonly SourceSpec[]): readonly SourceSpec[] {
  for (const spec of specs) checkSourceSpec(spec);
  return specs;
}

/** Sources in the order of the command line; standard input first. */
export function sourceSpecs(paths: readonly string[], flags: InputFlags, withStdin: boolean): SourceSpec[] {
  return [
    ...(withStdin ? [{ type: 'stdin' } as const] : []),
    ...paths.filter((path) => path !== '-').map((path) => namedSource(path, flags)),
    ...(flags.exec ?? []).map((command) => ({ type: 'exec', command }) as const),
  ];
}

const historyOf = (flags: InputFlags): History => (flags.fromStart ? 'all' : { lines: flags.lines ?? DEFAULT_HISTORY_LINES });

/** Throws {@link UsageError} for a time zone that does not exist. */
function checkedTimeZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch (cause) {
    throw new UsageError(t('--tz: expected a time zone like Europe/Berlin or UTC, got "{zone}"', { zone }), { cause });
  }
}

/** Lines held where no screen shows them. */
const HELD_WITHOUT_SCREEN = 2_000;

/** The Sigma files at the given paths, folders searched through; throws {@link UsageError} where there is none. */
export async function readRuleFiles(paths: readonly string[]): Promise<RuleFile[]> {
  const files: RuleFile[] = [];
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory();
    const names = isFolder ? (await readdir(path, { recursive: true })).filter((name) => /\.ya?ml$/.test(name)).sort() : [''];
    if (names.length === 0) throw new UsageError(t('there is no .yml file in {path}', { path }));
    for (const name of names) files.push({ name: name === '' ? path : join(path, name), text: await readFile(join(path, name), 'utf8') });
  }
  return files;
}

export interface EngineOptionsInput {
  /** What to read; undefined takes the configuration's sources, or none. */
  readonly sources: readonly SourceSpec[] | undefined;
  readonly flags: InputFlags;
  readonly follow: boolean;
  readonly persist: boolean;
  readonly autoAlerts?: AlertMode;
  /** Addresses of `--output`. */
  readonly outputs?: readonly string[] | undefined;
}

/** Flags first, then the configuration, then defaults. */
export interface Settings {
  readonly options: EngineOptions;
  readonly config: Config;
  /** What the person should change in the configuration. */
  readonly warnings: readonly string[];
}

const configuredSources = (config: Config, flags: InputFlags): SourceSpec[] =>
  config.sources.map((source) => {
    const settings = { name: source.name, logFormat: source.log_format, timeZone: source.timezone };
    return 'exec' in source ? { type: 'exec', command: source.exec, ...settings } : { ...namedSource(source.file, flags), ...settings };
  });

/** Engine options from flags and configuration; reads the compiled rules that lie beside the program. Throws UsageError and ConfigError. */
export async function engineSettings({ sources, flags, follow, persist, autoAlerts, outputs = [] }: EngineOptionsInput): Promise<Settings> {
  const { config, path, warnings } = await loadConfig({ path: flags.config, env: process.env, cwd: process.cwd() });
  const state = config.state_directory ?? stateDirectory(process.env);
  const rights = await rightsHere({ readOnly: flags.readOnly === true });
  const asked = await flaggedOutputs(outputs);
  // What is configured is fed while secmon watches: neither old logs nor the demo are a reason to tell anybody.
  const watches = follow && persist;
  const settled: Config = { ...config, outputs: { ...config.outputs, ...asked } };
  const options: EngineOptions = {
    language: settleLanguage({ flag: flags.lang, configured: config.language }),
    version: version(),
    sources: checkedSources(sources ?? configuredSources(config, flags)),
    follow,
    history: follow ? historyOf(flags) : 'all',
    resume: flags.resume === true,
    logFormat: flags.logFormat ?? config.log_format,
    timeZone: checkedTimeZone(flags.tz ?? config.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone),
    trustedProxies: [...config.trusted_proxies, ...(flags.trustedProxy ?? [])],
    config: packConfig(settled, dirname(path ?? '.')),
    stateDirectory: state,
    evidenceDirectory: config.evidence_directory,
    mayNot: rights.mayNot,
    nobodyMay: rights.nobodyMay,
    heldLines: follow ? undefined : HELD_WITHOUT_SCREEN,
    persist,
    autoAlerts,
    outputs: { configured: watches ? Object.keys(config.outputs) : [], asked: Object.keys(asked) },
    metrics: watches ? metricsAddress(flags, config) : undefined,
    watch: follow ? [...config.watch, ...(flags.watch ?? [])].map((folder) => resolve(folder)) : [],
    countriesFile: fileURLToPath(new URL('./countries.bin', import.meta.url)),
    checkProgram: checkProgram(),
    rulesJson: await readFile(new URL('./rules.json', import.meta.url), 'utf8'),
    ruleFiles: await readRuleFiles(flags.rules ?? []),
    mutesFile: mutesPath({ named: flags.mutes, configured: config.mutes, configFile: path, stateDirectory: state }),
  };
  return { options, config: settled, warnings: [...warnings, ...(rights.warning === '' ? [] : [rights.warning])] };
}
