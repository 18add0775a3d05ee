import { join } from 'node:path';
import type { Command } from 'commander';
import { systemClock } from '../clock/clock.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { NoEngineError, openAttachedPort } from '../engine/attach/connect.ts';
import { socketPaths } from '../engine/attach/door.ts';
import { keepingEvidence } from '../engine/attach/keep-evidence.ts';
import { language, t } from '../lang/lang.ts';
import type { Language } from '../lang/language.ts';
import { stateDirectory } from '../store/state-directory.ts';
import { UsageError } from './engine-options.ts';
import { settleLanguage } from './language.ts';
import { showScreen } from './run-screen.ts';

interface AttachFlags {
  readonly socket?: string;
  readonly config?: string;
  readonly theme?: string;
  readonly lang?: Language;
}

/** Attaches to the first engine that answers; undefined where there is none, or no terminal to show it in. */
export async function attachTo(
  paths: readonly string[],
  { config, theme }: { config: Config; theme?: string | undefined },
): Promise<number | undefined> {
  const own = join(stateDirectory(process.env), 'evidence');
  const kept = config.evidence_directory === undefined ? [own] : [config.evidence_directory, own];
  for (const path of paths) {
    const attached = await attachedAt(path);
    if (attached === undefined) continue;
    const { port, welcome, end } = attached;
    const shown = await showScreen(() => ({ port: keepingEvidence(port, kept), stop: async () => end() }), {
      theme: theme ?? config.theme,
      window: config.window,
      timeZone: welcome.timeZone,
    });
    end();
    return shown;
  }
  return undefined;
}

/** Undefined where there is no engine; throws UsageError when there is one that lets nobody of this user in. */
async function attachedAt(path: string): Promise<Awaited<ReturnType<typeof openAttachedPort>> | undefined> {
  try {
    return await openAttachedPort({ path, env: process.env, language: language(), after: systemClock.after });
  } catch (error) {
    if (error instanceof NoEngineError) return undefined;
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

async function attach({ socket, config: file, theme, lang }: AttachFlags): Promise<number> {
  if (!process.stdout.isTTY)
    throw new UsageError(t('attach shows a screen and needs a terminal; a service prints what it finds into its journal'));
  const { config } = await loadConfig({ path: file, env: process.env, cwd: process.cwd() });
  settleLanguage({ flag: lang, configured: config.language });
  const paths = socket === undefined ? socketPaths(config.state_directory ?? stateDirectory(process.env), process.env) : [socket];
  const shown = await attachTo(paths, { config, theme });
  if (shown !== undefined) return shown;
  throw new UsageError(t('no engine is running (looked at {paths}); `secmon` starts one', { paths: paths.join(', ') }));
}

export function addAttachCommand(program: Command): void {
  program
    .command('attach')
    .description('show the screen of the engine that runs on this machine, as a service or in another terminal')
    .option('--socket <path>', 'the engine’s socket (default: that in the state directory, then /run/secmon/engine.sock)')
    .option('--config <file>', 'configuration file (default: see secmon config show)')
    .option('--theme <name>', 'theme, as for secmon itself')
    .action(async (flags: AttachFlags) => {
      process.exitCode = await attach(flags);
    });
}
