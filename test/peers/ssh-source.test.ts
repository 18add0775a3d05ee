import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createCommandSource } from '../../src/sources/command.ts';
import { parseShortcut } from '../../src/sources/shortcut.ts';
import { eventually } from '../e2e/tmux.ts';
import { run } from '../sources/collect.ts';
import { freePort } from './nginx.ts';

/** A real sshd on the loopback address with keys of its own, and an `ssh` that knows them. Fails where sshd is missing. */
async function startSshd(folder: string): Promise<{ port: number; ssh: string; stop: () => void }> {
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
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'sshd_config')], { stdio: 'ignore' });
  const stop = (): void => void sshd.kill('SIGKILL');
  onTestFinished(stop);
  await eventually('sshd', () => {
    if (sshd.exitCode !== null) throw new Error(`sshd ended with ${sshd.exitCode}`);
    return (
      execFileSync('sh', ['-c', `${ssh} -o BatchMode=yes -p ${port} 127.0.0.1 echo up 2>/dev/null || :`], { encoding: 'utf8' }) === 'up\n'
    );
  });
  return { port, ssh, stop };
}

test('ssh://HOST/PATH follows a log of another host through rotation, and says why when it cannot', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-ssh-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { port, ssh, stop } = await startSshd(folder);
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
  const refused = run(createCommandSource({ command: { ...shortcut, program: ssh } }));
  await refused.untilEvent('notice', 'Connection refused');
  await refused.untilEvent('waiting', 'ended with code 255');
});
