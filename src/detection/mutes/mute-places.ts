import type { Hit } from '../../model/detection.ts';
import type { Entry } from '../../model/entry.ts';
import type { MutePlace } from '../../model/mute.ts';
import { actorOf, networkOf, parseAddress } from '../../net/address.ts';

/** Longer ones are no place that anybody would name. */
const MAX_VALUE = 300;
/** Stands for any one character in a compiled pattern: a text that holds it cannot be named. */
const ANY_CHAR = '\uffff';

const isNameable = (text: string): boolean => text !== '' && text.length <= MAX_VALUE && !text.includes(ANY_CHAR);

/** A text as a Sigma value that means exactly it: no wildcards. */
const literally = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** Holds for every line. */
const EVERYWHERE: MutePlace = { kind: 'everywhere', words: 'everywhere', selection: { 'secmon.line-length|gte': 0 }, isWeb: false };

export const pathPlace = (path: string): MutePlace | undefined =>
  isNameable(path) ? { kind: 'path', words: `at ${path}`, selection: { 'cs-uri-stem': literally(path) }, isWeb: true } : undefined;

/** An address (exactly it), or an actor such as an IPv6 /64 (all of it). */
export function addressPlace(address: string): MutePlace | undefined {
  const isNetwork = address.includes('/') && parseAddress(address.slice(0, address.indexOf('/'))) !== undefined;
  if (!isNameable(address)) return undefined;
  const selection: MutePlace['selection'] = isNetwork ? { 'c-ip|cidr': address } : { 'c-ip': literally(address) };
  return { kind: isNetwork ? 'network' : 'address', words: `from ${address}`, selection, isWeb: false };
}

const fieldPlace = (kind: 'account' | 'host', field: string, value: string): MutePlace | undefined =>
  isNameable(value)
    ? { kind, words: `${kind === 'account' ? 'for the account' : 'on'} ${value}`, selection: { [field]: literally(value) }, isWeb: false }
    : undefined;

/** The address and its network, /24 or /48. */
function whoPlaces(address: string): readonly (MutePlace | undefined)[] {
  const network = networkOf(actorOf(address));
  return [addressPlace(address), network === '' ? undefined : addressPlace(network)];
}

/** The name of the parameter that a hit stands in; `''` where it stands elsewhere. */
function parameterOf(target: string, { matches }: Hit): string {
  const mark = target.indexOf('?');
  const start = matches.find(({ field }) => field === 'target')?.span.start ?? -1;
  if (mark < 0 || start <= mark) return '';
  const begin = Math.max(mark, target.lastIndexOf('&', start - 1)) + 1;
  const end = target.indexOf('&', begin);
  return target.slice(begin, end < 0 ? undefined : end).split('=', 1)[0] ?? '';
}

const stemOf = (target: string): string => target.split('?', 1)[0] ?? '';
const present = (places: readonly (MutePlace | undefined)[]): readonly MutePlace[] => places.filter((place) => place !== undefined);

/** Places where what a rule found in an entry can be muted, the narrowest first. */
export function placesOfHit(entry: Entry, hit: Hit): readonly MutePlace[] {
  const path = entry.kind === 'http' ? pathPlace(stemOf(entry.target)) : undefined;
  const name = path === undefined ? '' : parameterOf(entry.target, hit);
  const parameter: MutePlace | undefined =
    path !== undefined && isNameable(name)
      ? {
          kind: 'parameter',
          words: `in the parameter ${name} ${path.words}`,
          selection: { ...path.selection, 'secmon.param-name': literally(name) },
          isWeb: true,
        }
      : undefined;
  const account = entry.kind === 'http' ? undefined : fieldPlace('account', 'cs-username', entry.user);
  return present([parameter, path, ...whoPlaces(entry.address), account, EVERYWHERE]);
}

/** Places where a correlation can be muted, given the values that its events share. */
export function placesOfGroup(group: Readonly<Record<string, string>>): readonly MutePlace[] {
  return present([
    pathPlace(group['cs-uri-stem'] ?? ''),
    ...whoPlaces(group['c-ip'] ?? ''),
    fieldPlace('account', 'cs-username', group['cs-username'] ?? ''),
    fieldPlace('host', 'cs-host', group['cs-host'] ?? ''),
    EVERYWHERE,
  ]);
}

/** One finding of a check, by its key; `subject` is what people call it. */
export const findingPlace = (check: string, { key, subject }: { readonly key: string; readonly subject: string }): MutePlace | undefined =>
  isNameable(key)
    ? { kind: 'finding', words: `about ${subject}`, selection: { program: check, message: literally(key) }, isWeb: false }
    : undefined;

/** A place as a person types it: `/search`, `198.51.100.0/24`, an address; `''` is everywhere. Undefined for anything else. */
export function placeOfText(text: string): MutePlace | undefined {
  if (text === '') return EVERYWHERE;
  if (text.startsWith('/')) return pathPlace(text);
  return parseAddress(text.split('/', 1)[0] ?? '') === undefined ? undefined : addressPlace(text);
}
