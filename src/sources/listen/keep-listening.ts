import type { Clock } from '../../clock/clock.ts';
import { t } from '../../lang/lang.ts';
import { backoff } from '../../net/backoff.ts';
import { pause } from '../pause.ts';
import type { LineBatch } from '../source.ts';
import { eventBatch } from '../split.ts';
import { explainListenFailure } from './listen-failure.ts';
import type { ListenTarget } from './target.ts';

const AGAIN = { firstMs: 1000, factor: 2, maxMs: 60_000, jitter: 0.2 };

export interface ListenAgain {
  readonly target: ListenTarget;
  readonly clock: Clock;
  /** In [0, 1); spreads attempts. */
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * Listens until the signal: after a failure that may pass by itself again, at longer and longer intervals, after any other never.
 *
 * @param listenOnce listens and reads until the signal; returns why it could not
 */
export async function* keepListening(
  { target, clock, random, signal }: ListenAgain,
  listenOnce: () => AsyncGenerator<LineBatch, unknown>,
): AsyncGenerator<LineBatch> {
  const delays = backoff({ ...AGAIN, random });
  while (!signal.aborted) {
    const error = yield* listenOnce();
    if (signal.aborted) return;
    const { text, passes } = explainListenFailure(error, target);
    if (!passes) {
      yield eventBatch({ type: 'failed', detail: text });
      return;
    }
    const delayMs = delays.next();
    const n = Math.max(1, Math.round(delayMs / 1000));
    yield eventBatch({ type: 'waiting', detail: t('{text}; tries again in {n} s', { text, n }) });
    await pause(clock, delayMs, signal);
  }
}
