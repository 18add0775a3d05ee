import { readFileSync } from 'node:fs';
import { groupsOf, roleOf } from '../actions/roles.ts';
import { whoIsHere } from '../audit/who.ts';
import { systemRoles } from '../config/system-roles.ts';
import { msg, t } from '../lang/lang.ts';

/** Whether the person who runs this process may act. */
export interface Rights {
  /** `''` for an operator; else the sentence that says why not. */
  readonly mayNot: string;
  /** Why nobody at this engine may act, whoever attaches; `''` where each person's own role decides. */
  readonly nobodyMay: string;
  /** What the person should know; `''` for nothing. */
  readonly warning: string;
}

const READ_ONLY = msg('This secmon only reads (--read-only): it bans, mutes and closes nothing.');

/** The rights of the person at this process: by login user where there is one, so that sudo does not hide who it is. */
export async function rightsHere({ readOnly }: { readonly readOnly: boolean }): Promise<Rights> {
  if (readOnly) return { mayNot: t(READ_ONLY), nobodyMay: t(READ_ONLY), warning: '' };
  const { rules, problem, closed } = await systemRoles();
  if (closed) return { mayNot: problem, nobodyMay: problem, warning: problem };
  const { login, user } = whoIsHere(process.env);
  const person = login || user;
  const groups = groupsOf(person, { passwd: textOf('/etc/passwd'), group: textOf('/etc/group') });
  if (roleOf({ user: person, groups, ownsEngine: true }, rules) === 'operator') return { mayNot: '', nobodyMay: '', warning: problem };
  const mayNot = t('{person} is a viewer here: only operators named in /etc/secmon/config.yml may ban, mute and close.', { person });
  return { mayNot, nobodyMay: '', warning: problem };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A container without users.
    return '';
  }
}
