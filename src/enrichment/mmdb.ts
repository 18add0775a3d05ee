import { Reader } from 'maxmind';
import { t } from '../lang/lang.ts';

/** What a database says about an address; `''` where it says nothing. */
export interface NetworkFacts {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** `AS64500 Example Net` */
  readonly network: string;
}

/** A MaxMind DB (https://maxmind.github.io/MaxMind-DB/) in memory. */
export interface Mmdb {
  /** Its own name for what it is, `GeoLite2-ASN`. */
  readonly type: string;
  readonly builtMs: number;
  /** Undefined for an address that it does not hold. Throws when the file is damaged at that place. */
  look(address: string): NetworkFacts | undefined;
}

/** Stands before the metadata, which end the file (MaxMind DB specification 2.0, "Database Metadata"). */
const METADATA_MARKER = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const CACHED_RECORDS = 5_000;
const LONGEST_NAME = 60;
const COUNTRY = /^[A-Z]{2}$/;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/g;

/** Reads a database. Throws when the bytes are none, or damaged where everybody looks. */
export function readMmdb(file: Buffer): Mmdb {
  if (file.subarray(0, 2).equals(GZIP_MAGIC)) throw new Error(t('it is compressed; unpack it first'));
  if (file.lastIndexOf(METADATA_MARKER) < 0) throw new Error(t('it is no MaxMind database (.mmdb), or it is cut off'));
  const reader = new Reader(file, { cache: recordCache() });
  const { databaseType, buildEpoch, searchTreeSize } = reader.metadata;
  if (!(searchTreeSize > 0 && searchTreeSize < file.length)) throw new Error(t('it is cut off'));
  if (typeof databaseType !== 'string' || !(buildEpoch instanceof Date)) throw new Error(t('its metadata names no type or no date'));
  return {
    type: printable(databaseType),
    builtMs: buildEpoch.getTime(),
    look(address) {
      const record: unknown = reader.get(address);
      return record === null ? undefined : { country: countryIn(record), network: networkIn(record) };
    },
  };
}

/** Records are shared by many addresses; the oldest half goes when the cache is full. */
function recordCache() {
  const records = new Map<string | number, unknown>();
  return {
    get: (key: string | number): unknown => records.get(key),
    set(key: string | number, value: unknown): void {
      if (records.size >= CACHED_RECORDS) for (const old of [...records.keys()].slice(0, CACHED_RECORDS / 2)) records.delete(old);
      records.set(key, value);
    },
  };
}

/** MaxMind and DB-IP nest the code; lists made by others have it at the top. */
function countryIn(record: unknown): string {
  const places = [['country', 'iso_code'], ['registered_country', 'iso_code'], ['country_code'], ['country']];
  for (const place of places) {
    const found = at(record, place);
    if (typeof found === 'string' && COUNTRY.test(found)) return found;
  }
  return '';
}

function networkIn(record: unknown): string {
  const number = at(record, ['autonomous_system_number']) ?? at(record, ['asn']) ?? at(record, ['traits', 'autonomous_system_number']);
  const owner =
    at(record, ['autonomous_system_organization']) ?? at(record, ['as_name']) ?? at(record, ['traits', 'autonomous_system_organization']);
  const digits = /^(?:AS)?(\d{1,10})$/.exec(typeof number === 'number' || typeof number === 'string' ? String(number) : '')?.[1];
  const name = typeof owner === 'string' ? printable(owner) : '';
  return digits === undefined ? name : `AS${digits} ${name}`.trim();
}

function at(record: unknown, path: readonly string[]): unknown {
  let found = record;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}

const printable = (text: string): string => text.slice(0, LONGEST_NAME).replaceAll(CONTROL, ' ').trim();
