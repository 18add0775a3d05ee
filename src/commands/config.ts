import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Command } from 'commander';
import { userConfigPath } from '../config/find-file.ts';
import { loadConfig, missingSecrets } from '../config/load.ts';
import { showConfig } from '../config/show.ts';
import { configTemplate } from '../config/template.ts';
import { t } from '../lang/lang.ts';
import { UsageError } from './engine-options.ts';

interface ConfigFlags {
  readonly config?: string;
}

const load = ({ config }: ConfigFlags) => loadConfig({ path: config, env: process.env, cwd: process.cwd() });

/** Writes the commented file where secmon looks first; never over an existing one. */
async function init({ config }: ConfigFlags): Promise<void> {
  const path = config ?? userConfigPath({ env: process.env });
  if (existsSync(path)) throw new UsageError(t('{path} exists already; edit it, or name another file with --config', { path }));
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, await configTemplate(), { mode: 0o600, flag: 'wx' });
  process.stdout.write(
    `${t('wrote {path}', { path })}\n${t('Everything in it is commented out. Edit it, then run: secmon config check')}\n`,
  );
}

/** Says what is wrong, with file and line; the exit code. */
async function check(flags: ConfigFlags): Promise<number> {
  const loaded = await load(flags);
  if (loaded.path === undefined) {
    process.stdout.write(`${t('There is no configuration file; the defaults hold. Make one with: secmon config init')}\n`);
    return 0;
  }
  const missing = missingSecrets(loaded.config);
  for (const line of [
    ...loaded.warnings.map((warning) => t('warning: {warning}', { warning })),
    ...missing.map((m) => `${loaded.path}: ${m}`),
  ])
    process.stderr.write(`${line}\n`);
  if (missing.length === 0) process.stdout.write(`${t('{path} is right', { path: loaded.path })}\n`);
  return missing.length === 0 ? 0 : 2;
}

export function addConfigCommand(program: Command): void {
  const config = program.command('config').description('make, show or check the configuration file');
  const withFile = (command: Command): Command => command.option('--config <file>', 'the file, instead of the usual places');
  withFile(config.command('init').description('write a commented configuration file')).action(init);
  withFile(config.command('show').description('print the settings in force and where they come from; secrets stay hidden')).action(
    async (flags: ConfigFlags) => {
      process.stdout.write(showConfig(await load(flags)));
    },
  );
  withFile(config.command('check').description('check the configuration file, secrets included')).action(async (flags: ConfigFlags) => {
    process.exitCode = await check(flags);
  });
}
