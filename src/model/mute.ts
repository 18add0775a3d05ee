import type { AlertTarget } from './alert.ts';
import type { CheckName } from './check.ts';
import type { Severity } from './detection.ts';

export type MutePlaceKind = 'path' | 'parameter' | 'address' | 'network' | 'account' | 'host' | 'finding' | 'everywhere';

/** Where a rule is to be quiet. */
export interface MutePlace {
  readonly kind: MutePlaceKind;
  /** For people: `at /search`, `from 198.51.100.0/24`. Hostile text. */
  readonly words: string;
  /** Sigma fields and what they must be. */
  readonly selection: Readonly<Record<string, string | number>>;
  /** Only requests are meant. */
  readonly isWeb: boolean;
}

/** What a rule is muted about. */
export type MuteSubject =
  | AlertTarget
  | { readonly kind: 'rule'; readonly ruleId: string }
  /** A finding of a check, by its key. */
  | { readonly kind: 'finding'; readonly check: CheckName; readonly key: string };

/** A rule that can be muted (or all of them together), and where; the narrowest place first. */
export interface MuteOption {
  /** Several: all that flag it, at once. */
  readonly ruleIds: readonly string[];
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  readonly places: readonly MutePlace[];
}

export const MUTE_SPANS = ['1 h', '1 day', '7 days', 'forever'] as const;

export type MuteSpan = (typeof MUTE_SPANS)[number];

export interface MuteChoice {
  readonly ruleIds: readonly string[];
  readonly place: MutePlace;
  readonly span: MuteSpan;
  /** `''` for none. */
  readonly note: string;
  /** Mute what worked, too. */
  readonly successes: boolean;
}

/** A mute as it would be written, and what it would have kept quiet. */
export interface MutePreview {
  readonly draftId: string;
  readonly title: string;
  /** Exactly the line. */
  readonly line: string;
  /** The file, or `this session`. */
  readonly file: string;
  /** Held lines (or runs of the correlation) that would be no detection any more. */
  readonly muted: number;
  /** Lines that would stay a detection by another rule. */
  readonly elsewhere: number;
  /** Of what the rule found there, what worked: muted only where the mute says so. */
  readonly successes: number;
  /** Held detections, or runs of the correlation. */
  readonly of: number;
}

/** A mute of the file or of this session. */
export interface MuteRow {
  readonly id: string;
  readonly title: string;
  readonly author: string;
  readonly note: string;
  /** Undefined: forever. */
  readonly untilMs: number | undefined;
  /** Names or ids; empty for any. */
  readonly rules: readonly string[];
  readonly isExpired: boolean;
  /** `file:line`, or `this session`. */
  readonly place: string;
  readonly hits: number;
  /** Event time of the last hit. */
  readonly lastMs: number | undefined;
}
