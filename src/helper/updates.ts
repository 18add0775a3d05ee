import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { HelperRefusal } from './server.ts';

/** A package manager with arguments that install what is pending, without a question: programs alone, no caller adds a word. */
const MANAGERS: readonly (readonly [program: string, ...args: string[]])[] = [
  // With new packages, as a new kernel is one; nothing is removed. A person's changed configuration files stay.
  [
    '/usr/bin/apt-get',
    '-y',
    '-o',
    'DPkg::Lock::Timeout=60',
    '-o',
    'Dpkg::Options::=--force-confdef',
    '-o',
    'Dpkg::Options::=--force-confold',
    '--with-new-pkgs',
    'upgrade',
  ],
  ['/usr/bin/dnf', '-y', 'upgrade'],
  ['/sbin/apk', 'upgrade'],
];

const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LANG: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
  APT_LISTCHANGES_FRONTEND: 'none',
  NEEDRESTART_MODE: 'l',
};
const TIMEOUT_MS = 60 * 60_000;
/** Of one line, and of the last ones that a failure quotes. */
const MAX_LINE = 1_000;

export interface UpdateOptions {
  readonly tell: (line: string) => void;
  /** Where programs are looked for; tests have their own. */
  readonly managers?: typeof MANAGERS;
}

/** Installs pending updates, telling every line that the package manager prints. Rejects with {@link HelperRefusal}. */
export function applyUpdates({ tell, managers = MANAGERS }: UpdateOptions): Promise<string> {
  const manager = managers.find(([program]) => existsSync(program));
  if (manager === undefined) return Promise.reject(new HelperRefusal('this machine has none of apt-get, dnf and apk'));
  const [program, ...args] = manager;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT, cwd: '/', timeout: TIMEOUT_MS });
    let last = 'nothing';
    const line = (text: string): void => {
      if (text.trim() !== '') last = text.trim();
      tell(text);
    };
    const [out, err] = [lineReader(line), lineReader(line)];
    child.stdout.setEncoding('utf8').on('data', out.take).on('end', out.end);
    child.stderr.setEncoding('utf8').on('data', err.take).on('end', err.end);
    child.on('error', (cause) => reject(new HelperRefusal(`${program} could not be started`, { cause })));
    child.on('close', (code) => {
      if (code === 0) resolve(`${program} installed what was pending`);
      else reject(new HelperRefusal(`${program} ended with ${code ?? 'a signal'} and said: ${last}`));
    });
  });
}

/** Lines of a stream, cut where they are too long. */
function lineReader(line: (text: string) => void): { take(text: string): void; end(): void } {
  let held = '';
  return {
    take(text) {
      const parts = (held + text).split(/[\r\n]+/);
      held = (parts.pop() ?? '').slice(0, MAX_LINE);
      for (const part of parts) line(part.slice(0, MAX_LINE));
    },
    end() {
      if (held !== '') line(held);
      held = '';
    },
  };
}
