import { createPrefilter, type Prefilter } from '../prefilter.ts';
import type { Gates } from './gates.ts';

/** Numbers the gates of all rules, those alike once. */
export interface GateBook {
  /** Undefined for no gates: nothing can be told without evaluating. */
  numberOf(gates: Gates): number | undefined;
  /** The prefilter that tells these numbers; call it when all gates are in. */
  prefilter(): Prefilter;
}

export function createGateBook(): GateBook {
  const numbers = new Map<string, number>();
  const all: Gates[] = [];
  return {
    numberOf(gates) {
      if (gates.length === 0) return undefined;
      const key = JSON.stringify(gates);
      let number = numbers.get(key);
      if (number === undefined) {
        number = all.length;
        numbers.set(key, number);
        all.push(gates);
      }
      return number;
    },
    prefilter: () => createPrefilter(all),
  };
}
