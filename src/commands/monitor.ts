import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { Option } from 'commander';
import { socketPaths } from '../engine/attach/door.ts';
import type { EngineOptions, SourceSpec } from '../engine/options.ts';
import { t } from '../lang/lang.ts';
import { discoverLogs } from '../sources/discover.ts';
import { closest } from '../text/closest.ts';
import { attachTo } from './attach.ts';
import {
  addFollowFlags,
  addInputFlags,
  addOutputFlag,
  type EngineOptionsInput,
  engineSettings,
  type InputFlags,
  type Settings,
  sourceSpecs,
  standardInputHasLines,
  UsageError,
} from './engine-options.ts';
import { writesToStdout } from './output-flags.ts';
import { runHeadless } from './run-headless.ts';
import { runScreen } from './run-screen.ts';

interface MonitorFlags extends InputFlags {
  readonly ui: boolean;
  readonly format: 'text' | 'ndjson';
  readonly theme?: string;
  readonly output?: readonly string[];
}

/** The logs of this machine that may be read, said aloud; throws {@link UsageError} when there is none. */
async function discovered(): Promise<SourceSpec[]> {
  const found = await discoverLogs();
  for (const { title, readable, reason } of found)
    process.stderr.write(`${readable ? t('reading {log}', { log: title }) : t('not reading {log}: {reason}', { log: title, reason })}\n`);
  const readable = found.filter((log) => log.readable);
  if (readable.length === 0) {
    throw new UsageError(
      found.length === 0
        ? t('found no nginx, Apache, Caddy, sshd or fail2ban log on this machine. Name a file, or pipe lines: tail -f access.log | secmon')
        : t('found logs, but may not read any of them. Run it as a member of the group adm, or with sudo.'),
    );
  }
  return readable.map((log) => ('command' in log ? { type: 'exec', command: log.command } : { type: 'file', path: log.path }));
}

/** Shows the screen where there is a terminal, else prints. */
export async function watch(
  { options, config, warnings }: Settings,
  { ui, format, theme }: Pick<MonitorFlags, 'ui' | 'format' | 'theme'>,
  again?: () => Promise<EngineOptions>,
): Promise<number> {
  for (const warning of warnings) process.stderr.write(`${t('warning: {warning}', { warning })}\n`);
  const printsRecords = writesToStdout({ options, config });
  if (ui && process.stdout.isTTY) {
    if (printsRecords) throw new UsageError(t('--output - would write over the screen: redirect it, or say --no-ui'));
    const shown = await runScreen(options, { theme: theme ?? config.theme, window: config.window });
    if (shown !== undefined) return shown;
  } else if (ui) process.stderr.write(`secmon: ${t('no terminal here, so it prints instead (--no-ui says this on purpose)')}\n`);
  return runHeadless(options, { format: printsRecords ? 'none' : format, again });
}

/** A mistyped command would be followed as a file that is not there yet, for ever. */
function checkIsNoCommand(path: string | undefined, commands: readonly string[]): void {
  if (path === undefined || !/^[a-z]+$/.test(path) || existsSync(path)) return;
  const command = closest(path, commands);
  if (command !== undefined)
    throw new UsageError(
      t('there is no command and no file "{path}": did you mean secmon {command}? A file that is still to come is named ./{path}', {
        path,
        command,
      }),
    );
}

async function monitor(paths: readonly string[], flags: MonitorFlags): Promise<number> {
  const named = sourceSpecs(paths, flags, paths.includes('-') || standardInputHasLines());
  const wanted: EngineOptionsInput = {
    sources: named.length > 0 ? named : undefined,
    flags,
    follow: true,
    persist: true,
    autoAlerts: 'live',
    outputs: flags.output,
  };
  const settings = await engineSettings(wanted);
  const again = async (): Promise<EngineOptions> => (await engineSettings(wanted)).options;
  if (settings.options.sources.length > 0 && named.length > 0) return watch(settings, flags, again);
  // Nothing was named: an engine that runs already is what is meant.
  if (flags.ui && process.stdout.isTTY) {
    const paths = socketPaths(settings.options.stateDirectory, process.env);
    const shown = await attachTo(paths, { config: settings.config, theme: flags.theme });
    if (shown !== undefined) return shown;
  }
  if (settings.options.sources.length > 0) return watch(settings, flags, again);
  const sources = await discovered();
  const withFound = (options: EngineOptions): EngineOptions => (options.sources.length > 0 ? options : { ...options, sources });
  return watch({ ...settings, options: withFound(settings.options) }, flags, async () => withFound(await again()));
}

export function addMonitorCommand(program: Command): void {
  program.argument(
    '[paths...]',
    'log files and globs to follow, tcp:// tls:// udp:// fluent:// addresses to listen at, journald:UNIT, docker:NAME, kubectl:POD, ssh://HOST/PATH; without any: standard input, or the logs of this machine',
  );
  addOutputFlag(addFollowFlags(addInputFlags(program)))
    .option('--no-ui', 'print what is suspicious instead of showing the screen')
    .addOption(new Option('--format <format>', 'with --no-ui: how to print').choices(['text', 'ndjson']).default('text'))
    .option('--theme <name>', 'dark, light, high-contrast, colour-blind-safe, monochrome, or a file of your own')
    .action(async (paths: string[], flags: MonitorFlags) => {
      checkIsNoCommand(
        paths[0],
        program.commands.map((command) => command.name()),
      );
      process.exitCode = await monitor(paths, flags);
    });
}
