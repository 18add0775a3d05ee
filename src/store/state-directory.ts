import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where state is kept when the configuration names no place: `$SECMON_STATE_DIR`, the first of `$STATE_DIRECTORY` (systemd.exec(5)),
 * `$XDG_STATE_HOME/secmon`, `~/.local/state/secmon` (XDG Base Directory Specification 0.8; a relative value is ignored, as it says).
 */
export function stateDirectory(env: Environment, home: string = homedir()): string {
  const own = env.SECMON_STATE_DIR;
  if (own) return own;
  const systemd = env.STATE_DIRECTORY?.split(':')[0];
  if (systemd) return systemd;
  const xdg = env.XDG_STATE_HOME;
  return xdg && isAbsolute(xdg) ? join(xdg, 'secmon') : join(env.HOME || home, '.local', 'state', 'secmon');
}

/** The store's file in a state directory. */
export function storePath(directory: string): string {
  return join(directory, 'secmon.db');
}
