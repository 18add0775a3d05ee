import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../e2e/tmux.ts';

/** A real fail2ban server with its own socket and configuration, whose only action writes a file. */
export interface Fail2banServer {
  readonly folder: string;
  readonly socket: string;
  /** The log that the jail `secmon` follows. */
  readonly log: string;
  /** What its action wrote: `ban 203.0.113.9`. */
  actions(): string[];
  /** What the server itself says. */
  client(...args: string[]): string;
  /** Kills it, which leaves its socket behind. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const CONTRIB = join(import.meta.dirname, '../../contrib/fail2ban');

export function requireFail2ban(): void {
  if (spawnSync('fail2ban-server', ['--version']).status !== 0) throw new Error('fail2ban is missing: apt-get install fail2ban');
}

/** Starts the server with two jails: `secmon`, with the filter that comes with the package, and `other`, which bans for ten minutes. */
export async function startFail2ban(): Promise<Fail2banServer> {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-fail2ban-'));
  const [config, socket, actions, log] = ['etc', 'f2b.sock', 'actions.txt', 'secmon.ndjson'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  mkdirSync(join(config, 'action.d'), { recursive: true });
  cpSync(join(CONTRIB, 'filter.d'), join(config, 'filter.d'), { recursive: true });
  writeFileSync(log, '');
  writeFileSync(actions, '');
  const files = {
    'fail2ban.conf': `[Definition]
loglevel = INFO
logtarget = ${folder}/fail2ban.log
syslogsocket = auto
socket = ${socket}
pidfile = ${folder}/f2b.pid
dbfile = None
`,
    'jail.conf': ['secmon', 'other']
      .map(
        (name) => `[${name}]
enabled = true
backend = polling
filter = secmon
action = tofile
logpath = ${log}
maxretry = ${name === 'secmon' ? 3 : 1000}
findtime = 10m
bantime = ${name === 'secmon' ? '1h' : '10m'}
`,
      )
      .join('\n'),
    'action.d/tofile.conf': `[Definition]
actionban = echo "ban <ip>" >> ${actions}
actionunban = echo "unban <ip>" >> ${actions}
`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(config, name), text);
  const server: ChildProcess = spawn('fail2ban-server', ['-f', '-c', config, '-s', socket, '-p', join(folder, 'f2b.pid')], {
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const client = (...args: string[]): string => execFileSync('fail2ban-client', ['-s', socket, ...args], { encoding: 'utf8' });
  await eventually('the fail2ban server', () => {
    if (server.exitCode !== null) throw new Error(`fail2ban ended with ${server.exitCode}`);
    return existsSync(socket) && spawnSync('fail2ban-client', ['-s', socket, 'status', 'other']).status === 0;
  });
  const kill = async (): Promise<void> => {
    server.kill('SIGKILL');
    await ended;
  };
  return {
    folder,
    socket,
    log,
    actions: () =>
      readFileSync(actions, 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    client,
    kill,
    async close() {
      if (server.exitCode === null && server.signalCode === null) await kill();
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}
