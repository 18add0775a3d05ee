import { createFlatSpaceSaving, type FlatSpaceSaving } from '../collections/flat-space-saving.ts';

/** What one address did in one bucket of time. */
export interface AddressCell {
  readonly hits: number;
  readonly errors: number;
  readonly bytes: number;
  /** Index into SEVERITIES; -1 for none. */
  readonly severity: number;
}

/** The cells of one bucket, by address id: those of the most frequent ones. */
export interface AddressCells {
  /** Counts one line; the worst severity of the cell before it, -1 for none. */
  add(id: number, cell: AddressCell): number;
  each(visit: (id: number, cell: AddressCell) => void): void;
  /** See {@link FlatSpaceSaving.shrink}. */
  shrink(capacity: number): void;
}

export interface AddressCellsOptions {
  readonly capacity: number;
  readonly onCreate: (id: number) => void;
  /** Told of a cell right before it is forgotten. */
  readonly onEvict: (id: number, cell: AddressCell) => void;
}

interface Sums {
  /** Hits, errors and bytes, a slot after the other. */
  readonly numbers: Float64Array;
  readonly severities: Int8Array;
}

/** Hits, errors, bytes. */
const FIELDS = 3;
const FIRST_SLOTS = 16;

const newSums = (slots: number): Sums => ({ numbers: new Float64Array(slots * FIELDS), severities: new Int8Array(slots) });

/** See {@link AddressCells}. */
export function createAddressCells({ capacity, onCreate, onEvict }: AddressCellsOptions): AddressCells {
  let sums = newSums(Math.min(capacity, FIRST_SLOTS));

  const cellAt = (slot: number): AddressCell => {
    const first = slot * FIELDS;
    const { numbers, severities } = sums;
    return {
      hits: numbers[first] ?? 0,
      errors: numbers[first + 1] ?? 0,
      bytes: numbers[first + 2] ?? 0,
      severity: severities[slot] ?? -1,
    };
  };
  const put = (slot: number, { hits, errors, bytes, severity }: AddressCell): void => {
    const first = slot * FIELDS;
    const { numbers, severities } = sums;
    numbers[first] = hits;
    numbers[first + 1] = errors;
    numbers[first + 2] = bytes;
    severities[slot] = severity;
  };
  const grow = (): void => {
    const old = sums;
    sums = newSums(Math.min(capacity, old.severities.length * 2));
    sums.numbers.set(old.numbers);
    sums.severities.set(old.severities);
  };
  const counters: FlatSpaceSaving = createFlatSpaceSaving({
    capacity,
    onCreate(slot, id) {
      if (slot >= sums.severities.length) grow();
      put(slot, { hits: 0, errors: 0, bytes: 0, severity: -1 });
      onCreate(id);
    },
    onEvict: (slot, id) => onEvict(id, cellAt(slot)),
    onMove(from) {
      const cells = Array.from(from, cellAt);
      sums = newSums(Math.max(1, cells.length));
      for (const [slot, cell] of cells.entries()) put(slot, cell);
    },
  });

  return {
    add(id, { hits, errors, bytes, severity }) {
      const slot = counters.add(id);
      const first = slot * FIELDS;
      const { numbers, severities } = sums;
      const before = severities[slot] ?? -1;
      numbers[first] = (numbers[first] ?? 0) + hits;
      numbers[first + 1] = (numbers[first + 1] ?? 0) + errors;
      numbers[first + 2] = (numbers[first + 2] ?? 0) + bytes;
      if (severity > before) severities[slot] = severity;
      return before;
    },
    each(visit) {
      for (let slot = 0; slot < counters.end; slot += 1) {
        const id = counters.keyAt(slot);
        if (id >= 0) visit(id, cellAt(slot));
      }
    },
    shrink: counters.shrink,
  };
}
