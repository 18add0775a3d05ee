/** What may be spent on one entry: bounds the time that a hostile line takes, whatever it holds. */
export interface Budget {
  /** False when it does not suffice: the work must then be left out. */
  spend(units: number): boolean;
  /** Accounts for work whose cost shows only afterwards. */
  charge(units: number): void;
  /** True once work was left out. */
  isSpent(): boolean;
  /** Units spent so far. */
  readonly used: number;
  /** Begins anew, for another entry. */
  reset(): void;
}

/** Units for a character that re2 reads: the dearest. */
export const LINEAR_COST = 1;
/** Units for a character that V8 reads. */
export const NATIVE_COST = 1 / 16;
/** Units for a character whose structure is judged. */
export const JUDGE_COST = 1 / 2;
/** Units for a character, or a literal that ends there, that is looked at in search of literals. */
export const SCAN_COST = 1 / 8;
/** Units of an entry: under 20 ms at worst; the heaviest of known attacks use 26,000, half of them below 200. */
export const ENTRY_BUDGET = 30_000;

export function createBudget(units: number): Budget {
  let used = 0;
  let spent = false;
  return {
    spend(cost) {
      if (used + cost > units) {
        spent = true;
        return false;
      }
      used += cost;
      return true;
    },
    charge(cost) {
      used += cost;
    },
    isSpent: () => spent,
    get used() {
      return used;
    },
    reset() {
      used = 0;
      spent = false;
    },
  };
}
