import { readFileSync, statSync } from 'node:fs';
import { groupsOf, roleOf } from '../../actions/roles.ts';
import { whoActs } from '../../audit/who.ts';
import type { systemRoles } from '../../config/system-roles.ts';
import { inLanguage, t } from '../../lang/lang.ts';
import type { Language } from '../../lang/language.ts';
import type { Person } from '../screens/screens.ts';

/** What is known of whoever attaches: the user is proved, the rest claimed. */
export interface Claim {
  readonly uid: number;
  readonly pid: number;
  /** `SSH_CONNECTION` of the screen. */
  readonly ssh: string;
  readonly language: Language;
}

export interface PersonParts {
  /** `--read-only` of the engine: why nobody may act; `''` otherwise. */
  readonly mayNot: string;
  readonly roles: typeof systemRoles;
  /** User id that the engine runs as. */
  readonly ownUid: number;
}

const ROOT = 0;

/** The person behind a claim, with the role that the system-wide configuration gives, asked anew for everybody who attaches. */
export async function attachedPerson({ uid, pid, ssh, language }: Claim, { mayNot, roles, ownUid }: PersonParts): Promise<Person> {
  const passwd = textOf('/etc/passwd');
  const who = whoActs({ env: { SSH_CONNECTION: ssh }, uid, loginUid: loginUidOf(pid, uid), passwd });
  const name = who.login || who.user;
  const person = (why: string): Person => ({ who, name, mayNot: why, language });
  if (mayNot !== '') return person(mayNot);
  const { rules, problem, closed } = await roles();
  if (closed) return person(problem);
  const groups = groupsOf(name, { passwd, group: textOf('/etc/group') });
  const ownsEngine = uid === ownUid || uid === ROOT;
  if (roleOf({ user: name, groups, ownsEngine }, rules) === 'operator') return person('');
  return person(
    inLanguage(language, () =>
      t('{name} is a viewer here: operators are named in /etc/secmon/config.yml (roles), and only they may ban, mute and close.', { name }),
    ),
  );
}

/** Only of a process of the proved user: another's is not believed. */
function loginUidOf(pid: number, uid: number): string {
  try {
    return statSync(`/proc/${pid}`).uid === uid ? textOf(`/proc/${pid}/loginuid`) : '';
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
