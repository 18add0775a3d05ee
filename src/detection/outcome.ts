import type { Family, Hit, Outcome } from '../model/detection.ts';
import type { Entry } from '../model/entry.ts';

/** What a path usually answered before: count of 2xx answers, median of their sizes, median absolute deviation, bytes. */
export interface UsualAnswer {
  readonly count: number;
  readonly medianBytes: number;
  readonly madBytes: number;
}

export interface Judgement {
  readonly outcome: Outcome;
  readonly success: boolean;
  /** Why a success is claimed: `41× size`; `''` otherwise. */
  readonly note: string;
}

/** Earlier answers that a path must have given before an answer can be called unusual. */
export const MIN_ANSWERS = 20;
/** Deviations from the median beyond which a size is unusual; 1.4826 makes the MAD comparable to a standard deviation. */
const DEVIATIONS = 6;
const MAD_SCALE = 1.4826;
/** Sizes that differ by less than this are alike whatever the deviation: nonces, dates, echoes of the request. */
const MIN_DIFFERENCE_BYTES = 256;

/** Families whose payload, where it works, changes what the server answers. */
const TELLING: ReadonlySet<Family> = new Set<Family>([
  'sqli',
  'nosql',
  'lfi',
  'rfi',
  'ssrf',
  'rce',
  'php',
  'java',
  'ssti',
  'ldap',
  'xpath',
  'webshell',
  'sensitive-files',
]);

/** The outcome that an HTTP status stands for; `none` for 0 and informational ones. */
export function outcomeOf(status: number): Outcome {
  if ([403, 406, 429, 444].includes(status)) return 'blocked';
  if (status === 408 || status === 499) return 'abandoned';
  if (status >= 200 && status < 300) return 'answered';
  if (status >= 300 && status < 400) return 'redirected';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 && status < 600 ? 'error' : 'none';
}

function sizeNote(bytes: number, median: number): string {
  if (median <= 0) return `${bytes} bytes, usually none`;
  const ratio = bytes / median;
  const rounded = ratio >= 10 ? Math.round(ratio) : Math.round(ratio * 10) / 10;
  return `${rounded}× size`;
}

const isTelling = (hits: readonly Hit[]): boolean => hits.some((hit) => hit.rule.families.some((family) => TELLING.has(family)));

/**
 * Judges what became of a detection. A success is claimed only for families whose success shows in the answer, for a 2xx, and when its
 * size stands far from what the path usually answers, over at least {@link MIN_ANSWERS} earlier answers.
 */
export function judgeOutcome(entry: Entry, usual: UsualAnswer | undefined, hits: readonly Hit[]): Judgement {
  const outcome = outcomeOf(entry.status);
  const open: Judgement = { outcome, success: false, note: '' };
  if (outcome !== 'answered' || usual === undefined || usual.count < MIN_ANSWERS || entry.bytes < 0 || !isTelling(hits)) return open;
  const difference = Math.abs(entry.bytes - usual.medianBytes);
  const limit = Math.max(MIN_DIFFERENCE_BYTES, DEVIATIONS * MAD_SCALE * usual.madBytes, usual.medianBytes * 0.1);
  return difference > limit ? { outcome, success: true, note: sizeNote(entry.bytes, usual.medianBytes) } : open;
}

/** Families of hits, the worst rule's first. */
export const familiesOf = (hits: readonly Hit[]): readonly Family[] => [...new Set(hits.flatMap((hit) => hit.rule.families))];
