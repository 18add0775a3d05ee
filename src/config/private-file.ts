import { readFileSync, type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What others than its owner (and root) can do with a file. */
export interface OthersMay {
  readonly read: boolean;
  readonly write: boolean;
  /** Others may put another file in its place. */
  readonly replace: boolean;
}

const [OTHERS, GROUP] = [0o007, 0o070];
const READ = 0o044;
const WRITE = 0o022;
const ENTER = 0o011;
const STICKY = 0o1000;
const ROOT = 0;
/** May read what root owns: the group that runs secmon. */
const OWN_GROUP = 'secmon';

/** What is asked of the machine besides the file. */
export interface Surroundings {
  /** passwd(5) and group(5) as texts. */
  readonly users: () => { readonly passwd: string; readonly group: string };
  /** Mode bits of a folder. */
  readonly modeOf: (folder: string) => number;
}

const HERE: Surroundings = {
  users: () => ({ passwd: textOf('/etc/passwd'), group: textOf('/etc/group') }),
  modeOf: (folder) => statSync(folder).mode,
};

/**
 * What the mode bits of an open file, and of the folders above it, let others do. A group is nobody else when only the owner is in it
 * (user private groups); the group secmon may read what root owns.
 */
export function othersMay(
  path: string,
  { mode, uid, gid }: Pick<Stats, 'mode' | 'uid' | 'gid'>,
  { users, modeOf }: Surroundings = HERE,
): OthersMay {
  const folders = foldersAbove(path);
  const enterable = folders.reduce((bits, folder) => bits & enterBits(modeOf(folder)), OTHERS | GROUP);
  const groupOf = (allowed: string): number => ((mode & GROUP) === 0 || isOnlyOwner({ uid, gid, allowed }, users()) ? 0 : GROUP);
  const can = (bits: number, group: number): boolean => (mode & bits & (OTHERS | group) & enterable) !== 0;
  const folderMode = modeOf(folders[0] ?? '/');
  const isOpen = (folderMode & OTHERS & WRITE) !== 0 && (folderMode & STICKY) === 0 && (enterable & OTHERS) !== 0;
  return { read: can(READ, groupOf(uid === ROOT ? OWN_GROUP : '')), write: can(WRITE, groupOf('')), replace: isOpen };
}

/** All bits of the classes that may go through a folder of this mode: others, and whatever group a group bit is for. */
const enterBits = (mode: number): number =>
  ((mode & ENTER & OTHERS) !== 0 ? OTHERS | GROUP : 0) | ((mode & ENTER & GROUP) !== 0 ? GROUP : 0);

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(resolve(path));
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersAbove(folder)];
}

interface Owned {
  readonly uid: number;
  readonly gid: number;
  /** Name of a group that may have others in it; `''` for none. */
  readonly allowed: string;
}

function isOnlyOwner({ uid, gid, allowed }: Owned, { passwd, group }: ReturnType<Surroundings['users']>): boolean {
  const users = passwd.split('\n').map((line) => line.split(':'));
  const [name = '', , , members = ''] =
    group
      .split('\n')
      .map((line) => line.split(':'))
      .find(([, , id]) => id === String(gid)) ?? [];
  if (allowed !== '' && name === allowed) return true;
  const owner = users.find(([, , id]) => id === String(uid))?.[0] ?? '';
  const others = users.filter(([user, , , primary]) => primary === String(gid) && user !== owner);
  return others.length === 0 && members.split(',').every((member) => member === '' || member === owner);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A container without users.
    return '';
  }
}
