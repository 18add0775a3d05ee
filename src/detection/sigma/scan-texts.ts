import type { Prefilter } from '../prefilter.ts';
import { WINDOW, windowsOf } from '../regex.ts';
import { type Budget, SCAN_COST } from './budget.ts';
import type { Scan } from './field-views.ts';

/** Texts from this length on are remembered within an entry, since forms and places often hold the same. */
const LONG = 1024;
const NOTHING: Scan = { passed: [], windows: [] };

export interface TextScanner {
  scan(text: string): Scan;
  /** Forgets the texts of the last entry. */
  reset(): void;
}

/** Scans texts while the budget lasts, long ones window by window; without a prefilter every text passes all gates. */
export function createTextScanner(parts: {
  readonly prefilter: Prefilter | undefined;
  readonly budget: Budget;
  readonly onScan: (text: string) => void;
}): TextScanner {
  const { prefilter, budget, onScan } = parts;
  const known = new Map<string, Scan>();
  const gatesIn = (text: string): readonly number[] => {
    if (prefilter === undefined || !budget.spend(text.length * SCAN_COST)) return NOTHING.passed;
    onScan(text);
    const passed = prefilter.scan(text);
    budget.charge(prefilter.looked() * SCAN_COST);
    return passed;
  };
  const scanLong = (text: string): Scan => {
    const windows = windowsOf(text).map((window) => ({ ...window, passed: gatesIn(window.text) }));
    return { passed: [...new Set(windows.flatMap((window) => window.passed))], windows };
  };
  return {
    scan(text) {
      const before = text.length < LONG ? undefined : known.get(text);
      if (before !== undefined) return before;
      const result = text.length > WINDOW ? scanLong(text) : { passed: gatesIn(text), windows: undefined };
      if (text.length >= LONG) known.set(text, result);
      return result;
    },
    reset: () => known.clear(),
  };
}
