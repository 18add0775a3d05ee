import { isIP } from 'node:net';
import type { Entry, Span } from '../model/entry.ts';
import { type Draft, draft, putVerbatim } from './draft.ts';

/** Programs of OpenSSH that log about a peer: `sshd-session` and `sshd-auth` split off in 9.8 and 10.0. */
export const SSHD_PROGRAMS: ReadonlySet<string> = new Set(['sshd', 'sshd-session', 'sshd-auth']);

/** The peer follows at once: what comes later (disconnect reasons, offers, banners) is the client's text. */
const PEER_FIRST = [
  'Received disconnect from ',
  'Connection from ',
  'Connection closed by ',
  'Connection reset by ',
  'Disconnected from ',
  'Disconnecting ',
  'Unable to negotiate with ',
  'banner exchange: Connection from ',
  'ssh_dispatch_run_fatal: Connection from ',
  'Did not receive identification string from ',
  'Timeout before authentication for connection from ',
  'Timeout before authentication for ',
  'Protocol major versions differ for ',
  'Address ',
];

/** What stands before a user name, which the client chooses freely: spaces, ` from 9.9.9.9 port 1`, anything. Longer ones first. */
const USER_MARKS = [
  'for invalid user ',
  'for illegal user ',
  'Invalid user ',
  'invalid user ',
  'authenticating user ',
  'Close session: user ',
  'Disconnected from user ',
  'User ',
  'for ',
];

/** Messages that name no user, whatever words are in them. */
const NAMELESS = /^(?:Timeout|reverse mapping|Bad protocol|drop connection|Nasty PTR|Address) /;
/** Fixed words in front of a user name are never longer. */
const MAX_HEAD = 80;

/** Ends that sshd itself writes, each behind the peer. */
const FIXED_ENDS = [' [preauth]', ' ssh2', ': Too many authentication failures', ' ssh1'];

/**
 * An entry for one message of sshd. The address is only taken from a place that the client cannot write to:
 * right behind fixed words, or at the very end, behind the user name. Where that cannot be told (a certificate's key id and the user name can both imitate it)
 * and the candidates differ, it stays empty. Messages: OpenSSH's auth.c, auth2.c, packet.c, sshd.c; pam_unix.
 */
export function parseSshd(line: string): Entry {
  const entry = draft('sshd', line);
  putVerbatim(entry, 'message', 0, line.length);
  const body = skipWrapping(line);
  const peer = findPeer(line, body.start, body.end);
  if (peer !== undefined) putVerbatim(entry, 'address', peer.start, peer.end);
  putUser(entry, body.start, peer?.start ?? body.end);
  return entry;
}

/** Leaves out `error: `, `fatal: ` in front, rsyslog's `message repeated 3 times: [ … ]` around, and spaces at the end. */
function skipWrapping(line: string): Span {
  let start = 0;
  let end = line.length;
  while (end > start && line.charCodeAt(end - 1) === 32) end -= 1;
  if (line.startsWith('message repeated ', start)) {
    const open = line.indexOf(': [ ', start);
    if (open > 0 && open < start + 40 && line.charCodeAt(end - 1) === 93) {
      start = open + 4;
      end -= 1;
    }
  }
  for (const prefix of ['error: ', 'fatal: ', 'PAM: ']) if (line.startsWith(prefix, start)) start += prefix.length;
  return { start, end };
}

function findPeer(line: string, start: number, end: number): Span | undefined {
  const pam = pamPeer(line, start);
  if (pam !== undefined) return pam;
  for (const prefix of PEER_FIRST) {
    if (!line.startsWith(prefix, start)) continue;
    const word = wordAt(line, start + prefix.length, end);
    if (isPeer(line, word)) return word;
  }
  if (line.startsWith('drop connection #', start)) return bracketedPeer(line, start, end);
  if (line.startsWith('refused connect from ', start)) return inParentheses(line, end);
  if (line.startsWith('User ', start)) return lastBefore(line, start, { end, mark: ' not allowed because ' });
  if (line.startsWith('reverse mapping checking ', start)) return lastBefore(line, start, { end, mark: '] failed ' });
  if (line.startsWith('Disconnecting ', start) && !line.endsWith(': Too many authentication failures [preauth]', end))
    return onlyCandidate(line, start, end);
  return peerAtEnd(line, start, end) ?? peerBeforeKey(line, start, end);
}

/** `… authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=1.2.3.4  user=root`: all before the first rhost is fixed. */
function pamPeer(line: string, start: number): Span | undefined {
  const marker = line.indexOf(' ruser= rhost=', start);
  if (marker < 0 || !isPam(line, start)) return undefined;
  const word = wordAt(line, marker + 14, line.length);
  return word.end > word.start ? word : undefined;
}

const isPam = (line: string, start: number): boolean =>
  line.startsWith('pam_', start) || /^(?:PAM )?\d{1,9} more authentication/.test(line.slice(start, start + 40));

function bracketedPeer(line: string, start: number, end: number): Span | undefined {
  const open = line.indexOf(' from [', start);
  const close = open < 0 ? -1 : line.indexOf(']', open);
  if (close < 0 || close > end) return undefined;
  const span = { start: open + 7, end: close };
  return isPeer(line, span) ? span : undefined;
}

