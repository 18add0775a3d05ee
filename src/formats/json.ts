import { msg } from '../lang/lang.ts';
import type { Entry, Span } from '../model/entry.ts';
import { type Draft, draft, isAddressAt, put, putAddress, putVerbatim } from './draft.ts';
import type { FormatContext, LineParser, Rejection } from './format.ts';
import { putClient } from './forwarded-for.ts';
import { createNaming, durationMs, type Naming, type Role } from './json-names.ts';
import { type Leaf, leafText, scanJson } from './json-scan.ts';
import { peerInText } from './named-peer.ts';
import { putCall } from './recorded-call.ts';
import { putRequest } from './request-line.ts';
import { createTimeReader, epochMs, type TimeReader } from './time.ts';

const NOT_JSON: Rejection = { reason: msg('no JSON object') };
const BROKEN: Rejection = { reason: msg('JSON is broken') };

/** Numeric levels of Bunyan and pino. */
const NUMBER_LEVELS: ReadonlyMap<string, string> = new Map([
  ['10', 'trace'],
  ['20', 'debug'],
  ['30', 'info'],
  ['40', 'warn'],
  ['50', 'error'],
  ['60', 'fatal'],
]);

/** An application that tells of a refused login beside the request is heard, not the request: its own log has that. */
const REFUSAL =
  /\b(?:login failed|failed login|authentication[ _](?:failed|failure|attempt)|challenge failed|invalid login|sign-in attempt|invalid (?:credentials|password)|domain error|rack_attack)\b/i;

/** The best leaf for each role; `asked`: the line has a place for a request, if an empty one. */
type Chosen = Partial<Record<Role, Leaf>> & { asked: boolean; evidences?: Leaf[] };

