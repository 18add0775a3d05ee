import { execFileSync, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../e2e/tmux.ts';

export interface Rsyslog {
  /** What `logger -u` writes to. */
  readonly socket: string;
  readonly log: (tag: string, text: string) => void;
}

export interface RsyslogOptions {
  readonly folder: string;
  /** The action's parameters behind `type="omfwd"`. */
  readonly forward: string;
  /** A file that it reads besides its socket. */
  readonly file?: string;
}

/** A real rsyslogd with a socket of its own that forwards everything; ended after the test. Fails where rsyslogd or logger is missing. */
export async function startRsyslog({ folder, forward, file }: RsyslogOptions): Promise<Rsyslog> {
  const socket = join(folder, 'log');
  const conf = join(folder, 'rsyslog.conf');
  writeFileSync(
    conf,
    `global(workDirectory="${folder}" maxMessageSize="64k")
module(load="imuxsock" SysSock.Use="off")
${file === undefined ? '' : 'module(load="imfile")'}
input(type="imuxsock" Socket="${socket}" CreatePath="off" RateLimit.Interval="0")
${file === undefined ? '' : `input(type="imfile" File="${file}" Tag="nginx:" addMetadata="off")`}
action(type="omfwd" target="127.0.0.1" action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList" queue.size="500000" ${forward})
`,
  );
  const child = spawn('rsyslogd', ['-n', '-f', conf, '-i', join(folder, 'rsyslog.pid')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
  onTestFinished(async () => {
    child.kill();
    await ended;
  });
  await eventually(`rsyslogd's socket: ${said}`, () => {
    if (child.exitCode !== null) throw new Error(`rsyslogd does not run: ${said}`);
    return existsSync(socket);
  });
  return { socket, log: (tag, text) => void execFileSync('logger', ['-u', socket, '-t', tag, text]) };
}
