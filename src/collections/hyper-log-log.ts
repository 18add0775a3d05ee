import { type Hash64, type HashSeed, hash64 } from './hash.ts';

/** log2 of the number of registers: 4 KiB a counter, standard error 1.04 / √4096 = 1.6 %. */
const PRECISION = 12;
const REGISTERS = 1 << PRECISION;
const RANK_BITS = 6;
/** Bias correction for this many registers, and the limit below which linear counting is better (Flajolet et al., 2007). */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);

/** Which register an element raises, and how far: one small number, so that it can be kept beside the element. */
export type Registration = number;

/** How many distinct elements were seen, in fixed memory. */
export interface HyperLogLog {
  add(registration: Registration): void;
  /** Takes in all that `other` has seen. */
  merge(other: HyperLogLog): void;
  /** Estimated number of distinct elements. */
  estimate(): number;
  readonly registers: Uint8Array;
}

/** Where `text` counts; depends on the seed, so counters merge only when theirs is the same. */
export const registrationOf = (text: string, seed: HashSeed): Registration => registrationOfHash(hash64(text, seed));

/** The same from the hash of the text. */
export function registrationOfHash({ low, high }: Hash64): Registration {
  const register = high >>> (32 - PRECISION);
  const rank = low !== 0 ? Math.clz32(low) + 1 : 33;
  return (register << RANK_BITS) | rank;
}

/** HyperLogLog (Flajolet, Fusy, Gandouet, Meunier, 2007) with linear counting for small numbers. */
export function createHyperLogLog(): HyperLogLog {
  const registers = new Uint8Array(REGISTERS);
  return {
    registers,
    add(registration) {
      const register = registration >>> RANK_BITS;
      const rank = registration & ((1 << RANK_BITS) - 1);
      if (rank > (registers[register] ?? 0)) registers[register] = rank;
    },
    merge(other) {
      for (let i = 0; i < REGISTERS; i += 1) {
        const rank = other.registers[i] ?? 0;
        if (rank > (registers[i] ?? 0)) registers[i] = rank;
      }
    },
    estimate: () => estimate(registers),
  };
}

function estimate(registers: Uint8Array): number {
  let sum = 0;
  let empty = 0;
  for (const rank of registers) {
    sum += 1 / 2 ** rank;
    if (rank === 0) empty += 1;
  }
  const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
  if (raw <= 2.5 * REGISTERS && empty > 0) return Math.round(REGISTERS * Math.log(REGISTERS / empty));
  return Math.round(raw);
}

/** Counts distinct texts: exactly up to `exactUpTo`, estimated beyond. */
export interface DistinctCounter {
  add(text: string): void;
  count(): number;
}

/** A counter that keeps the texts themselves while they are few (default 1,000), and a {@link HyperLogLog} afterwards. */
export function createDistinctCounter(seed: HashSeed, exactUpTo = 1000): DistinctCounter {
  let exact: Set<string> | undefined = new Set();
  let estimated: HyperLogLog | undefined;
  return {
    add(text) {
      if (estimated !== undefined) return estimated.add(registrationOf(text, seed));
      exact?.add(text);
      if (exact === undefined || exact.size <= exactUpTo) return;
      estimated = createHyperLogLog();
      for (const kept of exact) estimated.add(registrationOf(kept, seed));
      exact = undefined;
    },
    count: () => estimated?.estimate() ?? exact?.size ?? 0,
  };
}
