import type { Said } from '../../text/said.ts';
import { said } from '../../text/said.ts';
import { cannot, cannotDo } from '../cannot.ts';
import { CheckError } from '../check-error.ts';
import type { Argv, ProcessResult, RunProcess } from '../run-process.ts';
import { failureOf, outcomeOf } from './apply-outcome.ts';
import { SAYS } from './apply-sentences.ts';
import { proxies, SIMULATION } from './apt.ts';
import { namesOf, unfinishedIn } from './apt-output.ts';
import type { KeptOutput } from './kept-output.ts';
import { hasTool } from './tools.ts';

/** Nothing but a program that hangs takes longer. */
const UPGRADE_MS = 2 * 60 * 60_000;
const LOOK_MS = 60_000;
/** What is said at the end tells why. */
const TAIL_CHARS = 64 * 1024;
const LOCK = ['-o', 'DPkg::Lock::Timeout=5'] as const;

interface Manager {
  readonly program: string;
  /** Gets new lists of packages; empty where the upgrade does it itself. */
  readonly refresh: readonly string[];
  readonly upgrade: (refresh: boolean) => readonly string[];
}

/** What installs pending updates without a question: no caller adds a word. */
const MANAGERS: readonly Manager[] = [
  {
    program: 'apt-get',
    refresh: ['-q', ...LOCK, 'update'],
    // With new packages, as a new kernel is one; nothing is removed. A person's changed configuration files stay.
    upgrade: () => [
      '-y',
      '-q',
      ...LOCK,
      '-o',
      'Dpkg::Options::=--force-confdef',
      '-o',
      'Dpkg::Options::=--force-confold',
      '--with-new-pkgs',
      'upgrade',
    ],
  },
  // Otherwise dnf waits for another one without end.
  {
    program: 'dnf',
    refresh: [],
    upgrade: (refresh) => ['-y', '--setopt=exit_on_lock=True', ...(refresh ? ['--refresh'] : []), 'upgrade'],
  },
  { program: 'apk', refresh: [], upgrade: (refresh) => [...(refresh ? ['--update-cache'] : []), 'upgrade'] },
];

type Has = (program: string) => Promise<boolean>;

export interface ApplyOptions {
  readonly run: RunProcess;
  readonly signal: AbortSignal;
  readonly isRoot: boolean;
  /** Whether new lists of packages are got before. */
  readonly refresh: boolean;
  /** Takes everything that the package manager says. */
  readonly output: KeptOutput;
  /** Told the same, as it comes. */
  readonly onOutput: (text: string) => void;
  /** Whether a program is installed; tests have their own. */
  readonly has?: Has;
}

/** The commands that install what is pending on this machine; none when it has no package manager that is known. */
export async function upgradeCommands(refresh: boolean, has: Has = hasTool): Promise<readonly Argv[]> {
  for (const { program, refresh: words, upgrade } of MANAGERS)
    if (await has(program)) return [...(refresh && words.length > 0 ? [[program, ...words] as const] : []), [program, ...upgrade(refresh)]];
  return [];
}

/** Installs what is pending, as root, and says what came of it. Throws a sentence when it may not or does not end well. */
export async function applyUpdates(options: ApplyOptions): Promise<Said> {
  const { run, signal, isRoot, refresh, output, onOutput, has = hasTool } = options;
  if (!isRoot) throw cannotDo(SAYS.needsRoot);
  const commands = await upgradeCommands(refresh, has);
  const upgrade = commands.at(-1);
  if (upgrade === undefined) throw cannotDo(SAYS.noManager);
  let text = '';
  const stop = output.follow((more) => {
    text = (text + more).slice(-TAIL_CHARS);
    onOutput(more);
  });
  const env = {
    DEBIAN_FRONTEND: 'noninteractive',
    APT_LISTCHANGES_FRONTEND: 'none',
    NEEDRESTART_MODE: 'l',
    ...proxies(),
  };
  const start = (command: Argv): Promise<ProcessResult> =>
    run(command, { as: 'root', signal, timeoutMs: UPGRADE_MS, env, outputTo: output.file });
  const [program] = upgrade;
  let code: number;
  try {
    // Old lists are better than no upgrade.
    for (const command of commands.slice(0, -1)) await start(command);
    code = (await start(upgrade)).code;
  } catch (error) {
    throw (await halfDone(run, program)) ?? (isLate(error) ? cannotDo(SAYS.late, { program }) : error);
  } finally {
    stop();
  }
  if (code === 0) return outcomeOf(text);
  const failure = failureOf({ program, code, text });
  throw (failure.text === SAYS.failed ? await halfDone(run, program) : undefined) ?? cannot(failure);
}

/** Whether the time limit ended it: of what a process says only that names a time. */
const isLate = (error: unknown): boolean => error instanceof CheckError && error.said.values?.['time'] !== undefined;

/** The sentence for packages that were left half installed; undefined when there are none. */
async function halfDone(run: RunProcess, program: string): Promise<Error | undefined> {
  if (program !== 'apt-get') return undefined;
  const signal = new AbortController().signal;
  const looked = await run(['apt-get', ...SIMULATION, 'upgrade'], { as: 'root', signal, timeoutMs: LOOK_MS, env: proxies() }).catch(
    () => undefined,
  );
  if (looked === undefined) return undefined;
  const names = unfinishedIn(looked.stdout);
  if (names.length > 0) return cannot(said(SAYS.half, { program, names: namesOf(names) }));
  return /dpkg was interrupted/.test(looked.stderr) ? cannotDo(SAYS.interrupted) : undefined;
}
