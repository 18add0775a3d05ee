import type { Said } from '../../text/said.ts';
import { parseSpan } from '../../text/span.ts';
import { nextDue } from '../every.ts';
import { fieldsOf, listOf } from '../json.ts';
import type { ChecksSettings } from '../settings.ts';

/** The section `checks.uptime`. */
export type UptimeSettings = NonNullable<ChecksSettings['uptime']>;

/** One address, what a good answer is, and what a bad one means. */
export interface Expected {
  readonly url: string;
  /** A span of time, or the section's cron expression. */
  readonly every: string;
  readonly status: number;
  readonly contains: string | undefined;
  /** An answer that takes longer is a failure. */
  readonly slowMs: number;
  /** So many failures in a row are an incident. */
  readonly failures: number;
  readonly certificateDays: number;
}

/** What is kept of an address. */
export interface Kept {
  /** Times of its answers, oldest first, at most 120; -1 for a failure. */
  readonly values: readonly number[];
  /** Failures in a row. */
  readonly failures: number;
  /** When it was asked last; undefined: never. */
  readonly askedMs: number | undefined;
  /** What was said of it then. */
  readonly now: Said | undefined;
  readonly isBad: boolean;
}

export const MAX_VALUES = 120;

/** Every address with its own settings, or the section's where it has none. */
export const expectedOf = (settings: UptimeSettings): readonly Expected[] =>
  settings.urls.map((given) => {
    const one = typeof given === 'string' ? { url: given } : given;
    return {
      url: one.url,
      every: one.every ?? settings.every,
      status: one.status ?? 200,
      contains: one.contains,
      slowMs: (parseSpan(one.timeout ?? settings.slow) ?? 10) * 1_000,
      failures: one.failures ?? settings.failures,
      certificateDays: one.certificate_days ?? settings.certificate_days,
    };
  });

/** What is kept of an address in the memory of the last run; nothing, where that is no such memory. */
export function keptOf(memory: unknown, url: string): Kept {
  const all = fieldsOf(memory);
  const { values, failures, askedMs, now, isBad } = fieldsOf(Object.hasOwn(all, url) ? all[url] : undefined);
  return {
    values: listOf(values)
      .filter((one): one is number => typeof one === 'number')
      .slice(-MAX_VALUES),
    failures: typeof failures === 'number' ? failures : 0,
    askedMs: typeof askedMs === 'number' ? askedMs : undefined,
    now: typeof fieldsOf(now)['text'] === 'string' ? (now as Said) : undefined,
    isBad: isBad === true,
  };
}

/** When an address is to be asked next; `-Infinity` for one that never was. */
export const dueOf = ({ every }: Expected, { askedMs }: Kept, timeZone: string): number =>
  askedMs === undefined ? Number.NEGATIVE_INFINITY : (nextDue(every, { afterMs: askedMs, timeZone }) ?? Number.POSITIVE_INFINITY);
