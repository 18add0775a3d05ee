import type { Span } from '../model/entry.ts';

const MAX_NAME = 100;

/** What stands before and behind an account name in the messages of daemons; a name ends at `after`, or at a space or the end where that is empty. */
const NAMES: readonly (readonly [before: string, after: string])[] = [
  [' user=<', '>'],
  ['FAILED SU (to root) ', ' on '],
  [' ruser=', ' rhost=  '],
  ['sasl_username=', ''],
  ["Access denied for user '", "'@'"],
  [' for user "', '"'],
  [' for user [', ']'],
  [' user "', '"'],
  ['username="', '"'],
  ['acct="', '"'],
  ['AccountID="', '"'],
  ['Login failed: ', ' (Remote IP'],
  ['authentication attempt for unknown user ', ' from '],
  ['authentication attempt for ', ' from '],
  ['Authentication failure for ', ' from '],
  ['Authentication request for ', ' has been denied'],
  [" attempt by user '", "'"],
  [' attempt for user ', ' from '],
  ['(set_id=', ')'],
  ['user denied: ', ' (mysql-denied)'],
  [' login as ', ' from '],
  [" error for user '", "'"],
  [" error for '", "'"],
  ['User [', ']'],
  ['login failure for user ', ' from '],
  [' login:', ' from '],
  ["Failed login for '", "'"],
  ['Failed login by user ', ' from '],
  ['Login failed for user `', '`'],
  ["Login failed for user '", "'"],
  ['Login failed for ', ' against '],
  ['login attempt [', '/'],
  [" FOR '", "'"],
  [' USER ', ''],
  ["attempt for '", "'"],
  ["unknown user '", "'"],
  ['): [', '/<via'],
  ['): [', '] (from client'],
  ['Login incorrect: [', '/'],
  ['Login incorrect ', ']'],
  ['Username: ', ''],
  ['FAILED SU (to ', ')'],
  [' for peer ', ''],
  [' BIND dn="', '"'],
  [' user = ', ''],
  [' locked user [', ']'],
  [" user '", "'"],
  [', user=', ','],
  [' user=', ''],
  ['] user [', ']'],
  ['pam(', ','],
  ['sql(', ','],
  [' plaintext ', ' '],
];

/** The account that a message of a daemon names; the client chose it freely, so it counts as a name and as nothing else. */
export function userInText(text: string, from: number): Span | undefined {
  for (const [before, after] of NAMES) {
    const at = text.indexOf(before, from);
    if (at < 0) continue;
    const start = at + before.length;
    const found = after === '' ? wordEnd(text, start) : text.indexOf(after, start);
    if (found > start && found - start <= MAX_NAME) return unquoted(text, start, found);
  }
  return undefined;
}

/** `'jane'` is jane. */
function unquoted(text: string, start: number, end: number): Span {
  const mark = text.charAt(start);
  const quoted = end - start > 2 && (mark === "'" || mark === '"' || mark === '`') && text.charAt(end - 1) === mark;
  return quoted ? { start: start + 1, end: end - 1 } : { start, end };
}

function wordEnd(text: string, start: number): number {
  let end = start;
  while (end < text.length && end - start <= MAX_NAME && !' ,;"\''.includes(text.charAt(end))) end += 1;
  return end > start && '.:'.includes(text.charAt(end - 1)) ? end - 1 : end;
}
