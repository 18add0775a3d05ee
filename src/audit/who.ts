import { readFileSync } from 'node:fs';
import { parseAddress } from '../net/address.ts';
import type { AuditWho } from './record.ts';

export interface WhoPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** User id in force. */
  readonly uid: number;
  /** `/proc/self/loginuid` as text; `''` where there is none. */
  readonly loginUid: string;
  /** passwd(5) as text. */
  readonly passwd: string;
}

/** 2^32 - 1: nobody logged in (audit_setloginuid(3)). */
const UNSET = '4294967295';

/** Who acts in this process. Names from passwd, else `uid 1000`. */
export function whoActs({ env, uid, loginUid, passwd }: WhoPlaces): AuditWho {
  const nameOf = (id: string): string =>
    passwd
      .split('\n')
      .map((line) => line.split(':'))
      .find(([, , other]) => other === id)?.[0] ?? `uid ${id}`;
  const login = loginUid.trim();
  const client = (env.SSH_CONNECTION ?? env.SSH_CLIENT ?? '').split(' ')[0] ?? '';
  return {
    login: login === '' || login === UNSET || !/^\d{1,10}$/.test(login) ? '' : nameOf(login),
    user: nameOf(String(uid)),
    ssh: parseAddress(client)?.text ?? '',
  };
}

/** {@link whoActs} of this process. */
export function whoIsHere(env: WhoPlaces['env']): AuditWho {
  return whoActs({ env, uid: process.geteuid?.() ?? -1, loginUid: textOf('/proc/self/loginuid'), passwd: textOf('/etc/passwd') });
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // Not Linux, or no audit in this kernel.
    return '';
  }
}
