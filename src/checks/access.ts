import type { Entry } from '../model/entry.ts';
import type { Access } from './access-told.ts';
import { ofAccountTool, ofBecoming } from './account-tools.ts';
import { isLoginPage, isOpenPage, type Protection, plainPath } from './protected-path.ts';

const MAX_TEXT = 500;
/** The account in a field: `user=admin`, `"username": "admin"`. */
const USER_FIELD = /\b(?:user(?:_?name)?|account|login|uid)['"]?\s?[=:]\s?['"]?([\w.@+-]{1,100})/i;
/** How sentences name the account, in the order in which they are looked for. */
const USERS: readonly RegExp[] = [
  /\b(?:user|account)\s['"]?([\w.@+-]{1,100})/i,
  /\b(?:for|as|by|of|(?:user_)?logged_in:?)\s['"]?([\w.@+-]{1,100})/i,
  /(?:^|[\s'"])([\w.@+-]{1,100})['"]?\s(?:has |was )?(?:logged|signed)[ -]?in\b/i,
];
const LOGIN = /\b(?:log(?:ged)?[ _-]?(?:in|on)|user_logged_in|login|sign(?:ed)?[ _-]?in|authenticat(?:ed|ion))\b/i;
const WORKED = /\b(?:ok|success(?:ful(?:ly)?)?|succeeded|accepted|(?:user_)?logged[ _-]in|signed[ _-]in|authenticated)\b/i;
const FAILED =
  /\b(?:fail(?:ed|ure|s)?|invalid|denied|refused|rejected|wrong|bad|error|unsuccessful|incorrect|cannot|not|(?:success|ok|authenticated)['"]?\s?[=:]\s?['"]?(?:false|no|0))\b/i;
/** What an application says of rights. */
const RIGHTS =
  /\b(?:is_superuser|is_staff|promoted|granted|elevated|made (?:an )?admin(?:istrator)?|(?:role|group|permission|privilege)s? (?:was |were |has been )?(?:changed|set|added|given|granted)|added to (?:the )?group)\b/i;
const HIGH = /\b(?:root|sudo|wheel|admin(?:s|istrators?)?|superuser|is_superuser|docker|uid=0|staff)\b/i;
/** What is denied right behind the word was not done. */
const DENIAL_REACH = 24;
const SSHD_FAILED =
  /^(?:message repeated \d{1,6} times: \[ )?(?:error: )?(?:Failed (?:password|publickey|keyboard|none|gssapi|hostbased)|Invalid user|PAM: Authentication failure|maximum authentication attempts|Connection (?:closed|reset) by (?:authenticating|invalid) user|Disconnect(?:ed|ing) (?:from )?(?:authenticating|invalid) user)/;
/** Answers to a login that let nobody in. */
const REFUSED_LOGIN: ReadonlySet<number> = new Set([400, 401, 403, 422, 429]);

/** What a line says of access; undefined when it says nothing of it. */
export function accessOf(entry: Entry, protection: Protection): Access | undefined {
  if (entry.kind === 'http') return ofRequest(entry, protection);
  const message = entry.message.slice(0, MAX_TEXT);
  if (entry.kind === 'sshd') return ofSshd(entry, message);
  const program = entry.program.toLowerCase();
  const tool = ofAccountTool(program, message) ?? ofBecoming(program, message);
  if (tool !== undefined) return tool === 'nothing' ? undefined : tool;
  return entry.kind === 'fail2ban' ? undefined : ofApplication(entry, message);
}

function ofRequest({ method, target, status, user }: Entry, protection: Protection): Access | undefined {
  const path = plainPath(target);
  // Browsers ask so before they show who they are.
  const isGiven = status >= 200 && status < 300 && method !== 'OPTIONS';
  const place = protection(path);
  const isLogin = method === 'POST' && isLoginPage(path);
  if (isLogin && REFUSED_LOGIN.has(status)) return { kind: 'failure', user };
  if (place !== undefined) {
    if (isGiven && !isOpenPage(path, place)) return { kind: 'path', path, user };
    // A form that comes back after a POST let nobody in.
    if (isLogin && status === 200) return { kind: 'failure', user };
    // Without a name it is only the question for one.
    if (status === 403 || (status === 401 && user !== '')) return { kind: 'failure', user };
  }
  if (isLogin && status === 200 && path.endsWith('/wp-login.php')) return { kind: 'failure', user };
  return user !== '' && isGiven ? { kind: 'account', user, by: '' } : undefined;
}

function ofSshd({ user }: Entry, message: string): Access | undefined {
  if (message.startsWith('Accepted ')) return { kind: 'account', user, by: '' };
  return SSHD_FAILED.test(message) ? { kind: 'failure', user } : undefined;
}

/** What the application says first counts: what follows may be the client's (a name, a user agent). */
function ofApplication({ user: named }: Entry, message: string): Access | undefined {
  const rights = RIGHTS.exec(message);
  const failed = FAILED.exec(message)?.index ?? Number.POSITIVE_INFINITY;
  if (rights !== null && failed > rights.index + rights[0].length + DENIAL_REACH)
    return { kind: 'rights', user: userOf(named, message), text: message, isHigh: HIGH.test(message) };
  if (!LOGIN.test(message)) return undefined;
  const user = userOf(named, message);
  if (user === '') return undefined;
  const worked = WORKED.exec(message)?.index ?? Number.POSITIVE_INFINITY;
  if (failed <= worked) return failed === Number.POSITIVE_INFINITY ? undefined : { kind: 'failure', user };
  return { kind: 'account', user, by: '' };
}

function userOf(named: string, message: string): string {
  const field = named || USER_FIELD.exec(message)?.[1];
  if (field !== undefined) return field;
  for (const shape of USERS) {
    const user = shape.exec(message)?.[1];
    if (user !== undefined && !WORDS.test(user)) return user;
  }
  return '';
}

/** What stands where a name may, and is none. */
const WORDS = /^(?:was|has|is|the|a|an|user|account|from|login|logged|signed|with|successful(?:ly)?|failed)$/i;
