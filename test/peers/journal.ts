import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const MACHINE = '0123456789abcdef0123456789abcdef';
/** systemd-journal-remote(8) is no program that people run: it stands in no PATH. */
const REMOTE = ['/usr/lib/systemd/systemd-journal-remote', '/lib/systemd/systemd-journal-remote'].find(existsSync);
const START_US = Date.UTC(2026, 2, 2) * 1000;

export const hasJournal = REMOTE !== undefined && existsSync('/usr/bin/journalctl');

export interface JournalEntry {
  /** Seconds after the start, by the clock on the wall. */
  readonly second: number;
  readonly messages: readonly (string | Buffer)[];
  readonly boot?: number;
  readonly unit?: string;
  readonly machine?: string;
}

/** A folder of real journal files, and a `journalctl` that reads them. */
export interface Journal {
  /** The real journalctl, kept to the folder. */
  readonly journalctl: string;
  write(entries: readonly JournalEntry[]): void;
  /** What journald does when a file is full: the file gets another name, a new one is begun. */
  rotate(): void;
  /** What journald does when space runs out: the archived files go. */
  vacuum(): void;
}

/** Writes with systemd-journal-remote, from the Journal Export Format (systemd.io/JOURNAL_EXPORT_FORMATS). */
export function createJournal(folder: string): Journal {
  const journalctl = join(folder, 'journalctl');
  const active = join(folder, 'system.journal');
  writeFileSync(journalctl, `#!/bin/sh\nexec /usr/bin/journalctl --directory='${folder}' "$@"\n`);
  chmodSync(journalctl, 0o755);
  let archived = 0;
  const archives = (): string[] => readdirSync(folder).filter((name) => name.startsWith('system@'));
  return {
    journalctl,
    write(entries) {
      execFileSync(REMOTE ?? '', ['--output', active, '-'], {
        input: Buffer.concat(entries.map(exported)),
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    },
    rotate: () => renameSync(active, join(folder, `system@${++archived}.journal`)),
    vacuum() {
      for (const name of archives()) rmSync(join(folder, name));
    },
  };
}

/** A field of text alone is `NAME=text`, any other its name, its length as 64 bits, little endian, and its bytes. */
function exported({ second, messages, boot = 1, unit = 'nginx.service', machine = MACHINE }: JournalEntry): Buffer {
  const fields = [
    `__REALTIME_TIMESTAMP=${START_US + second * 1_000_000}`,
    `__MONOTONIC_TIMESTAMP=${(second % 100) * 1_000_000}`,
    `_BOOT_ID=${String(boot).repeat(32)}`,
    `_MACHINE_ID=${machine}`,
    `_SYSTEMD_UNIT=${unit}`,
    'SYSLOG_IDENTIFIER=nginx',
    'PRIORITY=6',
  ];
  const binary = messages.map((message) => {
    const bytes = Buffer.from(message);
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(bytes.length));
    return Buffer.concat([Buffer.from('MESSAGE\n'), length, bytes, Buffer.from('\n')]);
  });
  return Buffer.concat([Buffer.from(`${fields.join('\n')}\n`), ...binary, Buffer.from('\n')]);
}