/** JSON lines by the usual names: requests where there is a target and a method or status, application lines else. */
export function createJsonParser(context: FormatContext): LineParser {
  const read = createLeafReader(context);
  return {
    parse(line): Entry | Rejection {
      if (line.charCodeAt(0) !== 123 && !/^ {1,8}\{"/.test(line)) return NOT_JSON;
      const leaves = scanJson(line);
      return leaves === undefined ? BROKEN : read(line, leaves);
    },
  };
}

/** Makes an entry of named values that stand in a line, by the usual names. */
export function createLeafReader(context: FormatContext): (line: string, leaves: readonly Leaf[]) => Draft {
  const times = createTimeReader(context);
  const naming = createNaming();
  return (line, leaves) => {
    const chosen = choose(line, leaves, naming);
    const entry = draft('application', line);
    if (chosen.time !== undefined) entry.timeMs = readTime(leafText(line, chosen.time), times) ?? readParts(line, leaves, times);
    if (chosen.level !== undefined) entry.level = levelWord(leafText(line, chosen.level));
    if (chosen.address !== undefined) putPeerLeaf(entry, chosen.address);
    if (chosen.forwardedFor !== undefined) put(entry, 'forwardedFor', chosen.forwardedFor.start, chosen.forwardedFor.end);
    if (chosen.user !== undefined) put(entry, 'user', chosen.user.start, chosen.user.end);
    if (chosen.call !== undefined && putCall(entry, leaves)) return entry;
    if (isRequest(line, chosen)) putHttp(entry, chosen);
    else putApplication(entry, chosen);
    putClient(entry, context.isTrustedProxy);
    return entry;
  };
}

/** The best leaf for each role; a later one of the same name wins, as in JSON.parse. Empty values, `-` and null do not count. */
function choose(line: string, leaves: readonly Leaf[], naming: (path: string) => readonly Naming[]): Chosen {
  const chosen: Chosen = { asked: false };
  const ranks: Partial<Record<Role, number>> = {};
  for (const leaf of leaves) {
    if (leaf.kind === 'array') continue;
    for (const { role, rank } of naming(leaf.path)) {
      if (role === 'request' || role === 'method') chosen.asked = true;
      if (role === 'evidence') chosen.evidences = [...(chosen.evidences ?? []), leaf];
      if (rank > (ranks[role] ?? Number.POSITIVE_INFINITY) || isAbsent(line, leaf)) continue;
      if (role === 'address' && peerSpan(line, leaf) === undefined) continue;
      if (role === 'user' && leaf.end === leaf.start + 1 && line.charCodeAt(leaf.start) === 48) continue;
      chosen[role] = leaf;
      ranks[role] = rank;
    }
  }
  return chosen;
}

/** An address as programs write it into a value: perhaps with its family before it, port and interface behind it. */
const PEER = /^(?:ipv[46]:)?((?:\d{1,3}\.){3}\d{1,3}(?=(?::\d{1,5}(?::\w{1,16})?)?$)|\[?[0-9a-fA-F:.%]{2,60}\]?(?::\d{1,5})?$)/d;

function peerSpan(line: string, leaf: Leaf): Span | undefined {
  if (leaf.end - leaf.start > 80) return undefined;
  if (isAddressAt(line, leaf.start, leaf.end)) return leaf;
  const found = PEER.exec(line.slice(leaf.start, leaf.end))?.indices?.[1];
  if (found === undefined || !isAddressAt(line, leaf.start + found[0], leaf.start + found[1])) return undefined;
  return { start: leaf.start + found[0], end: leaf.start + found[1] };
}

function putPeerLeaf(entry: Draft, leaf: Leaf): void {
  const span = peerSpan(entry.raw, leaf);
  if (span !== undefined) putAddress(entry, 'address', span.start, span.end);
}

function isAbsent(line: string, leaf: Leaf): boolean {
  if (leaf.end <= leaf.start || (leaf.end === leaf.start + 1 && line.charCodeAt(leaf.start) === 45)) return true;
  return leaf.kind === 'word' && line.startsWith('null', leaf.start);
}

function isRequest(line: string, chosen: Chosen): boolean {
  if (chosen.asked && chosen.status !== undefined && /^\d{3}$/.test(line.slice(chosen.status.start, chosen.status.end))) return true;
  if (chosen.target === undefined) return false;
  if (chosen.status === undefined && chosen.message !== undefined && REFUSAL.test(leafText(line, chosen.message).slice(0, 400)))
    return false;
  return chosen.method !== undefined || (chosen.status !== undefined && /^[/h*]/.test(line.charAt(chosen.target.start)));
}

function putHttp(entry: Draft, chosen: Chosen): void {
  const { raw } = entry;
  entry.kind = 'http';
  if (chosen.method !== undefined) put(entry, 'method', chosen.method.start, chosen.method.end);
  if (chosen.protocol !== undefined) putProtocol(entry, chosen.protocol);
  if (chosen.target !== undefined) put(entry, 'target', chosen.target.start, chosen.target.end);
  else if (chosen.request !== undefined && chosen.method === undefined) putRequest(entry, chosen.request.start, chosen.request.end);
  else if (chosen.request !== undefined) put(entry, 'target', chosen.request.start, chosen.request.end);
  if (chosen.query !== undefined) addQuery(entry, leafText(raw, chosen.query));
  if (chosen.referer !== undefined) put(entry, 'referer', chosen.referer.start, chosen.referer.end);
  if (chosen.userAgent !== undefined) put(entry, 'userAgent', chosen.userAgent.start, chosen.userAgent.end);
  if (chosen.host !== undefined) putAddress(entry, 'host', chosen.host.start, chosen.host.end);
  if (chosen.status !== undefined) entry.status = count(leafText(raw, chosen.status), 3) ?? 0;
  if (chosen.bytes !== undefined) entry.bytes = count(leafText(raw, chosen.bytes), 15) ?? -1;
  const { duration } = chosen;
  if (duration !== undefined)
    entry.durationMs = durationMs(duration.path, leafText(raw, duration), chosen.status?.path === 'response_code');
}

/** ECS writes `1.1`: that is no text of the line any more once it reads `HTTP/1.1`. */
function putProtocol(entry: Draft, leaf: Leaf): void {
  put(entry, 'protocol', leaf.start, leaf.end);
  if (!/^\d(?:\.\d)?$/.test(entry.protocol)) return;
  entry.protocol = `HTTP/${entry.protocol}`;
  delete entry.spans.protocol;
}

/** Path and query in fields of their own become one target, which then stands nowhere in the line. */
function addQuery(entry: Draft, query: string): void {
  if (query === '?' || entry.target === '' || entry.target.includes('?')) return;
  entry.target += query.startsWith('?') ? query : `?${query}`;
  delete entry.spans.target;
}

const count = (text: string, maxDigits: number): number | undefined =>
  text.length <= maxDigits && /^\d+$/.test(text) ? Number(text) : undefined;

function putApplication(entry: Draft, chosen: Chosen): void {
  if (chosen.message !== undefined) put(entry, 'message', chosen.message.start, chosen.message.end);
  if (entry.message === '') putVerbatim(entry, 'message', 0, entry.raw.length);
  if (chosen.program !== undefined) entry.program = leafText(entry.raw, chosen.program);
  if (entry.address === '') putNamed(entry);
  if (chosen.port !== undefined) putPort(entry, leafText(entry.raw, chosen.port), chosen.protocol);
  if (chosen.evidences !== undefined && entry.message.length < entry.raw.length) addEvidence(entry, chosen.evidences);
}

/** The port that somebody wanted as target, as packet filters' lines have it: `22/tcp`. */
function putPort(entry: Draft, port: string, protocol: Leaf | undefined): void {
  if (!/^\d{1,5}$/.test(port)) return;
  const named = protocol === undefined ? '' : leafText(entry.raw, protocol).toLowerCase();
  entry.target = `${port}/${{ 6: 'tcp', 17: 'udp' }[named] ?? (named || 'tcp')}`;
}

const REFUSED = /fail|denied|(?<!connection )refused|reject|invalid|unauthor|forbidden|wrong|incorrect|locked|not[ _]found|^false$/i;
const MAX_EVIDENCE = 6;

/** Says in the message what only other fields tell: `Created Event · action=login_failed`. Lines that tell of no refusal stay as they are. */
function addEvidence(entry: Draft, leaves: readonly Leaf[]): void {
  if (!leaves.some(({ start, end }) => REFUSED.test(entry.raw.slice(start, Math.min(end, start + 200))))) return;
  const parts = leaves
    .slice(0, MAX_EVIDENCE)
    .map((leaf) => ({ path: leaf.path, text: leafText(entry.raw, leaf).slice(0, 200) }))
    .filter(({ text }) => text !== '' && !entry.message.includes(text));
  if (!parts.some(({ text }) => REFUSED.test(text))) return;
  entry.message += parts.map(({ path, text }) => ` · ${path.slice(path.lastIndexOf('.') + 1)}=${text}`).join('');
  delete entry.spans.message;
}

/** Who the message itself names; as a part of a JSON string it has no place of its own in the line. */
function putNamed(entry: Draft): void {
  const { address, user } = peerInText(entry.message, 0);
  if (address !== undefined) entry.address = entry.message.slice(address.start, address.end);
  if (user !== undefined && entry.user === '') entry.user = entry.message.slice(user.start, user.end);
}

/** FortiGate writes day, clock and zone each in a field of its own. */
function readParts(line: string, leaves: readonly Leaf[], times: TimeReader): number | undefined {
  const part = (name: string): string => {
    const leaf = leaves.find(({ path }) => path === name);
    return leaf === undefined ? '' : leafText(line, leaf);
  };
  return times.iso(`${part('date')}T${part('time')}${part('tz')}`, 0)?.ms;
}

const levelWord = (text: string): string => NUMBER_LEVELS.get(text) ?? text;

/** Any time that JSON logs hold: epoch numbers, ISO, CLF with or without bracket. */
function readTime(text: string, times: TimeReader): number | undefined {
  const start = text.startsWith('[') ? 1 : 0;
  return epochMs(text) ?? times.iso(text, start)?.ms ?? times.clf(text, start) ?? times.bsd(text, start)?.ms;
}
