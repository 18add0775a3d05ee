import type { RuleInfo } from './detection.ts';

/**
 * What a correlation found: one group (an actor, an account, a path) over one run of time. A later one with the same `key` replaces
 * it, whatever the order in which lines came.
 */
export interface Behaviour {
  /** One run of one group of one correlation. */
  readonly key: string;
  readonly rule: RuleInfo;
  /** True where the correlation itself says that the attack worked: a login after many failures. */
  readonly success: boolean;
  /** Values that the events share, by Sigma field name (`c-ip`, `cs-username`); hostile text, at most 200 characters each. */
  readonly group: Readonly<Record<string, string>>;
  readonly startMs: number;
  readonly endMs: number;
  /** Entries it is made of. */
  readonly events: number;
  /** Those of them that no rule flags by themselves. */
  readonly silent: number;
  /** What the condition counts, at its highest: events, distinct values, a sum, a percentile. */
  readonly value: number;
  /** Who sent them, at most 100, in the order of their first event; `actorCount` is how many there were (an estimate above 100). */
  readonly actors: readonly string[];
  readonly actorCount: number;
  /** The path, user or message of the first event: hostile text, at most 120 characters. */
  readonly example: string;
  /** What happened in words, where that is no count of lines: a log that stopped. */
  readonly detail?: string;
}
