import { isIP } from 'node:net';
import type { Span } from '../model/entry.ts';

/** Only this much of a message is searched. */
const MAX_SEARCHED = 4096;
/** Words behind which a program names its client; then `=`, `:`, a quote or bracket, at most two of them. */
const KEYWORD =
  /\b(?:from|ip|address|addr|rhost|src|(?:client|remote|source|src|peer|user)[_-]?(?:ip|addr|address)|ip[_-]?addr(?:ess)?|client|remote|peer)["']?(?: (?=::)| ?[=:] ?| |\||(?=["'([`]))(?:host )?(?:\[AF_INET6?\])?["'([`/]?(?=[0-9a-fA-F:])/gi;
const TOKEN = /[0-9a-fA-F:.]{3,45}/y;

/** The one address that a message names behind words like `from` or `ip=`; undefined when there is none, or when several differ: then who is meant is a guess. */
export function addressInText(text: string, from: number): Span | undefined {
  const searched = text.slice(from, from + MAX_SEARCHED);
  let found: Span | undefined;
  for (const keyword of searched.matchAll(KEYWORD)) {
    TOKEN.lastIndex = keyword.index + keyword[0].length;
    const token = bareAddress(TOKEN.exec(searched)?.[0] ?? '');
    if (token === undefined) continue;
    const mapped = /^::ffff:(?=\d{1,3}\.)/i.test(token) ? 7 : 0;
    const start = from + keyword.index + keyword[0].length + mapped;
    if (found !== undefined && text.slice(found.start, found.end) !== token.slice(mapped)) return undefined;
    found = { start, end: start + token.length - mapped };
  }
  return found;
}

/** The address without the full stop, comma's colon or port behind it. */
function bareAddress(token: string): string | undefined {
  if (isIP(token) !== 0) return token;
  const trimmed = token.replace(/[.:]+$/, '');
  if (isIP(trimmed) !== 0) return trimmed;
  const host = token.slice(0, Math.max(token.indexOf(':'), 0));
  return isIP(host) === 4 ? host : undefined;
}
