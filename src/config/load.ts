import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { t } from '../lang/lang.ts';
import { SecretError } from '../settings/secret.ts';
import { ConfigError } from './config-error.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { type FindFileOptions, findConfigFile } from './find-file.ts';
import { loadKit } from './kit.ts';
import { type OthersMay, othersMay } from './private-file.ts';
import { problemsOf, settingName } from './problems.ts';
import { type Config, configSchema } from './schema.ts';
import { eachSecret, isReference } from './secrets.ts';
import { configShape } from './shape.ts';
import { parseYaml } from './yaml-document.ts';

export interface LoadedConfig {
  readonly config: Config;
  /** The file that was read; undefined when there is none and the defaults hold. */
  readonly path: string | undefined;
  /** What works but should be changed, each with its place. */
  readonly warnings: readonly string[];
  /** Line of a setting in the file; undefined when it is a default. */
  lineOf(setting: readonly PropertyKey[]): number | undefined;
}

const MAX_BYTES = 1_024 * 1_024;

/**
 * Reads the configuration. Without a file the defaults. Throws {@link ConfigError}, also for a file that others may write, and for one with
 * secrets that others may read; secrets are not looked up yet ({@link missingSecrets}).
 */
export async function loadConfig(options: FindFileOptions): Promise<LoadedConfig> {
  const path = findConfigFile(options);
  if (path === undefined) return { config: DEFAULT_CONFIG, path, warnings: [], lineOf: () => undefined };
  const { text, others, chmod } = readConfigFile(path);
  const document = await parseYaml(text, path);
  const kit = await loadKit({ env: options.env, folder: dirname(path) });
  const result = configSchema(kit).safeParse(document.value ?? {});
  if (!result.success) throw new ConfigError(path, problemsOf(result.error.issues, { document, shape: configShape(kit) }));
  const config = result.data;
  const open = others.read ? openSecrets(config, chmod).map((problem) => ({ ...problem, line: document.lineOf(problem.path) ?? 1 })) : [];
  if (open.length > 0) throw new ConfigError(path, open);
  const warnings = plainHttp(config).map(({ setting, message }) => {
    return `${path}:${document.lineOf(setting) ?? 1}: ${settingName(setting)}: ${message}`;
  });
  return { config, path, warnings, lineOf: (setting) => (document.has(setting) ? document.lineOf(setting) : undefined) };
}

/** Looks every secret up and says which are missing: `alerts.channels.ops.password: the environment variable … is not set`. */
export function missingSecrets(config: Config): readonly string[] {
  const missing: string[] = [];
  for (const { secret, path } of eachSecret(config)) {
    try {
      secret.reveal();
    } catch (error) {
      if (!(error instanceof SecretError)) throw error;
      missing.push(`${settingName(path)}: ${error.message}`);
    }
  }
  return missing;
}

interface ConfigFile {
  readonly text: string;
  readonly others: OthersMay;
  /** The command that sets a mode, as a person types it. */
  chmod(mode: string): string;
}

function readConfigFile(path: string): ConfigFile {
  const fail = (message: string, cause?: unknown): never => {
    throw new ConfigError(path, [{ line: undefined, setting: '', message }], { cause });
  };
  try {
    const file = openSync(path, 'r');
    try {
      const stats = fstatSync(file);
      if (stats.size > MAX_BYTES) fail(t('expected at most 1 MiB'));
      const others = othersMay(path, stats);
      const sudo = stats.uid === process.geteuid?.() ? '' : 'sudo ';
      const command = (mode: string, of: string): string => `${sudo}chmod ${mode} ${quoted(of)}`;
      if (others.write)
        fail(t('refused, as others may write it and with it what secmon runs: {command}', { command: command('go-w', path) }));
      if (others.replace) fail(t('refused, as others may replace it in its folder: {command}', { command: command('o-w', dirname(path)) }));
      return { text: readFileSync(file, 'utf8'), others, chmod: (mode) => command(mode, path) };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code = '' } = error as NodeJS.ErrnoException;
    return fail(
      code === 'ENOENT' ? t('there is no such file; `secmon config init` writes one') : t('cannot be read ({code})', { code }),
      error,
    );
  }
}

/** A path as a shell takes it. */
const quoted = (path: string): string => (/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`);

interface Warning {
  readonly setting: readonly PropertyKey[];
  readonly message: string;
}

/** Secrets that stand in the file itself. */
function openSecrets(
  config: Config,
  chmod: (mode: string) => string,
): { path: readonly PropertyKey[]; setting: string; message: string }[] {
  const open = eachSecret(config).filter(({ secret }) => !isReference(secret.written()));
  const message = t(
    'refused, as others on this machine may read this secret: {command}; or name an environment variable, a file or a credential instead',
    {
      command: chmod('600'),
    },
  );
  return open.map(({ path }) => ({ path, setting: settingName(path), message }));
}

function plainHttp({ alerts }: Config): Warning[] {
  const urlOf = (channel: Config['alerts']['channels'][string]): string => {
    if (!('url' in channel)) return '';
    return typeof channel.url === 'string' ? channel.url : channel.url.written();
  };
  const plain = Object.entries(alerts.channels).filter(([, channel]) => /^http:\/\/(?!localhost[:/]|127\.|\[::1\])/i.test(urlOf(channel)));
  const message = t('http:// sends the alert unencrypted over the network; use https://');
  return plain.map(([name]) => ({ setting: ['alerts', 'channels', name, 'url'], message }));
}
