import type { Place } from '../decode/places.ts';
import type { StructureName } from '../structure/structures.ts';

/** What a Sigma field name means in an entry. */
export type FieldMeaning =
  | { readonly type: 'text'; readonly places: readonly Place[]; readonly structure?: StructureName }
  | {
      readonly type: 'number';
      readonly of: 'status' | 'bytes' | 'durationMs' | 'target-length' | 'line-length' | 'param-count' | 'static' | 'exhausted';
    }
  | { readonly type: 'time' };

const text = (...places: Place[]): FieldMeaning => ({ type: 'text', places });
const number = (of: Extract<FieldMeaning, { type: 'number' }>['of']): FieldMeaning => ({ type: 'number', of });

/** Every place that a client fills at will. */
export const PAYLOAD_PLACES: readonly Place[] = [
  'path',
  'query',
  'param-name',
  'param-value',
  'referer',
  'referer-value',
  'userAgent',
  'user',
  'host',
  'forwardedFor',
];

const INPUT_PLACES: readonly Place[] = ['param-value', 'param-name', 'referer-value', 'path', 'user'];
const STRUCTURE_PLACES: readonly Place[] = [...INPUT_PLACES, 'referer', 'userAgent', 'forwardedFor'];

/** Keywords match in any text of an entry. */
export const KEYWORD_PLACES: readonly Place[] = ['target', 'param-value', 'referer', 'userAgent', 'user', 'message'];

/**
 * Field names of Sigma's taxonomy for categories webserver and proxy (https://github.com/SigmaHQ/sigma-specification, taxonomy
 * appendix), of the common spellings in published rules, and our own with the prefix `secmon.`. In published rules paths stand in
 * `cs-uri-query`, so it means path and query. `secmon.sql`, `.html`, `.script`, `.shell` and `.php` hold a short description of the suspicious structure
 * that a value has in that language (`../structure/`), and nothing for a value without. `secmon.static` is 1 for what pages are made of (images, scripts, style, fonts), else 0. `secmon.exhausted` is 1 for an entry
 * that asked for more work than one may (`budget.ts`): not all of it was looked at.
 */
export const FIELDS: Readonly<Record<string, FieldMeaning>> = {
  'cs-uri': text('target'),
  'c-uri': text('target'),
  'cs-uri-query': text('target', 'query', 'path'),
  'c-uri-query': text('target', 'query', 'path'),
  'cs-uri-stem': text('path'),
  'c-uri-stem': text('path'),
  'c-uri-path': text('path'),
  'cs-method': text('method'),
  'c-method': text('method'),
  'cs-version': text('protocol'),
  'cs-protocol': text('protocol'),
  'cs-host': text('host'),
  'r-dns': text('host'),
  'cs-user-agent': text('userAgent'),
  'c-useragent': text('userAgent'),
  'cs-referer': text('referer'),
  'cs-referrer': text('referer'),
  'cs-username': text('user'),
  'c-ip': text('address'),
  src_ip: text('address'),
  'source.ip': text('address'),
  'sc-status': number('status'),
  'sc-bytes': number('bytes'),
  'time-taken': number('durationMs'),
  date: { type: 'time' },
  time: { type: 'time' },
  timestamp: { type: 'time' },
  '@timestamp': { type: 'time' },
  message: text('message'),
  Message: text('message'),
  program: text('program'),
  level: text('level'),
  'secmon.payload': text(...PAYLOAD_PLACES),
  'secmon.path': text('path'),
  'secmon.query': text('query'),
  'secmon.target': text('target'),
  'secmon.param': text('param-value', 'param-name'),
  'secmon.param-name': text('param-name'),
  'secmon.param-value': text('param-value'),
  'secmon.referer': text('referer'),
  'secmon.referer-value': text('referer-value'),
  'secmon.forwarded-for': text('forwardedFor'),
  'secmon.value': text('param-value', 'param-name', 'referer-value', 'path', 'userAgent', 'user', 'forwardedFor'),
  'secmon.input': text('param-value', 'param-name', 'referer-value', 'path', 'user'),
  'secmon.sql': { type: 'text', places: STRUCTURE_PLACES, structure: 'sql' },
  'secmon.html': { type: 'text', places: STRUCTURE_PLACES, structure: 'html' },
  'secmon.script': { type: 'text', places: INPUT_PLACES, structure: 'script' },
  'secmon.shell': { type: 'text', places: STRUCTURE_PLACES, structure: 'shell' },
  'secmon.php': { type: 'text', places: STRUCTURE_PLACES, structure: 'php' },
  'secmon.target-length': number('target-length'),
  'secmon.line-length': number('line-length'),
  'secmon.param-count': number('param-count'),
  'secmon.static': number('static'),
  'secmon.exhausted': number('exhausted'),
};

/** Names that published web rules use and no access log holds. */
export const UNAVAILABLE: Readonly<Record<string, string>> = {
  'cs-cookie': 'access logs hold no cookies',
  'cs-body': 'access logs hold no bodies',
  'post-body': 'access logs hold no bodies',
  'c-cookie': 'access logs hold no cookies',
  'cs-bytes': 'access logs hold no request sizes',
  's-port': 'access logs hold no server port',
  's-ip': 'access logs hold no server address',
  's-computername': 'access logs hold no server name',
  's-sitename': 'access logs hold no site name',
  'sc-substatus': 'only IIS has it',
  'sc-win32-status': 'only IIS has it',
  dst_ip: 'access logs hold no server address',
  dst_port: 'access logs hold no server port',
  'r-ip': 'access logs hold no server address',
};

/** Names for the part of a path after its last dot; a value stands for the end of the path. */
export const EXTENSIONS: Readonly<Record<string, string>> = { 'c-uri-extension': 'c-uri-stem', 'cs-uri-extension': 'cs-uri-stem' };

/** Fields whose text the literal prefilter reads. */
const UNSCANNED: ReadonlySet<Place> = new Set<Place>(['address', 'program', 'level']);

/** True for a place that the prefilter reads. */
export const isScannedPlace = (place: Place): boolean => !UNSCANNED.has(place);

/** True when every place of the field is read by the prefilter, so that a literal can be asked of it. */
export const isScanned = (meaning: FieldMeaning): boolean =>
  meaning.type === 'text' && !meaning.places.some((place) => UNSCANNED.has(place));

const KEYWORDS: FieldMeaning = { type: 'text', places: KEYWORD_PLACES };

/** Meaning of the field of a compiled rule; `''` stands for keywords. */
export const meaningOf = (field: string): FieldMeaning => (field === '' ? KEYWORDS : (FIELDS[field] ?? KEYWORDS));
