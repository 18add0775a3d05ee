import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { eventually } from '../e2e/tmux.ts';

/** A running syslog-ng. */
export interface SyslogNg {
  /** Ends it in order; resolves when it is gone. */
  stop(): Promise<void>;
}

/** A real syslog-ng in the foreground, its state in `folder`; ended after the test. Fails where it is missing, or does not take the configuration. */
export async function startSyslogNg(folder: string, statements: string): Promise<SyslogNg> {
  const conf = join(folder, 'syslog-ng.conf');
  const at = (name: string): string => join(folder, name);
  writeFileSync(conf, `@version: 3.38\noptions { stats-freq(0); keep-hostname(yes); time-reopen(1); };\n${statements}\n`);
  const files = ['-f', conf, '-p', at('pid'), '-c', at('control'), '-R', at('persist')];
  const child: ChildProcess = spawn('syslog-ng', ['--foreground', '--no-caps', '--stderr', ...files], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = once(child, 'exit').catch(() => {});
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  onTestFinished(stop);
  await eventually('syslog-ng', () => {
    if (child.exitCode !== null) throw new Error(`syslog-ng does not run: ${said}`);
    return existsSync(at('control'));
  });
  return { stop };
}
