import type { Command } from 'commander';
import { Option } from 'commander';
import type { SourceSpec } from '../engine/options.ts';
import { discoverLogs } from '../sources/discover.ts';
import {
  addFollowFlags,
  addInputFlags,
  engineSettings,
  type InputFlags,
  type Settings,
  sourceSpecs,
  standardInputHasLines,
  UsageError,
} from './engine-options.ts';
import { runHeadless } from './run-headless.ts';
import { runScreen } from './run-screen.ts';

interface MonitorFlags extends InputFlags {
  readonly ui: boolean;
  readonly format: 'text' | 'ndjson';
  readonly theme?: string;
}

/** The logs of this machine that may be read, said aloud; throws {@link UsageError} when there is none. */
async function discovered(): Promise<SourceSpec[]> {
  const found = await discoverLogs();
  for (const { title, readable, reason } of found)
    process.stderr.write(readable ? `reading ${title}\n` : `not reading ${title}: ${reason}\n`);
  const readable = found.filter((log) => log.readable);
  if (readable.length === 0) {
    throw new UsageError(
      found.length === 0
        ? 'found no nginx, Apache, Caddy, sshd or fail2ban log on this machine. Name a file, or pipe lines: tail -f access.log | secmon'
        : 'found logs, but may not read any of them. Run it as a member of the group adm, or with sudo.',
    );
  }
  return readable.map((log) => ('command' in log ? { type: 'exec', command: log.command } : { type: 'file', path: log.path }));
}

/** Shows the screen where there is a terminal, else prints. */
export async function watch(
  { options, config, warnings }: Settings,
  { ui, format, theme }: Pick<MonitorFlags, 'ui' | 'format' | 'theme'>,
): Promise<number> {
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
  if (ui && process.stdout.isTTY) {
    const shown = await runScreen(options, { theme: theme ?? config.theme, window: config.window });
    if (shown !== undefined) return shown;
  } else if (ui) process.stderr.write('secmon: no terminal here, so it prints instead (--no-ui says this on purpose)\n');
  return runHeadless(options, { format });
}

async function monitor(paths: readonly string[], flags: MonitorFlags): Promise<number> {
  const named = sourceSpecs(paths, flags, paths.includes('-') || standardInputHasLines());
  const settings = await engineSettings({
    sources: named.length > 0 ? named : undefined,
    flags,
    follow: true,
    persist: true,
    autoAlerts: 'live',
  });
  if (settings.options.sources.length > 0) return watch(settings, flags);
  return watch({ ...settings, options: { ...settings.options, sources: await discovered() } }, flags);
}

export function addMonitorCommand(program: Command): void {
  program.argument('[paths...]', 'log files and globs to follow; without any: standard input, or the logs of this machine');
  addFollowFlags(addInputFlags(program))
    .option('--no-ui', 'print what is suspicious instead of showing the screen')
    .addOption(new Option('--format <format>', 'with --no-ui: how to print').choices(['text', 'ndjson']).default('text'))
    .option('--theme <name>', 'dark, light, high-contrast, colour-blind-safe, monochrome, or a file of your own')
    .action(async (paths: string[], flags: MonitorFlags) => {
      process.exitCode = await monitor(paths, flags);
    });
}
