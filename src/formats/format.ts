import type { Entry } from '../model/entry.ts';

/** What a format needs to know of the world to read times and clients. */
export interface FormatContext {
  /** IANA zone for times without one. */
  readonly timeZone: string;
  /** Wall clock now: the fitting year is the one that puts the time at most one day ahead of it. */
  readonly nowMs: () => number;
  /** True when this peer may set X-Forwarded-For. */
  readonly isTrustedProxy: (address: string) => boolean;
}

/** A line that is not of the format; the reason is a short phrase for the operator. */
export interface Rejection {
  readonly reason: string;
}

/** Parses single lines. One parser a source: it may cache (the minute of the last timestamp) but holds no unbounded state. */
export interface LineParser {
  /** Never throws, whatever the line. */
  parse(line: string): Entry | Rejection;
  /**
   * True when the line continues the one before it (a traceback); the caller then appends it to that entry's text. Absent: never.
   */
  continues?(line: string): boolean;
}

/** A log format: one file each, listed in order in `index.ts`. */
export interface Format {
  /** Stable id, e.g. `combined`. */
  readonly id: string;
  /** For the header: `nginx combined`. */
  readonly title: string;
  /** 0–1: how well the sample lines fit; the highest wins, ties go to the earlier in the table. */
  score(sample: readonly string[]): number;
  create(context: FormatContext): LineParser;
}

export const isRejection = (result: Entry | Rejection): result is Rejection => 'reason' in result;
