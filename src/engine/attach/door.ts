import { join } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { systemRoles } from '../../config/system-roles.ts';
import { t } from '../../lang/lang.ts';
import type { Engine } from '../engine.ts';
import type { EngineOptions } from '../options.ts';
import { attachedPerson } from './attached-person.ts';
import { MOST_PATH_BYTES, type ScreenServer, serveScreens } from './server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const SOCKET_FILE = 'engine.sock';
/** Where the unit file's engine has its socket. */
const SYSTEM_SOCKET = `/run/secmon/${SOCKET_FILE}`;

/** An engine's socket: in `$RUNTIME_DIRECTORY` (systemd.exec(5)), whose group may look, else in its state directory, where its own user may. */
export const socketPath = (stateDirectory: string, env: Environment): string =>
  join(env['RUNTIME_DIRECTORY']?.split(':')[0] || stateDirectory, SOCKET_FILE);

/** Where a screen looks for an engine, the nearest first. */
export const socketPaths = (stateDirectory: string, env: Environment): readonly string[] => [
  ...new Set([socketPath(stateDirectory, env), SYSTEM_SOCKET]),
];

/** Lets others attach to an engine that keeps the state. Never fails: that nobody can attach is told in a notice. */
export async function openDoor(
  engine: Pick<Engine, 'memoryOnly' | 'notice' | 'openScreen'>,
  options: Pick<EngineOptions, 'persist' | 'follow' | 'stateDirectory' | 'version' | 'timeZone' | 'nobodyMay'>,
  { clock, env }: { readonly clock: Clock; readonly env: Environment },
): Promise<ScreenServer | undefined> {
  if (!options.persist || !options.follow || engine.memoryOnly !== '') return undefined;
  const path = socketPath(options.stateDirectory, env);
  if (Buffer.byteLength(path) > MOST_PATH_BYTES) {
    engine.notice(t('no other screen can attach: the path {path} is too long for a socket', { path }));
    return undefined;
  }
  const person = { mayNot: options.nobodyMay ?? '', roles: systemRoles, ownUid: process.getuid?.() ?? -1 };
  try {
    return await serveScreens({
      path,
      clock,
      version: options.version,
      timeZone: options.timeZone,
      openScreen: engine.openScreen,
      personOf: (claim) => attachedPerson(claim, person),
      notice: engine.notice,
    });
  } catch (error) {
    engine.notice(t('no other screen can attach: {why}', { why: error instanceof Error ? error.message : String(error) }));
    return undefined;
  }
}
