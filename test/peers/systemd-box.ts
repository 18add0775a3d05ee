import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../e2e/tmux.ts';

const SCRIPT = join(import.meta.dirname, 'systemd-box.sh');
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What a command printed, both streams, and how it ended. */
export interface Said {
  readonly out: string;
  readonly code: number | null;
}

/** A machine of its own, as far as systemd can tell (see systemd-box.sh). */
export interface SystemdBox {
  /** A folder that is `/run/share` inside. */
  readonly share: string;
  /** A line for root's shell. */
  run(line: string): Said;
  /** The same by another user, in their home. */
  as(user: string, line: string): Said;
  close(): void;
}

/** Why none can be opened here; `''` when it can. */
export function noBox(): string {
  if (process.geteuid?.() !== 0) return 'needs root';
  if (spawnSync('systemctl', ['--version']).status !== 0) return 'systemd is missing';
  const work = mkdtempSync(join(tmpdir(), 'secmon-box-'));
  for (const name of ['cgroup', 'upper', 'work', 'root']) mkdirSync(join(work, name));
  const tried = spawnSync(
    'unshare',
    [
      ...['--fork', '--pid', '--mount', '--net', '--cgroup', 'sh', '-ec'],
      `cd ${work}; mount -t cgroup2 none cgroup; mount -t tmpfs none ${work}/root; mkdir root/u root/w root/r; mount -t overlay -o lowerdir=/,upperdir=${work}/root/u,workdir=${work}/root/w none root/r`,
    ],
    { encoding: 'utf8' },
  );
  rmSync(work, { recursive: true });
  return tried.status === 0 ? '' : `namespaces are not allowed here: ${tried.stderr.trim()}`;
}

/** The systemd inside: the only child of the only child. */
function processOne(box: ChildProcess): number | undefined {
  const children = readFileSync(`/proc/${box.pid}/task/${box.pid}/children`, 'utf8').trim();
  if (children === '' || !readFileSync(`/proc/${children}/cmdline`, 'utf8').startsWith('/lib/systemd/systemd')) return undefined;
  return Number(children);
}

export async function openBox(): Promise<SystemdBox> {
  const work = mkdtempSync(join(tmpdir(), 'secmon-box-'));
  const group = `secmon-test-${process.pid}`;
  const share = join(work, 'share');
  mkdirSync(share);
  let said = '';
  const box = spawn('unshare', ['--mount', SCRIPT, work, group], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  box.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const pid = await eventually(`a systemd inside: ${said}`, () => {
    if (box.exitCode !== null) throw new Error(`no systemd inside: ${said}`);
    return processOne(box);
  });
  const enter = (argv: readonly string[]): Said => {
    const inside = ['-t', String(pid), '-m', '-u', '-i', '-n', '-p', '-C', '-r', '-w', 'setsid', '--wait', 'env', '-i', `PATH=${PATH}`];
    const { stdout, stderr, status } = spawnSync('nsenter', [...inside, 'LANG=C.UTF-8', 'TERM=xterm-256color', ...argv], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    return { out: `${stdout}${stderr}`, code: status };
  };
  const run = (line: string): Said => enter(['HOME=/root', 'bash', '-c', line]);
  await eventually('systemd to be there', () => /running|degraded/.test(run('systemctl is-system-running').out));
  return {
    share,
    run,
    as: (user, line) => enter([`HOME=/home/${user}`, 'runuser', '-u', user, '--', 'bash', '-c', `cd; ${line}`]),
    close() {
      box.kill('SIGKILL');
      spawnSync(
        'sh',
        ['-c', `while kill -0 ${pid} 2>/dev/null; do sleep 0.05; done; exec unshare --mount "$@"`, 'sh', SCRIPT, work, group, 'clean'],
        {
          timeout: 20_000,
        },
      );
      rmSync(work, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