/** `refused connect from host.example (1.2.3.4)`, by TCP wrappers: the address ends the message. */
function inParentheses(line: string, end: number): Span | undefined {
  const span = { start: line.lastIndexOf('(', end) + 1, end: end - 1 };
  return line.charCodeAt(end - 1) === 41 && isPeer(line, span) ? span : undefined;
}

/** The word before the last occurrence of fixed text that ends the message. */
function lastBefore(line: string, start: number, { end, mark }: { end: number; mark: string }): Span | undefined {
  const at = line.lastIndexOf(mark, end);
  if (at <= start) return undefined;
  const word = wordBefore(line, at, start);
  const span = line.charCodeAt(word.start) === 91 ? { start: word.start + 1, end: word.end } : word;
  return isPeer(line, span) ? span : undefined;
}

/** `… X port 22 ssh2 [preauth]`, `… from X` as the end of the message. */
function peerAtEnd(line: string, start: number, messageEnd: number): Span | undefined {
  let end = messageEnd;
  for (const fixed of FIXED_ENDS) if (line.endsWith(fixed, end)) end -= fixed.length;
  const id = wordBefore(line, end, start);
  if (isDigits(line, id) && line.slice(id.start - 4, id.start) === ' id ') end = id.start - 4;
  const port = wordBefore(line, end, start);
  const ported = isDigits(line, port) && line.slice(port.start - 6, port.start) === ' port ';
  const word = wordBefore(line, ported ? port.start - 6 : end, start);
  const preposition = line.slice(word.start - 6, word.start) === ' from ';
  if (isPeer(line, word) && (ported || preposition)) return word;
  return ported && preposition && isHostName(line, word) ? word : undefined;
}

/**
 * `Accepted publickey for U from X port N ssh2: ED25519 SHA256:…`: the fingerprint ends the line, so X is the last candidate. A certificate
 * adds `ID <key id> (serial …)`, and the key id is the client's: then the candidates must agree.
 */
function peerBeforeKey(line: string, start: number, end: number): Span | undefined {
  const marker = line.lastIndexOf(' ssh2: ', end);
  if (marker < 0) return undefined;
  const key = line.slice(marker + 7, end);
  if (/^[A-Z0-9-]{1,20} (?:SHA256|MD5):[A-Za-z0-9+/=:]{10,64}$/.test(key) && !line.includes('-CERT ', start))
    return peerAtEnd(line, start, marker + 5);
  return onlyCandidate(line, start, end);
}

/** The peer, when every ` X port N` in the message names the same. */
function onlyCandidate(line: string, start: number, end: number): Span | undefined {
  let found: Span | undefined;
  let port = line.indexOf(' port ', start);
  while (port >= 0 && port < end) {
    const word = wordBefore(line, port, start);
    if (isPeer(line, word)) {
      if (found !== undefined && line.slice(found.start, found.end) !== line.slice(word.start, word.end)) return undefined;
      found = word;
    }
    port = line.indexOf(' port ', port + 1);
  }
  return found;
}

function wordAt(line: string, start: number, limit: number): Span {
  const space = line.indexOf(' ', start);
  let end = space < 0 || space > limit ? limit : space;
  while (end > start && (line.charCodeAt(end - 1) === 58 || line.charCodeAt(end - 1) === 44)) end -= 1;
  return { start, end };
}

function wordBefore(line: string, end: number, limit: number): Span {
  const space = line.lastIndexOf(' ', end - 1);
  return { start: Math.max(space + 1, limit), end: Math.max(end, limit) };
}

const isPeer = (line: string, { start, end }: Span): boolean => end > start && end - start <= 64 && isIP(line.slice(start, end)) !== 0;
const isDigits = (line: string, { start, end }: Span): boolean => end > start && end - start <= 10 && /^\d+$/.test(line.slice(start, end));
const isHostName = (line: string, { start, end }: Span): boolean =>
  end - start <= 255 && /^[A-Za-z0-9](?:[A-Za-z0-9-]*\.)+[A-Za-z0-9-]+$/.test(line.slice(start, end));

const SESSION = 'pam_unix(sshd:session): session opened for user ';

/** The user stands between fixed words and the peer. */
function putUser(entry: Draft, start: number, peerStart: number): void {
  const line = entry.raw;
  const pam = isPam(line, start) ? line.indexOf(' user=', peerStart) : -1;
  const from = NAMELESS.test(line.slice(start, start + 20)) ? -1 : userStart(line, start);
  if (pam >= 0) putVerbatim(entry, 'user', pam + 6, line.length);
  else if (line.startsWith(SESSION, start)) putSessionUser(entry, start + SESSION.length);
  else if (from >= 0 && from < peerStart && entry.address !== '') {
    putVerbatim(entry, 'user', from, line.startsWith(' from ', peerStart - 6) ? peerStart - 6 : peerStart - 1);
  }
}

/** Behind the mark that comes first, of two at one place the longer; -1 when there is none. */
function userStart(line: string, start: number): number {
  let first = start + MAX_HEAD;
  let from = -1;
  for (const mark of USER_MARKS) {
    const at = line.indexOf(mark, start);
    if (at < 0 || at >= first) continue;
    first = at;
    from = at + mark.length;
  }
  return from;
}

function putSessionUser(entry: Draft, start: number): void {
  const { raw } = entry;
  const paren = raw.indexOf('(', start);
  const space = raw.indexOf(' ', start);
  const end = paren >= 0 && (space < 0 || paren < space) ? paren : space;
  putVerbatim(entry, 'user', start, end < 0 ? raw.length : end);
}
