import type { Clock } from '../clock/clock.ts';
import type { CheckName, Finding, Measure } from '../model/check.ts';
import type { Said } from '../text/said.ts';
import type { HttpGet } from './http-get.ts';
import type { RunProcess } from './run-process.ts';

/** What a check says while it runs. */
export type CheckEvent =
  /** How far it is; `percent` from 0 to 100 where it can be told. */
  | { readonly type: 'progress'; readonly phase: Said; readonly percent?: number }
  | { readonly type: 'finding'; readonly finding: Finding }
  /** What to know of this run. */
  | { readonly type: 'note'; readonly note: Said }
  /** A part that was not looked at: its findings of before stay as they are. The note says why it could not be; without one it was not due. */
  | { readonly type: 'unseen'; readonly place: string; readonly note?: Said }
  /** It is being ended before its time: what it has found, and what it finds while it ends, counts beside what was known. */
  | { readonly type: 'partly' }
  | { readonly type: 'measure'; readonly measure: Measure }
  /** What the next run gets as `memory`: plain JSON. */
  | { readonly type: 'memory'; readonly memory: unknown };

/** What a check is given. It reaches the world through nothing else but files that its settings name. */
export interface CheckContext {
  readonly run: RunProcess;
  readonly get: HttpGet;
  readonly clock: Clock;
  /** Aborted when the person stops it or its time is up. */
  readonly signal: AbortSignal;
  /** What its last run left; undefined at the first. */
  readonly memory: unknown;
  /** A person asked for this run: everything is looked at, whatever is not yet due. */
  readonly asked: boolean;
  /** A person has just agreed to requests that attack the target. */
  readonly mayAttack: boolean;
}

/** One check with its settings. Running throws {@link CheckError} when it cannot do its work; what it has found until then does not count, unless it said `partly`. */
export interface Check {
  readonly name: CheckName;
  /** As configured: a span of time or a cron expression; `''` when it runs only when asked. */
  readonly every: string;
  readonly timeoutMs: number;
  /** Why it cannot run as configured. */
  readonly missing: Said | undefined;
  readonly canAttack: boolean;
  /** It costs next to nothing and must not wait: it runs whatever else does. */
  readonly isLight?: boolean;
  /** When it is due next by what it remembers, where its parts have times of their own; undefined: `every` says it. */
  nextDue?(state: { readonly memory: unknown; readonly nowMs: number }): number | undefined;
  run(context: CheckContext): AsyncIterable<CheckEvent>;
}
