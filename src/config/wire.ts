import type { Config } from './schema.ts';
import { isSecret, type SecretPlaces, secretFrom } from './secrets.ts';

/** A configuration as plain data for another thread. Secrets stand in it as the person wrote them: never print or keep it. */
export interface WireConfig {
  readonly plain: unknown;
  readonly folder: string;
}

const SECRET = 'secmon:secret';

/** For `postMessage` or `workerData`, which drop functions. `folder` is that of the configuration file. */
export function packConfig(config: Config, folder: string): WireConfig {
  return { plain: mapped(config, (value) => (isSecret(value) ? { [SECRET]: value.written() } : undefined)), folder };
}

/** The configuration again, on the other side. */
export function unpackConfig({ plain, folder }: WireConfig, env: SecretPlaces['env']): Config {
  const unpacked = mapped(plain, (value) => {
    const written = typeof value === 'object' && value !== null && SECRET in value ? value[SECRET] : undefined;
    return typeof written === 'string' ? secretFrom(written, { env, folder }) : undefined;
  });
  return unpacked as Config;
}

function mapped(value: unknown, replace: (value: unknown) => unknown): unknown {
  const replaced = replace(value);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(value)) return value.map((item) => mapped(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapped(item, replace)]));
}
