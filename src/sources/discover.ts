import { constants } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { codeOf, explainFailure } from './failure.ts';
import { systemFiles } from './file-access.ts';
import { globFiles } from './glob.ts';

/** A log that a bare `secmon` may start on: a file to follow or a command to run. */
export type DiscoveredLog = {
  /** `nginx access log`. */
  readonly title: string;
  readonly readable: boolean;
  /** Why not, and what to do: `not readable: join group adm or use sudo`; `''` when readable. */
  readonly reason: string;
} & ({ readonly path: string } | { readonly command: string });

export interface DiscoverOptions {
  /** Where the file system begins; default `/`. */
  readonly root?: string;
  /** Rejects with a system error when a path may not be read. */
  readonly check?: (path: string) => Promise<void>;
  /** Whether a program is on the PATH. */
  readonly hasCommand?: (name: string) => Promise<boolean>;
}

type Topic = 'web' | 'ssh' | 'fail2ban';

interface Place {
  readonly topic: Topic;
  readonly title: string;
  readonly pattern: string;
}

const PLACES: readonly Place[] = [
  { topic: 'web', title: 'nginx access log', pattern: 'var/log/nginx/*access*.log' },
  { topic: 'web', title: 'nginx error log', pattern: 'var/log/nginx/*error*.log' },
  { topic: 'web', title: 'Apache access log', pattern: 'var/log/apache2/*access*.log' },
  { topic: 'web', title: 'Apache error log', pattern: 'var/log/apache2/*error*.log' },
  { topic: 'web', title: 'Apache access log', pattern: 'var/log/httpd/*access[_.]log' },
  { topic: 'web', title: 'Apache error log', pattern: 'var/log/httpd/*error[_.]log' },
  { topic: 'web', title: 'Caddy log', pattern: 'var/log/caddy/*.log' },
  { topic: 'ssh', title: 'login log', pattern: 'var/log/auth.log' },
  { topic: 'ssh', title: 'login log', pattern: 'var/log/secure' },
  { topic: 'fail2ban', title: 'fail2ban log', pattern: 'var/log/fail2ban.log' },
];

/** What is read from the journal of a topic that has no file. */
const UNITS: Readonly<Record<Topic, readonly string[]>> = {
  web: ['nginx', 'apache2', 'httpd', 'caddy'],
  ssh: ['ssh', 'sshd'],
  fail2ban: ['fail2ban'],
};
const JOURNALS = ['var/log/journal', 'run/log/journal'];

/** Looks for the usual logs of this machine: files in the order of the table, then the journal for what has no file. Never throws. */
export async function discoverLogs(options: DiscoverOptions = {}): Promise<DiscoveredLog[]> {
  const { root = '/', check = checkReadable, hasCommand = isOnPath } = options;
  const found: DiscoveredLog[] = [];
  const topics = new Set<Topic>();
  for (const { topic, title, pattern } of PLACES) {
    for (const path of await pathsOf(join(root, pattern), check)) {
      if (found.some((log) => 'path' in log && log.path === path)) continue;
      topics.add(topic);
      found.push({ path, title, ...(await judge(path, check)) });
    }
  }
  const journal = await findJournal(root);
  const units = (['ssh', 'web', 'fail2ban'] as const).filter((topic) => !topics.has(topic)).flatMap((topic) => UNITS[topic]);
  // Where logins have a file, the journal would hold little else that matters.
  if (topics.has('ssh') || journal === undefined || !(await hasCommand('journalctl'))) return found;
  const command = `journalctl -f -n 1000 -o json --all ${units.map((unit) => `-u ${unit}`).join(' ')}`;
  found.push({ command, title: 'journal', ...(await judge(journal, check)) });
  return found;
}

/** Files of a pattern; the folder itself where it may not be looked into. */
async function pathsOf(pattern: string, check: (path: string) => Promise<void>): Promise<string[]> {
  const folder = dirname(pattern);
  try {
    await check(folder);
  } catch (error) {
    return codeOf(error) === 'EACCES' ? [folder] : [];
  }
  return (await globFiles(pattern)).map(({ path }) => path);
}

async function judge(path: string, check: (path: string) => Promise<void>): Promise<{ readable: boolean; reason: string }> {
  try {
    await check(path);
    return { readable: true, reason: '' };
  } catch (error) {
    return { readable: false, reason: await explainFailure(error, path, systemFiles) };
  }
}

/** A system journal whose readability stands for the whole. */
async function findJournal(root: string): Promise<string | undefined> {
  for (const place of JOURNALS) {
    const folder = join(root, place);
    const machines = await readdir(folder).catch(() => []);
    const [machine] = machines;
    if (machine !== undefined) return join(folder, machine, 'system.journal');
  }
  return undefined;
}

const checkReadable = (path: string): Promise<void> => access(path, constants.R_OK);

async function isOnPath(name: string): Promise<boolean> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const there = await access(join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder !== '' && there) return true;
  }
  return false;
}
