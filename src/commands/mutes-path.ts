import { accessSync, constants, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const FILE = 'mutes.yml';

export interface MutesPathInput {
  /** `--mutes`. */
  readonly named: string | undefined;
  /** The setting `mutes`; relative to the configuration's folder. */
  readonly configured: string | undefined;
  /** The configuration that was read; undefined for none. */
  readonly configFile: string | undefined;
  readonly stateDirectory: string;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where mutes are read and written: as named, else beside the configuration where one is or may be written, else in the state directory. */
export function mutesPath({ named, configured, configFile, stateDirectory }: MutesPathInput): string {
  if (named !== undefined) return resolve(named);
  const folder = configFile === undefined ? undefined : dirname(resolve(configFile));
  if (configured !== undefined) return resolve(folder ?? '.', configured);
  if (folder !== undefined && (existsSync(join(folder, FILE)) || isWritable(folder))) return join(folder, FILE);
  return join(stateDirectory, FILE);
}
