import { msg } from '../../lang/lang.ts';
import { cannotDo } from '../cannot.ts';
import { lastWords, type RunProcess } from '../run-process.ts';
import { APT_UPGRADE, proxies } from './apt.ts';

const UPGRADE_MS = 60 * 60_000;

export interface ApplyOptions {
  readonly run: RunProcess;
  readonly signal: AbortSignal;
  readonly isRoot: boolean;
  /** Everything that apt says, as it comes. */
  readonly onOutput: (text: string) => void;
}

/** The command that installs the pending updates, as a person would type it. */
export const UPGRADE_COMMAND = APT_UPGRADE.join(' ');

/** Installs what is pending, as root. Throws a sentence when it may not or does not end well. */
export async function applyUpdates({ run, signal, isRoot, onOutput }: ApplyOptions): Promise<void> {
  if (!isRoot) throw cannotDo(msg('Installing updates needs root: run "sudo secmon check updates --apply".'));
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_MODE: 'l', ...proxies() };
  const result = await run(APT_UPGRADE, { as: 'root', signal, timeoutMs: UPGRADE_MS, env, onOutput });
  if (result.code === 0) return;
  if (/Could not get lock|Unable to acquire the dpkg/.test(result.stderr))
    throw cannotDo(msg('Another program installs packages right now: wait for it, then run this again.'));
  throw cannotDo(msg('apt-get failed with code {code}: {said}.'), {
    code: result.code,
    said: lastWords({ stdout: '', stderr: result.stderr }),
  });
}
