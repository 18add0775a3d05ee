import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

export interface FindFileOptions {
  /** `--config`; undefined when not given. */
  readonly path?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home?: string;
}

/** Where `config init` writes, and the first place that is looked at when none is named. */
export function userConfigPath({ env, home = homedir() }: Pick<FindFileOptions, 'env' | 'home'>): string {
  const xdg = env.XDG_CONFIG_HOME;
  return xdg && isAbsolute(xdg) ? join(xdg, 'secmon', 'config.yml') : homeConfigPath({ env, home });
}

/**
 * The file to read: `--config`, `$SECMON_CONFIG` (these two must exist), `$XDG_CONFIG_HOME/secmon/config.yml`,
 * `~/.config/secmon/config.yml`, `/etc/secmon/config.yml`. Undefined when there is none.
 */
export function findConfigFile(options: FindFileOptions): string | undefined {
  const { path, env, cwd, home = homedir() } = options;
  const named = path ?? (env.SECMON_CONFIG || undefined);
  if (named !== undefined) return resolve(cwd, named);
  return [userConfigPath({ env, home }), homeConfigPath({ env, home }), '/etc/secmon/config.yml'].find((candidate) =>
    existsSync(candidate),
  );
}

function homeConfigPath({ env, home }: Pick<FindFileOptions, 'env'> & { home: string }): string {
  return join(env.HOME || home, '.config', 'secmon', 'config.yml');
}
