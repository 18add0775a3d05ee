import type { Family, Hit } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';
import { copyText } from '../text/copy-text.ts';
import { askedDelayMs } from './outcome-time.ts';

/** Families whose payload, where it works, changes what the server answers. Not XSS: that a script came back does not show in a size. */
export const TELLING: ReadonlySet<Family> = new Set<Family>([
  'sqli',
  'nosql',
  'lfi',
  'rfi',
  'ssrf',
  'rce',
  'php',
  'java',
  'ssti',
  'ldap',
  'xpath',
  'webshell',
  'sensitive-files',
]);

/** Where a payload was tried, and what it was. */
export interface Attempt {
  /** Path and parameter, or folder: answers of one place can be compared. */
  readonly place: string;
  /** What is asked for is the path itself: a file, a script, a traversal. */
  readonly isPath: boolean;
  /** It came in a header: the target may be an ordinary one, with its ordinary answer. */
  readonly isHeader: boolean;
  /** What a page could send back, raw and with its quotes and brackets escaped, bytes. */
  readonly rawLength: number;
  readonly escapedLength: number;
  /** Length of the whole target with the payload decoded, what the payload's percent-encoding adds, and what escaping it may add, bytes. */
  readonly length: number;
  readonly encoding: number;
  readonly spare: number;
  /** Length of the other parameters beyond what is usual beside a payload, at most {@link MAX_BESIDE}: a page may send them back as well. */
  readonly beside: number;
  /** The words of the payload: what it is after, whatever the spelling around it. */
  readonly aim: ReadonlySet<string>;
  /** The target's path. */
  readonly path: string;
  /** The wait that it asks for, milliseconds; 0: none. */
  readonly delayMs: number;
}

const WORDS = /[a-z_\u0080-\uffff][\w\u0080-\uffff]+/g;
/** Of an address, without the usual schemes: hosts and ports tell what it is after. */
const ADDRESS_WORDS = /(?!https?:)(?<!\w)\w{2,}/g;
const MAX_VALUE = 2048;
const MAX_WORDS = 24;
const MAX_KEY = 200;
const USUALLY_BESIDE = 64;
const MAX_BESIDE = 1024;

/** The attempt of the worst hit whose success would show; undefined when no hit is of that kind. */
export function attemptOf(entry: Entry, hits: readonly Hit[]): Attempt | undefined {
  const telling = hits.filter((hit) => hit.rule.families.some((family) => TELLING.has(family)));
  if (telling.length === 0) return undefined;
  const matches = telling.flatMap((hit) => hit.matches);
  const match = matches.find(({ field }) => field === 'target') ?? matches[0];
  if (match !== undefined && match.field !== 'target')
    return attempt(
      { place: `${bare(entry.target)} ${match.field}`, path: bare(entry.target), isHeader: true, length: entry.target.length },
      entry[match.field],
    );
  const isShell = telling.some((hit) => hit.rule.families.includes('webshell'));
  return attemptInTarget(entry.target, isShell ? 0 : match?.span.start);
}

/** A request for a path that is no payload by itself. */
export const pathAttempt = (target: string): Attempt =>
  attempt({ place: '', path: bare(target), isPath: true, length: target.length }, bare(target));

/** `start`: where the payload begins; a web shell is its path, whatever it is told. */
function attemptInTarget(target: string, start: number | undefined): Attempt {
  const query = target.indexOf('?');
  const path = query < 0 ? target : target.slice(0, query);
  if (query < 0 || (start ?? 0) < query) {
    const script = /\.(?:php\d?|phtml|aspx?|ashx|jspx?|cgi|pl|py|sh|cfm)$/i.test(path);
    const folder = script ? path : path.slice(0, path.lastIndexOf('/', path.search(/\.\.|%2e/i) >>> 0) + 1);
    return attempt({ place: folder, path, isPath: true, length: target.length }, script && query >= 0 ? target.slice(query + 1) : path);
  }
  const at = start ?? query;
  const begin = Math.max(target.lastIndexOf('&', at - 1), query) + 1;
  const stop = target.indexOf('&', Math.max(at, begin));
  const pair = target.slice(begin, stop < 0 ? target.length : stop);
  const equals = pair.indexOf('=');
  return attempt({ place: `${path}?${equals < 0 ? '' : pair.slice(0, equals)}`, path, length: target.length }, pair.slice(equals + 1));
}

type Where = Pick<Attempt, 'place' | 'path' | 'length'> & Partial<Pick<Attempt, 'isPath' | 'isHeader'>>;

function attempt({ place, path, isPath = false, isHeader = false, length }: Where, raw: string): Attempt {
  const value = raw.slice(0, MAX_VALUE);
  const decoded = decode(value);
  const encoding = raw.length - decoded.length;
  const specials = decoded.match(/[<>&"']/g)?.length ?? 0;
  const words = wordsOf(decoded.toLowerCase());
  return {
    place: copyText(place.slice(0, MAX_KEY).replace(/\d+/g, '#')),
    isPath,
    isHeader,
    length: length - encoding,
    encoding,
    spare: 5 * specials,
    beside: isHeader || isPath ? 0 : Math.min(MAX_BESIDE, Math.max(0, length - path.length - raw.length - USUALLY_BESIDE)),
    rawLength: raw.length,
    escapedLength: Buffer.byteLength(decoded) + 5 * specials,
    aim: new Set(words.slice(0, MAX_WORDS).map(copyText)),
    path: copyText(path.slice(0, MAX_KEY)),
    delayMs: askedDelayMs(decoded),
  };
}

/** The words behind the character that breaks out of an ordinary value, where one does: `mail.example;id` is after `id`. */
function wordsOf(text: string): readonly string[] {
  if (/^[a-z]{2,10}:\/\//.test(text)) return text.match(ADDRESS_WORDS) ?? [];
  const words = text.slice(Math.max(0, text.search(/[;|&`$'"<>{}\n]/))).match(WORDS);
  return words ?? text.match(WORDS) ?? [];
}

const bare = (target: string): string => target.split('?', 1)[0] ?? '';

function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  return spaced.replace(/(?:%[\da-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

const MAX_PLAIN = 1024;

/** The path that servers make of one that is written in another way: `//a`, `/./a`, `/x/../a`, `/%61`, `/a;x=1`, `/a/`. */
export function plainPath(path: string): string {
  if (path.length > MAX_PLAIN || !/\/[./]|[%;]|.\/$/.test(path)) return path;
  const kept: string[] = [];
  for (const part of path.replace(/%(?:2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f|7e)/gi, (code) => decode(code)).split('/')) {
    const [name = ''] = part.split(';', 1);
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
}

/** Two payloads after different things share at most half of their words. `;id` and `|id` are after the same, `;id` and `;env` are not. */
export function differInAim({ aim: one }: Attempt, { aim: other }: Attempt): boolean {
  let shared = 0;
  for (const word of one) if (other.has(word)) shared += 1;
  return shared * 2 <= Math.min(one.size, other.size) && one.size > 0 && other.size > 0;
}
