import { type Draft, isAddressAt, put, putAddress } from './draft.ts';

/** Words looked at in search of the address; more fields before it than that need `--log-format`. */
const MAX_WORDS = 5;
const HOST = /^(?:[\w.-]{1,255}|\[[\da-fA-F:.]{2,45}\])(?::\d{1,5})?$/;

/**
 * Reads what stands before the timestamp: `[vhost[:port]] address ident user`, with other fields perhaps in front.
 * The address is the first word that is one, looked for up to the first `-` (after which a user name may stand, which the client chooses);
 * of two in a row the second is the peer and the first the Host that the client sent. Else it is a host name before ` - `: the first word, or the
 * second behind `vhost:port`. False when it is neither, or when syslog or a container wrote something in front: that is theirs to take off.
 */
export function putPrefix(entry: Draft, end: number): boolean {
  const raw = entry.raw;
  const words = readWords(raw, end);
  const at = findAddress(raw, words);
  const start = words[at * 2];
  const stop = words[at * 2 + 1];
  if (start === undefined || stop === undefined || at < 0 || isCarried(raw, words, at)) return false;
  putAddress(entry, 'address', start, stop);
  if (at > 0) putBefore(entry, words, at);
  putUser(entry, stop, end);
  return true;
}

/** A syslog tag (`nginx:`), a `|`, or an ISO time before the address. */
function isCarried(raw: string, words: readonly number[], at: number): boolean {
  for (let i = 0; i < at; i += 1) {
    const last = raw.charCodeAt(addressWordEnd(words, i) - 1);
    if (last === 58 || last === 124) return true;
  }
  return at > 0 && raw.charCodeAt(4) === 45 && raw.charCodeAt(10) === 84;
}

/** Starts and ends of the first words before `end`, alternating. */
function readWords(raw: string, end: number): number[] {
  const words: number[] = [];
  let start = 0;
  while (start < end && words.length < MAX_WORDS * 2) {
    const space = raw.indexOf(' ', start);
    const stop = space < 0 || space > end ? end : space;
    if (stop > start) words.push(start, stop);
    start = stop + 1;
  }
  return words;
}

function findAddress(raw: string, words: readonly number[]): number {
  const count = words.length / 2;
  for (let i = 0; i < count && !isDash(raw, words, i); i += 1) {
    if (isAddressWord(raw, words, i)) return lastOfRun(raw, words, i);
  }
  if (count > 1 && isDash(raw, words, 1)) return 0;
  return count > 2 && isDash(raw, words, 2) && isPortBefore(raw, addressWordEnd(words, 0)) ? 1 : -1;
}

function lastOfRun(raw: string, words: readonly number[], from: number): number {
  let at = from;
  while (endsInComma(raw, words, at) && isAddressWord(raw, words, at + 1)) at += 1;
  if (at > from) return at;
  return isAddressWord(raw, words, at + 1) ? at + 1 : at;
}

const addressWordEnd = (words: readonly number[], i: number): number => words[i * 2 + 1] ?? 0;
const endsInComma = (raw: string, words: readonly number[], i: number): boolean => raw.charCodeAt(addressWordEnd(words, i) - 1) === 44;
const isDash = (raw: string, words: readonly number[], i: number): boolean =>
  words[i * 2 + 1] === (words[i * 2] ?? 0) + 1 && raw.charCodeAt(words[i * 2] ?? 0) === 45;

function isAddressWord(raw: string, words: readonly number[], i: number): boolean {
  const start = words[i * 2];
  if (start === undefined) return false;
  const end = addressWordEnd(words, i);
  return isAddressAt(raw, start, endsInComma(raw, words, i) ? end - 1 : end);
}

function isPortBefore(raw: string, end: number): boolean {
  let at = end - 1;
  while (at > 0 && raw.charCodeAt(at) >= 48 && raw.charCodeAt(at) <= 57) at -= 1;
  return at > 0 && at < end - 1 && raw.charCodeAt(at) === 58;
}

/** The word before the address is the virtual host, or the words are a list that X-Forwarded-For gave. */
function putBefore(entry: Draft, words: readonly number[], at: number): void {
  if (endsInComma(entry.raw, words, at - 1)) {
    let first = at - 1;
    while (first > 0 && endsInComma(entry.raw, words, first - 1)) first -= 1;
    put(entry, 'forwardedFor', words[first * 2] ?? 0, addressWordEnd(words, at - 1) - 1);
    return;
  }
  const start = words[(at - 1) * 2] ?? 0;
  const end = addressWordEnd(words, at - 1);
  if (end - start < 262 && HOST.test(entry.raw.slice(start, end))) putAddress(entry, 'host', start, end);
}

/** Behind the address: ident, then the user, which may hold spaces. `id -` and `""` mean no user. */
function putUser(entry: Draft, from: number, end: number): void {
  const raw = entry.raw;
  let start = from + 1;
  const ident = raw.indexOf(' ', start);
  if (ident < 0 || ident >= end) return;
  start = ident + 1;
  let stop = end;
  while (stop > start && raw.charCodeAt(stop - 1) === 32) stop -= 1;
  const absent =
    raw.startsWith('""', start) || (raw.charCodeAt(stop - 1) === 45 && (stop - 1 === start || raw.charCodeAt(stop - 2) === 32));
  if (!absent) put(entry, 'user', start, stop);
}
