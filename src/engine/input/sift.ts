import { familiesOf } from '../../detection/outcome.ts';
import type { Detection, Hit } from '../../model/detection.ts';
import type { Entry } from '../../model/entry.ts';
import type { Muting } from '../rules/mutes.ts';

/** What of a line counts, and what is kept quiet. */
export interface Sifted {
  readonly detection: Detection | undefined;
  readonly muted: readonly Hit[];
  /** Rules that correlations hear of. */
  readonly observed: readonly string[];
}

export interface SiftParts {
  readonly muting: Muting | undefined;
  readonly judge: (entry: Entry, hits: readonly Hit[], actor: string) => Detection;
  /** The same detection with fewer hits. */
  readonly lessen: (detection: Detection, hits: readonly Hit[]) => Detection;
}

/** A line as the rules saw it. */
export interface SiftedLine {
  readonly entry: Entry;
  readonly hits: readonly Hit[];
  readonly observed: readonly string[];
  readonly actor: string;
  readonly timeMs: number;
}

const NO_HITS: readonly Hit[] = [];
const NOTHING: readonly string[] = [];
export const NOTHING_FOUND: Sifted = { detection: undefined, muted: NO_HITS, observed: NOTHING };

/** Families and hits of a detection of which some hits are kept quiet. */
export const withHits = (detection: Detection, hits: readonly Hit[]): Detection => ({ ...detection, hits, families: familiesOf(hits) });

/**
 * Takes out what is under a mute: first what is quiet even where it worked, then, where it did not work, the rest. Correlations do not hear of
 * it either.
 */
export function createSift({ muting, judge, lessen }: SiftParts): (line: SiftedLine) => Sifted {
  const split = (mutes: Muting, { entry, hits, actor, timeMs }: SiftedLine): Omit<Sifted, 'observed'> => {
    const heard = hits.filter(({ rule }) => !mutes.hides(rule.id, entry, { success: true, timeMs }));
    if (heard.length === 0) return { detection: undefined, muted: hits };
    const detection = judge(entry, heard, actor);
    const left = detection.success ? heard : heard.filter(({ rule }) => !mutes.hides(rule.id, entry, { success: false, timeMs }));
    const muted = hits.length === left.length ? NO_HITS : hits.filter((hit) => !left.includes(hit));
    if (left.length === 0) return { detection: undefined, muted };
    return { detection: left.length === heard.length ? detection : lessen(detection, left), muted };
  };
  return (line) => {
    const { entry, hits, observed, actor } = line;
    if (muting === undefined || muting.size === 0)
      return { detection: hits.length === 0 ? undefined : judge(entry, hits, actor), muted: NO_HITS, observed };
    const { detection, muted } = split(muting, line);
    const isFlagged = (list: readonly Hit[], id: string): boolean => list.some(({ rule }) => rule.id === id);
    const success = detection?.success === true;
    const heard = observed.filter(
      (id) => !isFlagged(muted, id) && (isFlagged(hits, id) || !muting.hidesFromCorrelations(id, entry, success)),
    );
    return { detection, muted, observed: heard };
  };
}
