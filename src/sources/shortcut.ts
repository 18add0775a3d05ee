import { t } from '../lang/lang.ts';
import type { CommandStart, ProgramCommand } from './command.ts';

export interface ShortcutProblem {
  readonly error: string;
}

/** Where a line stands in the journal (systemd.journal-fields(7)); its text holds no quotes. */
const CURSOR = /"__CURSOR"\s?:\s?"([\w=;]{20,256})"/;
const BEGINNING = /^(?:journald|docker|kubectl):(?!\/\/)|^ssh:\/\//;
const UNIT = /^[A-Za-z0-9_@*?[\]][\w@:.*?[\]\\-]{0,254}$/;
const CONTAINER = /^[A-Za-z0-9][\w.-]{0,254}$/;
const POD = /^(?:([a-z]{1,40})\/)?([a-z0-9][a-z0-9.-]{0,252})$/;
const LABEL = /^[a-z0-9][a-z0-9-]{0,62}$/;
const HOST = /^ssh:\/\/(?:([A-Za-z_][\w.-]{0,63})@)?([A-Za-z0-9][A-Za-z0-9.-]{0,252}|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{1,5}))?(\/.{1,4096})$/;

/** True for a text that is meant as a shortcut. */
export const isShortcut = (text: string): boolean => BEGINNING.test(text);

/**
 * Reads `journald:UNIT`, `docker:NAME`, `kubectl:[TYPE/]POD[?namespace=&container=]` and `ssh://[USER@]HOST[:PORT]/PATH`. Names are checked, so that
 * none can be taken for an option, and given to the programs as arguments of their own; the one text that a shell reads, that of the ssh host, is quoted.
 */
export function parseShortcut(text: string): ProgramCommand | ShortcutProblem {
  if (text.startsWith('journald:')) return journald(text, text.slice('journald:'.length));
  if (text.startsWith('docker:')) return docker(text, text.slice('docker:'.length));
  if (text.startsWith('kubectl:')) return kubectl(text, text.slice('kubectl:'.length));
  return ssh(text);
}

/** journalctl(1). */
function journald(text: string, unit: string): ProgramCommand | ShortcutProblem {
  if (!UNIT.test(unit)) return { error: t('{text}: expected the name of a systemd unit, as in journald:ssh', { text }) };
  return {
    name: text,
    program: 'journalctl',
    arguments: (start) => ['--output=json', '--all', '--no-pager', ...journalStart(start), `--unit=${unit}`],
    bothOutputs: false,
    // A message that holds such a text has its quotes escaped.
    markOf: (line) => CURSOR.exec(line)?.[1],
  };
}

function journalStart(start: CommandStart): string[] {
  if (start === 'once') return [];
  if ('lines' in start) return ['--follow', `--lines=${start.lines}`];
  const from = 'after' in start ? `--after-cursor=${start.after}` : `--since=@${(start.sinceMs / 1000).toFixed(3)}`;
  return ['--follow', from, '--lines=all'];
}

/** What docker and kubectl have in common; only the name of the option for the time differs. */
function logsStart(start: CommandStart, since: string): string[] {
  if (start === 'once') return [];
  if ('sinceMs' in start) return ['--follow', `${since}=${new Date(start.sinceMs).toISOString()}`];
  return ['--follow', `--tail=${'lines' in start ? start.lines : 0}`];
}

/** docker-logs(1). Without times: they would stand in the middle of long lines. */
function docker(text: string, name: string): ProgramCommand | ShortcutProblem {
  if (!CONTAINER.test(name)) return { error: t('{text}: expected the name of a container, as in docker:web', { text }) };
  return {
    name: text,
    program: 'docker',
    arguments: (start) => ['logs', ...logsStart(start, '--since'), name],
    bothOutputs: true,
  };
}

/** kubectl-logs(1). */
function kubectl(text: string, rest: string): ProgramCommand | ShortcutProblem {
  const mark = rest.indexOf('?');
  const pod = mark < 0 ? rest : rest.slice(0, mark);
  const settings = new URLSearchParams(mark < 0 ? '' : rest.slice(mark + 1));
  const options = [...settings].map(([name, value]) =>
    ['namespace', 'container'].includes(name) && LABEL.test(value) ? `--${name}=${value}` : undefined,
  );
  if (!POD.test(pod) || options.includes(undefined))
    return { error: t('{text}: expected a pod, as in kubectl:web-0 or kubectl:deployment/web?namespace=shop&container=nginx', { text }) };
  return {
    name: text,
    program: 'kubectl',
    arguments: (start) => ['logs', ...logsStart(start, '--since-time'), ...options.filter((option) => option !== undefined), pod],
    bothOutputs: false,
  };
}

/** ssh(1): no questions, an end when the host no longer answers. What was written while the connection was gone is not read. */
function ssh(text: string): ProgramCommand | ShortcutProblem {
  const found = HOST.exec(text);
  const path = decoded(found?.[4] ?? '');
  if (found === null || path === undefined)
    return { error: t('{text}: expected a host and a path, as in ssh://web1/var/log/nginx/access.log', { text }) };
  const [, user, host = '', port] = found;
  const target = `${user === undefined ? '' : `${user}@`}${host.replace(/^\[|\]$/g, '')}`;
  return {
    name: text,
    program: 'ssh',
    arguments: (start) => [
      ...['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=15', 'ServerAliveCountMax=3'].flatMap((option) => ['-o', option]),
      '-T',
      ...(port === undefined ? [] : ['-p', port]),
      '--',
      target,
      start === 'once' ? `exec cat -- ${quoted(path)}` : `exec tail -n ${'lines' in start ? start.lines : 0} -F -- ${quoted(path)}`,
    ],
    bothOutputs: false,
  };
}

/** The path with its percent signs undone; undefined when it is none that a command line can hold. */
function decoded(path: string): string | undefined {
  try {
    const plain = decodeURIComponent(path);
    return /[\0\r\n]/.test(plain) ? undefined : plain;
  } catch {
    return undefined;
  }
}

/** For a POSIX shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
