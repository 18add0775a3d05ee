import { readFileSync } from 'node:fs';
import { groupsOf, type RoleRules, roleOf } from '../../actions/roles.ts';
import type { AuditWho } from '../../audit/record.ts';
import { whoActs } from '../../audit/who.ts';
import type { Peer } from '../../helper/peer.ts';

/** What a caller's role is decided by. */
export interface RoleFacts {
  /** From the system-wide configuration; undefined: it names nobody. */
  readonly rules: RoleRules | undefined;
  /** The group that has the helper's socket: where nobody is named, its members are operators, as root is. */
  readonly socketGroup: string;
  /** passwd(5) and group(5) as texts. */
  readonly users: { readonly passwd: string; readonly group: string };
}

const ROOT = 0;

/** Who calls, for the audit log: the user is proved; login and SSH client are what their process says of itself while it lives. */
export function whoCalls({ pid, uid }: Peer, read: (path: string) => string = textOf): AuditWho {
  const connection = read(`/proc/${pid}/environ`)
    .split('\0')
    .find((one) => one.startsWith('SSH_CONNECTION='));
  const env = { SSH_CONNECTION: connection?.slice('SSH_CONNECTION='.length) };
  return whoActs({ env, uid, loginUid: read(`/proc/${pid}/loginuid`), passwd: read('/etc/passwd') });
}

/**
 * `''` when the caller is an operator, else why not. Decided by the user that the kernel names; somebody who logged in as a viewer and became
 * another user stays one. Only the service's own user, named as the socket's group is, asks for another person.
 */
export function mayNotCall(who: AuditWho, person: string, { rules, socketGroup, users }: RoleFacts): string {
  const isOperator = (user: string): boolean => {
    const groups = groupsOf(user, users);
    const ownsEngine = user === nameOfRoot(users) || groups.includes(socketGroup);
    return roleOf({ user, groups, ownsEngine }, rules) === 'operator';
  };
  const isNamed = rules !== undefined && rules.operators.length + rules.viewers.length > 0;
  const asksForOther = isNamed && person !== '' && who.user === socketGroup;
  const asking = asksForOther ? [person] : [who.user, ...(isNamed && who.login !== '' ? [who.login] : [])];
  const viewer = asking.find((user) => !isOperator(user));
  if (viewer === undefined) return '';
  return isNamed
    ? `${viewer} is a viewer here: only operators named in /etc/secmon/config.yml may do that`
    : `${viewer} is a viewer here: neither in the group ${socketGroup} nor named an operator in /etc/secmon/config.yml`;
}

const nameOfRoot = ({ passwd }: RoleFacts['users']): string =>
  passwd
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, , id]) => id === String(ROOT))?.[0] ?? `uid ${ROOT}`;

/** Users and groups of this machine. */
export const usersHere = (): RoleFacts['users'] => ({ passwd: textOf('/etc/passwd'), group: textOf('/etc/group') });

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Gone meanwhile, or a machine without.
    return '';
  }
}
