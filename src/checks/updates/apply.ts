import { msg } from '../../lang/lang.ts';
import { cannotDo } from '../cannot.ts';
import { type Argv, lastWords, type RunProcess } from '../run-process.ts';
import { proxies } from './apt.ts';
import { hasTool } from './tools.ts';

const UPGRADE_MS = 60 * 60_000;

/** What installs pending updates without a question: programs alone, no caller adds a word. */
const MANAGERS: readonly Argv[] = [
  // With new packages, as a new kernel is one; nothing is removed. A person's changed configuration files stay.
  [
    'apt-get',
    '-y',
    '-q',
    '-o',
    'DPkg::Lock::Timeout=60',
    '-o',
    'Dpkg::Options::=--force-confdef',
    '-o',
    'Dpkg::Options::=--force-confold',
    '--with-new-pkgs',
    'upgrade',
  ],
  ['dnf', '-y', 'upgrade'],
  ['apk', 'upgrade'],
];

export interface ApplyOptions {
  readonly run: RunProcess;
  readonly signal: AbortSignal;
  readonly isRoot: boolean;
  /** Everything that the package manager says, as it comes. */
  readonly onOutput: (text: string) => void;
  /** Whether a program is installed; tests have their own. */
  readonly has?: (program: string) => Promise<boolean>;
}

/** The command that installs what is pending on this machine; undefined when it has no package manager that is known. */
export async function upgradeCommand(has: (program: string) => Promise<boolean> = hasTool): Promise<Argv | undefined> {
  for (const manager of MANAGERS) if (await has(manager[0])) return manager;
  return undefined;
}

/** Installs what is pending, as root. Throws a sentence when it may not or does not end well. */
export async function applyUpdates({ run, signal, isRoot, onOutput, has = hasTool }: ApplyOptions): Promise<void> {
  if (!isRoot) throw cannotDo(msg('Installing updates needs root: run "sudo secmon check updates --apply".'));
  const command = await upgradeCommand(has);
  if (command === undefined) throw cannotDo(msg('There is neither apt-get, dnf nor apk here: install updates in the way of this system.'));
  const env = { DEBIAN_FRONTEND: 'noninteractive', APT_LISTCHANGES_FRONTEND: 'none', NEEDRESTART_MODE: 'l', ...proxies() };
  const result = await run(command, { as: 'root', signal, timeoutMs: UPGRADE_MS, env, onOutput });
  if (result.code === 0) return;
  if (/Could not get lock|Unable to acquire the dpkg/.test(result.stderr))
    throw cannotDo(msg('Another program installs packages right now: wait for it, then run this again.'));
  const said = lastWords({ stdout: '', stderr: result.stderr });
  throw cannotDo(msg('{program} failed with code {code}: {said}.'), { program: command[0], code: result.code, said });
}
