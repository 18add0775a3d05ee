import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '../../src/config/config-error.ts';
import { type LoadedConfig, loadConfig } from '../../src/config/load.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A folder that is gone after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-config-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** Loads `text` as a file that only its owner may read (unless `mode` says otherwise), in a folder that everybody may enter. */
export function load(
  text: string,
  { env = {}, mode = 0o600, folderMode = 0o755 }: { env?: Env; mode?: number; folderMode?: number } = {},
): Promise<LoadedConfig> {
  return inFolder((folder) => {
    writeFileSync(join(folder, 'c.yml'), text);
    chmodSync(join(folder, 'c.yml'), mode);
    chmodSync(folder, folderMode);
    return loadConfig({ path: 'c.yml', env, cwd: folder });
  });
}

/** The message of the error that loading `text` fails with, the folder left out. */
export async function failure(text: string): Promise<string> {
  try {
    await load(text);
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ line, setting, message }) => `${line}: ${setting}: ${message}`).join('\n');
    throw error;
  }
  throw new Error('it loaded');
}
