import type { Entry } from '../model/entry.ts';

/** A success of somebody somewhere, or a change of rights, as one line tells it. Texts are the client's: hostile. */
export type Access =
  | { readonly kind: 'account'; readonly user: string }
  | { readonly kind: 'path'; readonly path: string; readonly user: string }
  | { readonly kind: 'failure'; readonly user: string }
  /** `isHigh`: it gives the rights of root or of an administrator. */
  | { readonly kind: 'rights'; readonly user: string; readonly text: string; readonly isHigh: boolean };

const MAX_TEXT = 500;
const USER = /(?:\b(?:user(?:name)?|account)\b[ =:]{1,3}|\blogin[=:] ?)['"]?([\w.@+-]{1,100})/i;
const LOGIN = /\b(?:log(?:ged)?[ -]?(?:in|on)|login|sign(?:ed)?[ -]?in|authenticat(?:ed|ion))\b/i;
const WORKED = /\b(?:ok|success(?:ful(?:ly)?)?|succeeded|accepted|logged[ -]in|signed[ -]in|authenticated)\b/i;
const FAILED = /\b(?:fail(?:ed|ure|s)?|invalid|denied|refused|wrong|bad|error|unsuccessful|incorrect|not)\b/i;
/** What an application says of rights. */
const RIGHTS =
  /\b(?:is_superuser|is_staff|promoted|granted|elevated|made (?:an )?admin(?:istrator)?|(?:role|group|permission|privilege)s? (?:was |were |has been )?(?:changed|set|added|given|granted)|added to (?:the )?group)\b/i;
const HIGH = /\b(?:root|sudo|wheel|admin(?:s|istrators?)?|superuser|is_superuser|docker|uid=0|staff)\b/i;
/** Programs whose every change of an account counts (shadow-utils, passwd), with what of them is one. */
const ACCOUNT_TOOLS: Readonly<Record<string, RegExp>> = {
  useradd: /^new user: name=([\w.@+-]{1,100})/,
  usermod: /^(?:add|change) (?:user )?'([\w.@+-]{1,100})'/,
  gpasswd: /^user ([\w.@+-]{1,100}) added by/,
  groupadd: /^new group: name=([\w.@+-]{1,100})/,
  passwd: /^.{0,60}password changed for ([\w.@+-]{1,100})/,
  chpasswd: /^.{0,60}password changed for ([\w.@+-]{1,100})/,
};
/** Pages that anybody gets below a protected path: the way in itself, and what it looks like. */
const OPEN_PAGE = /\/(?:log-?in|sign-?in|log-?out|static|assets|jsi18n|favicon\.ico)(?:[/.?]|$)/i;
const LOGIN_PAGE = /\/(?:log-?in|sign-?in)(?:[/.?]|$)/i;

const pathOf = (target: string): string => target.slice(0, MAX_TEXT).split('?', 1)[0] ?? '';

/** What a line says of access; undefined when it says nothing of it. */
export function accessOf(entry: Entry, isProtected: (path: string) => boolean): Access | undefined {
  if (entry.kind === 'http') return ofRequest(entry, isProtected);
  const message = entry.message.slice(0, MAX_TEXT);
  if (entry.kind === 'sshd') return ofSshd(entry, message);
  const tool = ACCOUNT_TOOLS[entry.program.toLowerCase()];
  if (tool !== undefined) return ofTool(tool, message);
  return entry.kind === 'fail2ban' ? undefined : ofApplication(entry, message);
}

function ofRequest({ method, target, status, user }: Entry, isProtected: (path: string) => boolean): Access | undefined {
  const path = pathOf(target);
  const isGiven = status >= 200 && status < 300;
  if (isProtected(path)) {
    if (isGiven && !OPEN_PAGE.test(path)) return { kind: 'path', path, user };
    // A form that sends on after a POST let somebody in.
    if (method === 'POST' && status >= 300 && status < 400 && LOGIN_PAGE.test(path)) return { kind: 'path', path, user };
    if (status === 401 || status === 403) return { kind: 'failure', user };
  }
  return user !== '' && isGiven ? { kind: 'account', user } : undefined;
}

function ofSshd({ user }: Entry, message: string): Access | undefined {
  if (message.startsWith('Accepted ')) return { kind: 'account', user };
  return /^(?:Failed|Invalid user)\b/.test(message) ? { kind: 'failure', user } : undefined;
}

function ofTool(shape: RegExp, message: string): Access | undefined {
  const user = shape.exec(message)?.[1];
  return user === undefined ? undefined : { kind: 'rights', user, text: message, isHigh: HIGH.test(message) };
}

function ofApplication({ user: named }: Entry, message: string): Access | undefined {
  const user = named || (USER.exec(message)?.[1] ?? '');
  if (RIGHTS.test(message) && !FAILED.test(message)) return { kind: 'rights', user, text: message, isHigh: HIGH.test(message) };
  if (user === '' || !LOGIN.test(message)) return undefined;
  if (FAILED.test(message)) return { kind: 'failure', user };
  return WORKED.test(message) ? { kind: 'account', user } : undefined;
}
