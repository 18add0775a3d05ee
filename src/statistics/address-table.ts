import { type Hash64, type HashSeed, hash64 } from '../collections/hash.ts';
import { type Registration, registrationOfHash } from '../collections/hyper-log-log.ts';
import { SEVERITIES } from '../model/detection.ts';
import { type AddressRow, WINDOWS } from '../model/snapshot.ts';
import { copyText } from '../text/copy-text.ts';

/**
 * Sums of every address in every window, in flat arrays, so that neither a line nor a scan over tens of thousands of addresses follows pointers. Windows are indexes into WINDOWS, severities into SEVERITIES.
 */
export interface AddressTable {
  /** Addresses held. */
  readonly size: number;
  /** Ids run from 0 to below this; free ones have no hits. */
  readonly end: number;
  /** The address's id: its place in the arrays, given away again once it is released as often as it was held. */
  intern(address: string): number;
  /** -1 for one that is not held. */
  find(address: string): number;
  addressAt(id: number): string;
  /** One cell more. */
  hold(id: number): void;
  /** One cell less; forgets the address with its last one. */
  release(id: number): void;
  add(id: number, window: number, sums: { readonly hits: number; readonly errors: number; readonly bytes: number }): void;
  subtract(id: number, window: number, sums: { readonly hits: number; readonly errors: number; readonly bytes: number }): void;
  /** Counts cells by their worst severity. */
  addSeverity(id: number, window: number, severity: number, n: 1 | -1): void;
  hits(id: number, window: number): number;
  errors(id: number, window: number): number;
  bytes(id: number, window: number): number;
  /** Index of the worst severity; -1 for none. */
  worst(id: number, window: number): number;
  row(id: number, window: number): AddressRow;
  /** Where the address counts in a distinct counter. */
  registration(id: number): Registration;
}

const SPAN = WINDOWS.length;
const LEVELS = SEVERITIES.length;
/** Hits, errors, bytes. */
const FIELDS = 3;
const FIRST_CAPACITY = 256;
const NONE = -1;

export function createAddressTable(seed: HashSeed): AddressTable {
  const texts: string[] = [];
  const free: number[] = [];
  let size = 0;
  let columns = newColumns(FIRST_CAPACITY);

  /** Ids by the low half of their hash: no Map, whose table is made anew again and again while a crowd comes and goes. */
  const homeOf = (low: number): number => low % columns.capacity;
  const link = (id: number): void => {
    const home = homeOf(columns.hashes[id] ?? 0);
    columns.chain[id] = columns.heads[home] ?? NONE;
    columns.heads[home] = id;
  };
  const unlink = (id: number): void => {
    const home = homeOf(columns.hashes[id] ?? 0);
    const after = columns.chain[id] ?? NONE;
    let before = columns.heads[home] ?? NONE;
    if (before === id) columns.heads[home] = after;
    else {
      while (columns.chain[before] !== id) before = columns.chain[before] ?? NONE;
      columns.chain[before] = after;
    }
  };
  const search = (address: string, low: number): number => {
    let id = columns.heads[homeOf(low)] ?? NONE;
    while (id !== NONE && (columns.hashes[id] !== low || texts[id] !== address)) id = columns.chain[id] ?? NONE;
    return id;
  };
  const grow = (): void => {
    columns = grown(columns);
    for (let id = 0; id < texts.length; id += 1) link(id);
  };
  const begin = (address: string, hash: Hash64): number => {
    // Grows only when none is free, so that every id is linked.
    if (free.length === 0 && texts.length === columns.capacity) grow();
    const id = free.pop() ?? texts.length;
    texts[id] = copyText(address);
    columns.hashes[id] = hash.low;
    columns.registrations[id] = registrationOfHash(hash);
    columns.cells[id] = 0;
    link(id);
    size += 1;
    return id;
  };

  const table: AddressTable = {
    get size() {
      return size;
    },
    get end() {
      return texts.length;
    },
    intern(address) {
      const hash = hash64(address, seed);
      const known = search(address, hash.low);
      return known === NONE ? begin(address, hash) : known;
    },
    find: (address) => search(address, hash64(address, seed).low),
    addressAt: (id) => texts[id] ?? '',
    hold(id) {
      columns.cells[id] = (columns.cells[id] ?? 0) + 1;
    },
    release(id) {
      const left = (columns.cells[id] ?? 0) - 1;
      columns.cells[id] = left;
      if (left > 0) return;
      unlink(id);
      texts[id] = '';
      size -= 1;
      free.push(id);
    },
    add(id, window, { hits, errors, bytes }) {
      const at = (id * SPAN + window) * FIELDS;
      const { sums } = columns;
      sums[at] = (sums[at] ?? 0) + hits;
      sums[at + 1] = (sums[at + 1] ?? 0) + errors;
      sums[at + 2] = (sums[at + 2] ?? 0) + bytes;
    },
    subtract(id, window, { hits, errors, bytes }) {
      const at = (id * SPAN + window) * FIELDS;
      const { sums } = columns;
      sums[at] = (sums[at] ?? 0) - hits;
      sums[at + 1] = (sums[at + 1] ?? 0) - errors;
      sums[at + 2] = (sums[at + 2] ?? 0) - bytes;
    },
    addSeverity(id, window, severity, n) {
      const at = (id * SPAN + window) * LEVELS + severity;
      columns.severities[at] = (columns.severities[at] ?? 0) + n;
    },
    hits: (id, window) => columns.sums[(id * SPAN + window) * FIELDS] ?? 0,
    errors: (id, window) => columns.sums[(id * SPAN + window) * FIELDS + 1] ?? 0,
    bytes: (id, window) => columns.sums[(id * SPAN + window) * FIELDS + 2] ?? 0,
    worst(id, window) {
      const first = (id * SPAN + window) * LEVELS;
      for (let severity = LEVELS - 1; severity >= 0; severity -= 1) if ((columns.severities[first + severity] ?? 0) > 0) return severity;
      return -1;
    },
    row: (id, window) => ({
      address: table.addressAt(id),
      hits: table.hits(id, window),
      errors: table.errors(id, window),
      bytes: table.bytes(id, window),
      severity: SEVERITIES[table.worst(id, window)],
    }),
    registration: (id) => columns.registrations[id] ?? 0,
  };
  return table;
}

interface Columns {
  /** Addresses that there is room for. */
  readonly capacity: number;
  /** Hits, errors and bytes of each window, an address after the other. */
  readonly sums: Float64Array;
  /** Cells of each window by their worst severity; a window has at most 60 buckets. */
  readonly severities: Uint8Array;
  readonly registrations: Uint32Array;
  /** Cells held in any bucket; at 0 the address is forgotten. */
  readonly cells: Uint16Array;
  readonly hashes: Uint32Array;
  readonly heads: Int32Array;
  readonly chain: Int32Array;
}

const newColumns = (capacity: number): Columns => ({
  capacity,
  sums: new Float64Array(capacity * SPAN * FIELDS),
  severities: new Uint8Array(capacity * SPAN * LEVELS),
  registrations: new Uint32Array(capacity),
  cells: new Uint16Array(capacity),
  hashes: new Uint32Array(capacity),
  heads: new Int32Array(capacity).fill(NONE),
  chain: new Int32Array(capacity).fill(NONE),
});

/** A quarter more room: the arrays are the largest that there are. Nobody is found by hash yet. */
function grown(columns: Columns): Columns {
  const next = newColumns(Math.ceil(columns.capacity * 1.25));
  for (const name of ['sums', 'severities', 'registrations', 'cells', 'hashes'] as const) next[name].set(columns[name]);
  return next;
}
