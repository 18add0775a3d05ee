import type { Entry } from '../../model/entry.ts';

/** One entry, as correlations see it. */
export interface Occurrence {
  readonly entry: Entry;
  /** Event time. */
  readonly timeMs: number;
  /** Ids of the rules that correlations want and that it matched. */
  readonly observed: readonly string[];
  /** Some rule flags it by itself. */
  readonly loud: boolean;
  /** Address as incidents know it (an IPv6 /64); `''` when unknown. */
  readonly actor: string;
  /** The source's name. */
  readonly source: string;
}

const MAX_VALUE = 200;

const queryMark = (target: string): number => target.indexOf('?');
const stemOf = ({ target }: Entry): string => {
  const mark = queryMark(target);
  return mark < 0 ? target : target.slice(0, mark);
};
const queryOf = ({ target }: Entry): string => {
  const mark = queryMark(target);
  return mark < 0 ? '' : target.slice(mark + 1);
};
const TEXTS: Readonly<Record<string, (occurrence: Occurrence) => string>> = {
  'c-ip': ({ actor }) => actor,
  'cs-username': ({ entry }) => entry.user,
  'cs-uri-stem': ({ entry }) => stemOf(entry),
  'cs-uri-query': ({ entry }) => queryOf(entry),
  'cs-uri': ({ entry }) => entry.target,
  'cs-host': ({ entry }) => entry.host,
  'cs-user-agent': ({ entry }) => entry.userAgent,
  'cs-referer': ({ entry }) => entry.referer,
  'cs-method': ({ entry }) => entry.method,
  message: ({ entry }) => entry.message,
  program: ({ entry }) => entry.program,
  level: ({ entry }) => entry.level,
  source: ({ source }) => source,
};

const NUMBERS: Readonly<Record<string, (entry: Entry) => number>> = {
  'sc-status': ({ status }) => (status === 0 ? -1 : status),
  'sc-bytes': ({ bytes }) => bytes,
  'time-taken': ({ durationMs }) => durationMs,
};

const SPELLINGS: Readonly<Record<string, string>> = {
  src_ip: 'c-ip',
  'source.ip': 'c-ip',
  'c-uri': 'cs-uri',
  'c-uri-stem': 'cs-uri-stem',
  'c-uri-path': 'cs-uri-stem',
  'c-uri-query': 'cs-uri-query',
  'c-method': 'cs-method',
  'c-useragent': 'cs-user-agent',
  'cs-referrer': 'cs-referer',
  'r-dns': 'cs-host',
  Message: 'message',
};

/** The field's name as used here; undefined for one that no entry has. */
export function canonicalField(name: string): string | undefined {
  const field = SPELLINGS[name] ?? name;
  return Object.hasOwn(TEXTS, field) || Object.hasOwn(NUMBERS, field) ? field : undefined;
}

export const isNumberField = (field: string): boolean => Object.hasOwn(NUMBERS, field);

/** Reads a field ({@link canonicalField}) as text, at most 200 characters; `''` where the entry does not have it. */
export function textReader(field: string): (occurrence: Occurrence) => string {
  const number = Object.hasOwn(NUMBERS, field) ? NUMBERS[field] : undefined;
  if (number !== undefined) {
    return ({ entry }) => {
      const value = number(entry);
      return value < 0 ? '' : String(value);
    };
  }
  const text = TEXTS[field];
  return (occurrence) => {
    const value = text?.(occurrence) ?? '';
    return value.length > MAX_VALUE ? value.slice(0, MAX_VALUE) : value;
  };
}

/** Reads a field that holds a number; undefined where the entry does not have it. */
export function numberReader(field: string): (occurrence: Occurrence) => number | undefined {
  const read = NUMBERS[field];
  return ({ entry }) => {
    const value = read?.(entry) ?? -1;
    return value < 0 ? undefined : value;
  };
}

const MAX_EXAMPLE = 120;

/**
 * What stands for an entry in a story: its path or user, of an application its message; of sshd the behaviour says it better. Copied, so that it does not
 * keep the chunk alive that it was cut from.
 */
export function exampleOf({ entry }: Occurrence): string {
  const text = entry.kind === 'http' ? stemOf(entry) : entry.user || (entry.kind === 'sshd' ? '' : entry.message);
  return copied(text.length > MAX_EXAMPLE ? text.slice(0, MAX_EXAMPLE) : text);
}

/** A copy that shares no memory with the text; short texts are copies already. */
export const copied = (text: string): string => (text.length < 13 ? text : Buffer.from(text, 'utf8').toString('utf8'));
