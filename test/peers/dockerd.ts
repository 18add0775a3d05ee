import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../e2e/tmux.ts';

const BUSYBOX = '/bin/busybox';
const ATTEMPT_MS = 60_000;
const MOST_STARTS = 5;
const dockerdIn = ['/usr/sbin/dockerd', '/usr/bin/dockerd'].find(existsSync);

/** The client alone is a package of its own in Debian 13. */
export const hasDocker = spawnSync('docker', ['--version']).status === 0;
export const missingForDockerd = !hasDocker || dockerdIn === undefined || !existsSync(BUSYBOX) || process.getuid?.() !== 0;

/** A `docker` that talks to the daemon at this socket. */
export function dockerFor(folder: string, socket: string): string {
  const program = join(folder, 'docker');
  // By its path: a folder that holds this one may stand first in PATH.
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  writeFileSync(program, `#!/bin/sh\nDOCKER_HOST='unix://${socket}' exec '${real}' "$@"\n`);
  chmodSync(program, 0o755);
  return program;
}

/** A real Docker daemon of its own, without network, whose containers outlive it. */
export interface Dockerd {
  readonly docker: string;
  /** Ends well, or throws with what it said. */
  run(...args: readonly string[]): Promise<string>;
  /** Starts a container of BusyBox which runs the shell commands that it is given. */
  start(name: string, ...options: readonly string[]): Promise<void>;
  /** Returns once the container takes them. */
  tell(name: string, commands: string): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Throws where no containers may be run, although the programs are there. */
export async function startDockerd(): Promise<Dockerd> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-dockerd-'));
  chmodSync(folder, 0o755);
  const docker = dockerFor(folder, join(folder, 'socket'));
  const run = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(docker, [...args], { encoding: 'utf8', timeout: ATTEMPT_MS })).stdout;
  let daemon: ChildProcess | undefined;
  const started = (): ChildProcess => {
    // Left by one that was killed: its process may have another owner by now, and then the next refuses to start.
    rmSync(join(folder, 'pid'), { force: true });
    return spawn(dockerdIn ?? '', daemonArguments(folder), { stdio: 'ignore' });
  };
  const up = async (): Promise<void> => {
    daemon = started();
    let ended = 0;
    await eventually(
      'the Docker daemon',
      () => {
        // As its unit does: after a kill containerd may not be ready for it yet.
        if (daemon?.exitCode !== null) {
          if (++ended > MOST_STARTS) throw new Error(`dockerd ended with ${daemon?.exitCode}, ${ended} times`);
          daemon = started();
        }
        return answers(docker);
      },
      ATTEMPT_MS,
    );
  };
  const kill = async (): Promise<void> => {
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    daemon.kill('SIGKILL');
    await once(daemon, 'exit');
  };
  const close = async (): Promise<void> => {
    const names = await run('ps', '-aq').catch(() => '');
    if (names !== '') await run('rm', '-f', ...names.trim().split('\n')).catch(() => '');
    daemon?.kill('SIGTERM');
    if (daemon?.exitCode === null && daemon.signalCode === null) await once(daemon, 'exit');
    endContainerd(join(folder, 'exec/containerd/containerd.pid'));
    // A daemon that was killed leaves its folder mounted onto itself, and the namespaces of its containers.
    for (const place of mountsIn(folder)) await promisify(execFile)('umount', ['--lazy', place]).catch(() => '');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await up();
    importBusybox(folder, docker);
    await run('run', '--rm', '--network=none', 'busybox', 'true');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    docker,
    run,
    up,
    kill,
    close,
    async start(name, ...options) {
      const box = join(folder, name);
      mkdirSync(box);
      execFileSync('mkfifo', [join(box, 'commands')]);
      const loop = 'while :; do sh /box/commands; done';
      await run('run', '--detach', `--name=${name}`, '--network=none', `--volume=${box}:/box`, ...options, 'busybox', 'sh', '-c', loop);
    },
    async tell(name, commands) {
      // Opening it waits for the container to read.
      await promisify(execFile)('sh', ['-c', `printf '%s\\n' "$1" > "$0"`, join(folder, name, 'commands'), commands], {
        timeout: ATTEMPT_MS,
      });
    },
  };
}

const daemonArguments = (folder: string): string[] => [
  ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '--pidfile', join(folder, 'pid')],
  ...['--host', `unix://${join(folder, 'socket')}`, '--storage-driver', 'vfs', '--live-restore'],
  ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--ip-forward=false', '--userland-proxy=false'],
];

/** What is mounted below a folder, innermost first (proc(5), mountinfo). */
const mountsIn = (folder: string): string[] =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .filter((place) => place.startsWith(`${folder}/`))
    .reverse();

function answers(docker: string): boolean {
  try {
    execFileSync(docker, ['info'], { stdio: 'ignore', timeout: 5000 });
    return true;
  } catch {
    return false;
  }
}

function importBusybox(folder: string, docker: string): void {
  const root = join(folder, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  execFileSync('cp', [BUSYBOX, join(root, 'bin/busybox')]);
  for (const name of execFileSync(BUSYBOX, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter((applet) => /^(?:sh|head|tr|true)$/.test(applet)))
    execFileSync('ln', ['-s', 'busybox', join(root, 'bin', name)]);
  execFileSync('sh', ['-c', `tar -C "$0" -c . | "$1" import - busybox`, root, docker], { stdio: 'ignore' });
}

/** The one that this daemon started, where it did not end it. */
function endContainerd(pidFile: string): void {
  try {
    process.kill(Number(readFileSync(pidFile, 'utf8')), 'SIGKILL');
  } catch {
    // It is gone, as it should be.
  }
}
