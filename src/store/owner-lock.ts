import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** One process as no other: its id, and when it began (process ids are used again, in containers at every start). */
interface Owner {
  readonly pid: number;
  readonly born: string;
}

export type Ownership = { readonly owned: true; release(): void } | { readonly owned: false; readonly pid: number };

/**
 * Takes the lock file `path` for this process, also from an owner that is no longer alive. Throws the error of the file system when
 * the folder cannot be written.
 */
export function takeOwnership(path: string, self: Owner = ownerOf(process.pid)): Ownership {
  const mine = JSON.stringify(self);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, mine, { mode: 0o600, flag: 'wx' });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (linked(draft, path)) return { owned: true, release: () => release(path, mine) };
      const found = read(path);
      if (found === undefined) continue;
      const owner = parseOwner(found);
      if (owner !== undefined && isAlive(owner)) return { owned: false, pid: owner.pid };
      setAside(path, found);
    }
    return { owned: false, pid: parseOwner(read(path) ?? '')?.pid ?? 0 };
  } finally {
    rmSync(draft, { force: true });
  }
}

/** A hard link appears whole or not at all, and never over another file: no reader sees a lock half written. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the dead owner's lock; when another process was faster and the lock is already its own, puts that back. */
function setAside(path: string, stale: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if (read(aside) !== stale) linked(aside, path);
  rmSync(aside, { force: true });
}

function release(path: string, mine: string): void {
  if (read(path) === mine) rmSync(path, { force: true });
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, born } = JSON.parse(text) as { pid?: unknown; born?: unknown };
    return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof born === 'string' ? { pid: Number(pid), born } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
  }
  if (hasEnded(owner.pid)) return false;
  const now = bornOf(owner.pid);
  if (now === '' || owner.born === '') return owner.pid !== process.pid;
  return now === owner.born;
}

/** The process with this id, as the lock file names it. */
export function ownerOf(pid: number): Owner {
  return { pid, born: bornOf(pid) };
}

/** Boot id and the start time in ticks since boot; `''` where there is no /proc. */
function bornOf(pid: number): string {
  try {
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${statOf(pid)[STARTED] ?? ''}`;
  } catch {
    return '';
  }
}

/** A process that nobody has waited for yet still has an id and a time of birth, in containers for good. */
function hasEnded(pid: number): boolean {
  try {
    return /[ZXx]/.test(statOf(pid)[STATE] ?? '');
  } catch {
    return false;
  }
}

/** What proc(5) calls field 3 and field 22 of `stat`; the name before them may hold anything. */
const STATE = 0;
const STARTED = 19;

function statOf(pid: number): readonly string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? '';
}
