import type { Hit, RuleInfo } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';

/** Counted work, for tests that assert bounds without a clock. */
export interface DetectorWork {
  entries: number;
  views: number;
  candidates: number;
  evaluations: number;
  bytes: number;
  /** Units of the budget that entries were given, and entries that it did not suffice for. */
  units: number;
  exhausted: number;
}

/** What was found in an entry. */
export interface Findings {
  /** Rules that flag it, worst first; empty when only silent ones matched. */
  readonly hits: readonly Hit[];
  /** Ids of the rules that matched and that correlations want, silent or not. */
  readonly observed: readonly string[];
}

/** Finds the rules that match an entry. Pure but for its counters; never throws; bounded work for any line. */
export interface Detector {
  readonly rules: readonly RuleInfo[];
  readonly work: DetectorWork;
  /** Undefined when nothing matched. */
  detect(entry: Entry): Findings | undefined;
}
