import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { SecretError } from '../alerts/secret.ts';
import { ConfigError } from './config-error.ts';
import { DEFAULT_CONFIG } from './default-config.ts';
import { type FindFileOptions, findConfigFile } from './find-file.ts';
import { loadKit } from './kit.ts';
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
const READABLE_BY_OTHERS = 0o004;

/** Reads the configuration. Without a file the defaults. Throws {@link ConfigError}; secrets are not looked up yet ({@link missingSecrets}). */
export async function loadConfig(options: FindFileOptions): Promise<LoadedConfig> {
  const path = findConfigFile(options);
  if (path === undefined) return { config: DEFAULT_CONFIG, path, warnings: [], lineOf: () => undefined };
  const { text, readableByOthers } = readConfigFile(path);
  const document = await parseYaml(text, path);
  const kit = await loadKit({ env: options.env, folder: dirname(path) });
  const result = configSchema(kit).safeParse(document.value ?? {});
  if (!result.success) throw new ConfigError(path, problemsOf(result.error.issues, { document, shape: configShape(kit) }));
  const config = result.data;
  const warnings = [...openSecrets(config, readableByOthers), ...plainHttp(config)].map(({ setting, message }) => {
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

function readConfigFile(path: string): { text: string; readableByOthers: boolean } {
  const fail = (message: string, cause?: unknown): never => {
    throw new ConfigError(path, [{ line: undefined, setting: '', message }], { cause });
  };
  try {
    const file = openSync(path, 'r');
    try {
      const { size, mode } = fstatSync(file);
      if (size > MAX_BYTES) fail('expected at most 1 MiB');
      return { text: readFileSync(file, 'utf8'), readableByOthers: (mode & READABLE_BY_OTHERS) !== 0 };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    return fail(code === 'ENOENT' ? 'there is no such file; `secmon config init` writes one' : `cannot be read (${code})`, error);
  }
}

interface Warning {
  readonly setting: readonly PropertyKey[];
  readonly message: string;
}

function openSecrets(config: Config, readableByOthers: boolean): Warning[] {
  if (!readableByOthers) return [];
  const open = eachSecret(config).filter(({ secret }) => !isReference(secret.written()));
  const message =
    'this secret stands in a file that everybody on this machine may read: chmod 600 it, or name an environment variable or file';
  return open.map(({ path }) => ({ setting: path, message }));
}

function plainHttp({ alerts }: Config): Warning[] {
  const urlOf = (channel: Config['alerts']['channels'][string]): string => {
    if (!('url' in channel)) return '';
    return typeof channel.url === 'string' ? channel.url : channel.url.written();
  };
  const plain = Object.entries(alerts.channels).filter(([, channel]) => /^http:\/\/(?!localhost[:/]|127\.|\[::1\])/i.test(urlOf(channel)));
  const message = 'http:// sends the alert unencrypted over the network; use https://';
  return plain.map(([name]) => ({ setting: ['alerts', 'channels', name, 'url'], message }));
}
