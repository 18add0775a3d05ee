import type { HashSeed } from '../collections/hash.ts';
import { type Registration, registrationOf } from '../collections/hyper-log-log.ts';
import { SEVERITIES } from '../model/detection.ts';
import { type AddressRow, WINDOWS } from '../model/snapshot.ts';
import { copyText } from '../text/copy-text.ts';

/** One address that is held in some bucket. */
export interface AddressState {
  readonly address: string;
  /** Its place in the arrays of the table; given away again once it is released. */
  readonly id: number;
  /** Cells held in any bucket; at 0 the address is forgotten. */
  cells: number;
}

/** What one address did in one bucket of time. */
export interface AddressCell {
  readonly state: AddressState;
  hits: number;
  errors: number;
  bytes: number;
  /** Index into SEVERITIES; -1 for none. */
  severity: number;
}

/**
 * Sums of every address in every window, in flat arrays, so that neither a line nor a scan over tens of thousands of addresses follows pointers. Windows are indexes into WINDOWS, severities into SEVERITIES.
 */
export interface AddressTable {
  /** Addresses held. */
  readonly size: number;
  /** Ids run from 0 to below this; free ones have no hits. */
  readonly end: number;
  intern(address: string): AddressState;
  find(address: string): AddressState | undefined;
  stateAt(id: number): AddressState | undefined;
  /** One cell less; forgets the address with its last one. */
  release(state: AddressState): void;
  add(id: number, window: number, sums: { readonly hits: number; readonly errors: number; readonly bytes: number }): void;
  subtract(id: number, window: number, sums: { readonly hits: number; readonly errors: number; readonly bytes: number }): void;
  /** Counts cells by their worst severity. */
  addSeverity(id: number, window: number, severity: number, n: 1 | -1): void;
  hits(id: number, window: number): number;
  errors(id: number, window: number): number;
  bytes(id: number, window: number): number;
  /** Index of the worst severity; -1 for none. */
  worst(id: number, window: number): number;
  row(state: AddressState, window: number): AddressRow;
  /** Where the address counts in a distinct counter; worked out once. */
  registration(id: number): Registration;
}

const SPAN = WINDOWS.length;
const LEVELS = SEVERITIES.length;
/** Hits, errors, bytes. */
const FIELDS = 3;

export function createAddressTable(seed: HashSeed): AddressTable {
  const byAddress = new Map<string, AddressState>();
  const byId: (AddressState | undefined)[] = [];
  const free: number[] = [];
  let columns = newColumns(256);

  function newId(): number {
    const id = free.pop() ?? byId.length;
    if (id >= columns.capacity) columns = grown(columns);
    return id;
  }

  const table: AddressTable = {
    get size() {
      return byAddress.size;
    },
    get end() {
      return byId.length;
    },
    intern(address) {
      const known = byAddress.get(address);
      if (known !== undefined) return known;
      const state: AddressState = { address: copyText(address), id: newId(), cells: 0 };
      byAddress.set(state.address, state);
      byId[state.id] = state;
      return state;
    },
    find: (address) => byAddress.get(address),
    stateAt: (id) => byId[id],
    release(state) {
      state.cells -= 1;
      if (state.cells > 0) return;
      byAddress.delete(state.address);
      byId[state.id] = undefined;
      columns.registrations[state.id] = 0;
      free.push(state.id);
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
    row: ({ address, id }, window) => ({
      address,
      hits: table.hits(id, window),
      errors: table.errors(id, window),
      bytes: table.bytes(id, window),
      severity: SEVERITIES[table.worst(id, window)],
    }),
    registration(id) {
      const known = columns.registrations[id] ?? 0;
      if (known !== 0) return known;
      const registration = registrationOf(byId[id]?.address ?? '', seed);
      columns.registrations[id] = registration;
      return registration;
    },
  };
  return table;
}

interface Columns {
  readonly capacity: number;
  /** Hits, errors and bytes of each window, an address after the other. */
  readonly sums: Float64Array;
  readonly severities: Uint32Array;
  /** 0: not worked out yet (a registration's rank is never 0). */
  readonly registrations: Uint32Array;
}

const newColumns = (capacity: number): Columns => ({
  capacity,
  sums: new Float64Array(capacity * SPAN * FIELDS),
  severities: new Uint32Array(capacity * SPAN * LEVELS),
  registrations: new Uint32Array(capacity),
});

function grown(columns: Columns): Columns {
  const next = newColumns(columns.capacity * 2);
  next.sums.set(columns.sums);
  next.severities.set(columns.severities);
  next.registrations.set(columns.registrations);
  return next;
}
