import { readFileSync } from 'node:fs';
import { t } from '../lang/lang.ts';
import { createJournalReader, MAX_ENTRY_BYTES } from './journal-reader.ts';
import type { CommandStart, ProgramCommand } from './program-command.ts';
import { explainDocker, explainJournal, explainKubectl, explainSsh } from './program-faults.ts';
import { createStampedReader, rfc3339Of } from './stamped-reader.ts';

export interface ShortcutProblem {
  readonly error: string;
}

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
 * `machineId`: see machine-id(5).
 */
export function parseShortcut(text: string, machineId = ownMachineId): ProgramCommand | ShortcutProblem {
  if (text.startsWith('journald:')) return journald(text, text.slice('journald:'.length), machineId);
  if (text.startsWith('docker:')) return docker(text, text.slice('docker:'.length));
  if (text.startsWith('kubectl:')) return kubectl(text, text.slice('kubectl:'.length));
  return ssh(text);
}

/**
 * journalctl(1). Without `--merge` it follows the present boot alone, so that what was written before a reboot would be lost; with it also the journals of
 * other machines are read, if any lie here. `--cursor`, as `--after-cursor` leaves out one entry too many once the journal no longer holds that one.
 */
function journald(text: string, unit: string, machineId: () => string | undefined): ProgramCommand | ShortcutProblem {
  if (!UNIT.test(unit)) return { error: t('{text}: expected the name of a systemd unit, as in journald:ssh', { text }) };
  return {
    name: text,
    program: 'journalctl',
    arguments: (start, follow) => {
      const machine = machineId();
      return [
        ...['--output=json', '--all', '--no-pager', '--merge', ...(follow ? ['--follow'] : []), ...journalStart(start), `--unit=${unit}`],
        ...(machine === undefined ? [] : [`_MACHINE_ID=${machine}`]),
      ];
    },
    bothOutputs: false,
    maxLineBytes: MAX_ENTRY_BYTES,
    createReader: createJournalReader,
    explain: explainJournal,
    nothing: t('the journal holds nothing of {unit} that this user may read: systemctl list-units shows the names', { unit }),
  };
}

function journalStart(start: CommandStart): string[] {
  if (start === 'all') return [];
  if ('lines' in start) return [`--lines=${start.lines}`];
  return ['from' in start ? `--cursor=${start.from}` : `--since=@${(start.sinceMs / 1000).toFixed(3)}`, '--lines=all'];
}

function ownMachineId(): string | undefined {
  try {
    return /^[0-9a-f]{32}$/.exec(readFileSync('/etc/machine-id', 'utf8').trim())?.[0];
  } catch {
    return undefined;
  }
}

/** What docker and kubectl have in common; only the name of the option for the time differs. With times: they tell what was read already. */
function logsArguments(start: CommandStart, follow: boolean, since: string): string[] {
  const always = ['logs', '--timestamps', ...(follow ? ['--follow'] : [])];
  if (start === 'all') return always;
  if ('lines' in start) return [...always, `--tail=${start.lines}`];
  return [...always, `${since}=${'from' in start ? rfc3339Of(start.from) : new Date(start.sinceMs).toISOString()}`];
}

/** docker-logs(1). */
function docker(text: string, name: string): ProgramCommand | ShortcutProblem {
  if (!CONTAINER.test(name)) return { error: t('{text}: expected the name of a container, as in docker:web', { text }) };
  return {
    name: text,
    program: 'docker',
    arguments: (start, follow) => [...logsArguments(start, follow, '--since'), name],
    bothOutputs: true,
    createReader: createStampedReader,
    explain: explainDocker(name),
    ended: t('the container does not run'),
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
    arguments: (start, follow) => [
      ...logsArguments(start, follow, '--since-time'),
      ...options.filter((option) => option !== undefined),
      pod,
    ],
    bothOutputs: false,
    createReader: createStampedReader,
    explain: explainKubectl(pod),
    ended: t('the container does not run, or the cluster closed the connection'),
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
    arguments: (start, follow) => [
      ...['BatchMode=yes', 'ConnectTimeout=10', 'ServerAliveInterval=15', 'ServerAliveCountMax=3'].flatMap((option) => ['-o', option]),
      '-T',
      ...(port === undefined ? [] : ['-p', port]),
      '--',
      target,
      follow ? `exec tail -n ${historyOf(start)} -F -- ${quoted(path)}` : `exec cat -- ${quoted(path)}`,
    ],
    bothOutputs: false,
    isLossy: true,
    explain: explainSsh(host),
  };
}

const historyOf = (start: CommandStart): number => (start !== 'all' && 'lines' in start ? start.lines : 0);

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
