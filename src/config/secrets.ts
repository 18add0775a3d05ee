import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { t } from '../lang/lang.ts';
import { createSecret, type Secret, SecretError } from '../settings/secret.ts';

export interface SecretPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative file names count from: that of the configuration file. */
  readonly folder: string;
}

const REFERENCE = /\$\{(env|file|credential):([^{}]{1,4096})\}/g;
const WHOLE_REFERENCE = /^\$\{(?:env|file|credential):[^{}]{1,4096}\}$/;
const ANY_PLACEHOLDER = /\$\{[^}]{0,100}\}?/g;
const MAX_FILE_BYTES = 64 * 1_024;

const LOOK_UP: Readonly<Record<string, (name: string, places: SecretPlaces) => string>> = {
  env: fromEnv,
  file: fromFile,
  credential: fromCredential,
};

/**
 * A secret as a person writes it: with `${env:NAME}`, `${file:/path}` and `${credential:NAME}` looked up each time it is needed, not before.
 */
export function secretFrom(written: string, places: SecretPlaces): Secret {
  return createSecret(written, () => written.replace(REFERENCE, (_, kind: string, name: string) => LOOK_UP[kind]?.(name, places) ?? ''));
}

/** True when nothing of the secret itself stands in the text. */
export function isReference(written: string): boolean {
  return WHOLE_REFERENCE.test(written);
}

/** True when a `${` is meant as a reference but is none that can be looked up. */
export function hasBadReference(written: string): boolean {
  return (written.replace(REFERENCE, '').match(ANY_PLACEHOLDER) ?? []).length > 0;
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === 'object' && value !== null && 'reveal' in value && 'written' in value;
}

function fromEnv(name: string, { env }: SecretPlaces): string {
  const value = env[name];
  if (value) return value;
  throw new SecretError(t('the environment variable {name} is not set', { name }));
}

/** systemd.exec(5), LoadCredential=: a file of that name in a folder that only the service sees. */
function fromCredential(name: string, { env }: SecretPlaces): string {
  const folder = env['CREDENTIALS_DIRECTORY'];
  if (!folder)
    throw new SecretError(
      t('the credential {name} is not there: systemd gives credentials to services alone (LoadCredential={name}:/path)', { name }),
    );
  if (!/^[\w.@-]{1,255}$/.test(name) || name.startsWith('.'))
    throw new SecretError(t('{name} is no name of a credential', { name: JSON.stringify(name) }));
  return fromFile(join(folder, name), { env, folder });
}

function fromFile(name: string, { folder }: SecretPlaces): string {
  const path = resolve(folder, name);
  let value: string;
  try {
    const bytes = readFileSync(path);
    if (bytes.length > MAX_FILE_BYTES) throw new SecretError(t("the secret's file {path} is larger than 64 KiB", { path }));
    value = bytes.toString('utf8').replace(/\r?\n$/, '');
  } catch (error) {
    if (error instanceof SecretError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    throw new SecretError(t("cannot read the secret's file {path} ({code})", { path, code }), { cause: error });
  }
  if (value === '') throw new SecretError(t("the secret's file {path} is empty", { path }));
  return value;
}

/** Every secret in a configuration, with its place. */
export function eachSecret(value: unknown, path: readonly PropertyKey[] = []): { secret: Secret; path: readonly PropertyKey[] }[] {
  if (isSecret(value)) return [{ secret: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, index) => eachSecret(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => eachSecret(item, [...path, key]));
}
