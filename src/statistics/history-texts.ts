import { isIP } from 'node:net';
import { actorOf, parseAddress } from '../net/address.ts';
import { baselineKey } from './baseline.ts';

const MAX_TEXT = 100;
const MAX_CACHED = 2_000;

/** A function with a small memory: the same few texts come again and again. */
function remembered(make: (text: string) => string): (text: string) => string {
  let held = new Map<string, string>();
  return (text) => {
    const known = held.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    if (held.size >= MAX_CACHED) held = new Map();
    // Long texts are an attacker's more often than not, and would fill the memory.
    if (text.length <= MAX_TEXT) held.set(text, made);
    return made;
  };
}

/** The network that stands for an address: /24, or /48 (what one site gets: RFC 6177); `''` for what is no address. */
export function networkOf(address: string): string {
  if (isIP(address) === 4) return `${address.slice(0, address.lastIndexOf('.'))}.0/24`;
  const parsed = parseAddress(address);
  if (parsed === undefined) return '';
  if (parsed.version === 4) return networkOf(parsed.text);
  const groups = [0, 2, 4].map((at) => (((parsed.bytes[at] ?? 0) << 8) | (parsed.bytes[at + 1] ?? 0)).toString(16));
  const canonical = actorOf(`${groups.join(':')}::`);
  return `${canonical.slice(0, canonical.lastIndexOf('/'))}/48`;
}

/** Makes the texts that the history counts: paths and user agents with numbers as `#` (a new version is no new agent), networks. */
export function createHistoryTexts() {
  return {
    path: remembered((target) => baselineKey(target).slice(0, MAX_TEXT)),
    agent: remembered((userAgent) => (userAgent === '' ? '-' : userAgent.slice(0, MAX_TEXT).replace(/\d+/g, '#'))),
    network: remembered(networkOf),
  };
}
