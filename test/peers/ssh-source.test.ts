import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCommandSource } from '../../src/sources/command.ts';
import { parseShortcut } from '../../src/sources/shortcut.ts';
import { eventually } from '../e2e/tmux.ts';
import { freePort } from '../net/free-port.ts';
import { run } from '../sources/collect.ts';

/** A real sshd on the loopback address with keys of its own, and an `ssh` that knows them. Fails where sshd is missing. */
interface Sshd {
  readonly port: number;
  readonly ssh: string;
  start(): Promise<void>;
  /** Ends it together with the connections that it holds. */
  stop(): void;
}

async function prepareSshd(folder: string): Promise<Sshd> {
  const port = await freePort();
  for (const name of ['host', 'client']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  execFileSync('cp', [join(folder, 'client.pub'), join(folder, 'authorized')]);
  writeFileSync(
    join(folder, 'sshd_config'),
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${folder}/host\nAuthorizedKeysFile ${folder}/authorized\nStrictModes no\nUsePAM no\nPidFile none\nPermitRootLogin yes\n`,
  );
  writeFileSync(
    join(folder, 'ssh_config'),
    `IdentityFile ${folder}/client\nStrictHostKeyChecking no\nUserKnownHostsFile /dev/null\nLogLevel ERROR\n`,
  );
  const ssh = join(folder, 'ssh');
  writeFileSync(ssh, `#!/bin/sh\nexec /usr/bin/ssh -F '${folder}/ssh_config' "$@"\n`);
  chmodSync(ssh, 0o755);
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  let sshd: ChildProcess | undefined;
  const stop = (): void => {
    if (sshd?.pid === undefined) return;
    const connections = execFileSync('sh', ['-c', 'ps --ppid $0 -o pid= || :', String(sshd.pid)], { encoding: 'utf8' }).trim();
    sshd.kill('SIGKILL');
    // One may have ended meanwhile.
    if (connections !== '') spawnSync('kill', ['-KILL', ...connections.split(/\s+/)]);
    sshd = undefined;
  };
  onTestFinished(stop);
  const start = async (): Promise<void> => {
    const started = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
    sshd = started;
    const up = `${ssh} -o BatchMode=yes -p ${port} 127.0.0.1 echo up 2>/dev/null || :`;
    await eventually('sshd', () => {
      if (started.exitCode !== null) throw new Error(`sshd ended with ${started.exitCode}`);
      return execFileSync('sh', ['-c', up], { encoding: 'utf8' }) === 'up\n';
    });
  };
  return { port, ssh, start, stop };
}

/** Whether the process has the file open and has read it to its end (proc_pid_fdinfo(5)). */
function standsAtEnd(pid: string, path: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`) === path &&
        Number(/^pos:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1]) === statSync(path).size,
    );
  } catch {
    return false;
  }
}

test('ssh://HOST/PATH follows a log of another host through rotation, says why when it cannot, and goes on when the host is back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const { port, ssh, start, stop } = await prepareSshd(folder);
  await start();
  const log = join(folder, "it's a log");
  writeFileSync(log, 'old\nold 2\n');
  const shortcut = parseShortcut(`ssh://${userInfo().username}@127.0.0.1:${port}${folder}/it's%20a%20log`);
  if ('error' in shortcut) throw new Error(shortcut.error);
  const running = run(createCommandSource({ command: { ...shortcut, program: ssh }, lines: 1 }));
  expect(await running.untilLines(1)).toEqual(['old 2']);
  appendFileSync(log, 'new\n');
  await running.untilLines(2);
  renameSync(log, `${log}.1`);
  writeFileSync(log, 'rotated\n');
  expect(await running.untilLines(3)).toEqual(['old 2', 'new', 'rotated']);
  stop();
  await running.untilEvent('waiting', 'ended with code 255: ');
  await running.untilEvent('notice', 'Connection refused');
  await running.untilEvent('waiting', 'Connection refused; tries again in');
  appendFileSync(log, 'while it was away\n');
  await start();
  const tails = (): string[] =>
    execFileSync('sh', ['-c', 'ps -eo pid=,args= | grep -F -- "tail -n 0 -F -- $0" | grep -v grep || :', folder], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => /\d+/.exec(line) ?? []);
  await eventually('tail on the host that is back, at the end of the log', () => tails().some((pid) => standsAtEnd(pid, log)));
  const elsewhere = parseShortcut(`ssh://127.0.0.1:${port}${folder}/no-such.log`);
  if ('error' in elsewhere) throw new Error(elsewhere.error);
  const absent = run(createCommandSource({ command: { ...elsewhere, program: ssh } }));
  await absent.untilEvent('notice', '127.0.0.1 has no such file');
  appendFileSync(log, 'after it came back\n');
  await running.untilLines(4);
  expect(running.lines.slice(3)).toEqual(['after it came back']);
  await running.untilEvent('notice', 'what was written meanwhile was not read');
  writeFileSync(join(folder, 'authorized'), '');
  const stranger = run(createCommandSource({ command: { ...shortcut, program: ssh } }));
  await stranger.untilEvent('waiting', '127.0.0.1 refuses the key: ssh 127.0.0.1 has to work without a password; tries again in');
}, 60_000);
