import type { Family, Hit, Outcome, Severity } from '../../model/detection.ts';
import type { Entry } from '../../model/entry.ts';

/** A line as the engine holds it; the screen gets a FeedRow of it. */
export interface HeldLine {
  readonly id: number;
  readonly sourceId: number;
  readonly sourceName: string;
  /** The line's number in its source, from 1. */
  readonly sequence: number;
  readonly entry: Entry;
  readonly hits: readonly Hit[] | undefined;
  /** Hits that a mute keeps quiet; left out where there is none. */
  readonly muted?: readonly Hit[];
  readonly severity: Severity | undefined;
  readonly families: readonly Family[];
  readonly outcome: Outcome | undefined;
  readonly success: boolean;
  readonly note: string;
}

export type LineTest = (line: HeldLine) => boolean;
