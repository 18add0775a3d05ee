import { t } from '../lang/lang.ts';
import type { AlertRecord, Delivery } from '../model/alert.ts';
import { backoff } from '../net/backoff.ts';
import { spanWords } from '../text/span-words.ts';

const FIRST_DELAY_MS = 5_000;
const LONGEST_DELAY_MS = 3_600_000;
const GIVE_UP_AFTER_MS = 24 * 3_600_000;
const JITTER = 0.3;
const MAX_DOUBLINGS = 20;

/** True when a message has waited so long that trying again helps nobody. */
export function expired(record: AlertRecord, nowMs: number): boolean {
  return record.attempts > 0 && nowMs - record.message.createdMs >= GIVE_UP_AFTER_MS;
}

/**
 * The record after a try. A failure that may pass waits 5 s, then twice as long each time up to an hour (less up to 30 % by chance),
 * never shorter than the server asked; after 24 hours, or when it cannot pass, it has failed.
 */
export function decideAfterTry(
  record: AlertRecord,
  delivery: Delivery,
  { nowMs, random }: { nowMs: number; random: () => number },
): AlertRecord {
  const tried = { ...record, attempts: record.attempts + 1, updatedMs: nowMs, nextTryMs: undefined };
  if (delivery.ok) {
    const reference = record.reference ?? delivery.reference;
    return { ...tried, state: 'sent', result: delivery.reply, ...(reference === undefined ? {} : { reference }) };
  }
  if (!delivery.retryable) return { ...tried, state: 'failed', result: delivery.reason };
  const nextTryMs = nowMs + Math.max(delayMs(tried.attempts, random), delivery.retryAfterMs ?? 0);
  if (nextTryMs - record.message.createdMs < GIVE_UP_AFTER_MS) return { ...tried, state: 'waiting', result: delivery.reason, nextTryMs };
  return {
    ...tried,
    state: 'failed',
    result: t('given up after {span}: {reason}', { span: spanWords(GIVE_UP_AFTER_MS), reason: delivery.reason }),
  };
}

function delayMs(attempts: number, random: () => number): number {
  const firstMs = FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, MAX_DOUBLINGS);
  return backoff({ firstMs, factor: 2, maxMs: LONGEST_DELAY_MS, jitter: JITTER, random }).next();
}
