import { HIDDEN, SecretError } from '../settings/secret.ts';
import { visible } from '../text/sanitize.ts';
import type { LoadedConfig } from './load.ts';
import { isReference, isSecret } from './secrets.ts';
import { inlineYaml } from './yaml-text.ts';

type Path = readonly PropertyKey[];

/** The configuration in force as YAML; each value is followed by the line it comes from, and no secret is shown. */
export function showConfig(loaded: LoadedConfig): string {
  const { config, path } = loaded;
  const head = path === undefined ? '# No configuration file: the defaults hold.' : `# ${visible(path)}`;
  return `${[head, ...settings(config, [], loaded)].join('\n')}\n`;
}

function settings(value: object, path: Path, loaded: LoadedConfig): string[] {
  return Object.entries(value).flatMap(([key, item]) => setting([...path, key], item, loaded));
}

function setting(path: Path, value: unknown, loaded: LoadedConfig): string[] {
  if (value === undefined) return [];
  const lead = `${'  '.repeat(path.length - 1)}${inlineYaml(String(path.at(-1)))}:`;
  if (isSecret(value)) return [`${lead} ${shownSecret(value)}`];
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
  if (isGroup) return [lead, ...settings(value, path, loaded)];
  const line = loaded.lineOf(path);
  return [`${lead} ${visible(inlineYaml(value))}  # ${line === undefined ? 'default' : `line ${line}`}`];
}

function shownSecret(secret: { reveal(): string; written(): string }): string {
  const written = secret.written();
  if (!isReference(written)) return `${HIDDEN}  # a secret, in the file itself`;
  try {
    secret.reveal();
    return `${JSON.stringify(written)}  # found`;
  } catch (error) {
    return `${JSON.stringify(written)}  # MISSING: ${error instanceof SecretError ? error.message : 'cannot be read'}`;
  }
}
