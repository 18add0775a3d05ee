import type { Access } from './access-told.ts';

/** Programs whose every change of an account counts (shadow-utils, passwd), with what of them is one. */
const ACCOUNT_TOOLS: Readonly<Record<string, RegExp>> = {
  useradd: /^new user: name=([\w.@+-]{1,100})/,
  usermod: /^(?:add|change) (?:user )?'([\w.@+-]{1,100})'/,
  gpasswd: /^user ([\w.@+-]{1,100}) added by/,
  groupadd: /^new group: name=([\w.@+-]{1,100})/,
  passwd: /^.{0,60}password changed for ([\w.@+-]{1,100})/,
  chpasswd: /^.{0,60}password changed for ([\w.@+-]{1,100})/,
};
const HIGH = /\b(?:root|sudo|wheel|admin|adm|docker|lxd|shadow|disk|uid=0)\b|\bUID from '\d{1,10}' to '0'/i;

/** A change of an account, or `nothing` for another line of such a program; undefined for other programs. */
export function ofAccountTool(program: string, message: string): Access | 'nothing' | undefined {
  const shape = Object.hasOwn(ACCOUNT_TOOLS, program) ? ACCOUNT_TOOLS[program] : undefined;
  if (shape === undefined) return undefined;
  const user = shape.exec(message)?.[1];
  return user === undefined ? 'nothing' : { kind: 'rights', user, text: message, isHigh: HIGH.test(message) };
}

/** `alice : TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/sh` (sudo's log of what was allowed). */
const SUDO = /^\s{0,20}([\w.@+-]{1,100}) : TTY=[^;]{0,100} ; PWD=[^;]{0,300} ; USER=([\w.@+-]{1,100}) ;/;
/** `alice : user NOT in sudoers ; …`, `alice : 3 incorrect password attempts ; …`, `alice : command not allowed ; …`. */
const SUDO_FAILED = /^\s{0,20}([\w.@+-]{1,100}) : (?:user NOT in sudoers|\d{1,3} incorrect password attempts?|command not allowed)/;
/** `(to root) alice on pts/0`; a failure is `FAILED SU (to root) alice on pts/0`. */
const SU = /^\(to ([\w.@+-]{1,100})\) ([\w.@+-]{1,100}) on /;
const SU_FAILED = /^FAILED SU \(to [\w.@+-]{1,100}\) ([\w.@+-]{1,100}) on /;

/** Who becomes somebody else with sudo or su; undefined for other programs. */
export function ofBecoming(program: string, message: string): Access | 'nothing' | undefined {
  if (program !== 'sudo' && program !== 'su') return undefined;
  const failed = (program === 'sudo' ? SUDO_FAILED : SU_FAILED).exec(message)?.[1];
  if (failed !== undefined) return { kind: 'failure', user: failed };
  const [, first = '', second = ''] = (program === 'sudo' ? SUDO : SU).exec(message) ?? [];
  if (first === '') return 'nothing';
  return program === 'sudo' ? { kind: 'account', user: second, by: first } : { kind: 'account', user: first, by: second };
}
