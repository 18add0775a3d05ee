import type { Clock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import type { OutputInfo } from '../model/output.ts';
import { type Backoff, backoff } from '../net/backoff.ts';
import { duration } from '../text/units.ts';
import { reasonOf } from './clean-reason.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Output, SendResult } from './output.ts';
import type { OutputRecord } from './record.ts';
import type { Spool } from './spool/spool.ts';

/** What the person should be told of an output. */
export type OutputEvent =
  | { readonly type: 'failing'; readonly reason: string }
  | { readonly type: 'recovered'; readonly afterMs: number }
  | { readonly type: 'full' }
  | { readonly type: 'refused'; readonly reason: string };

/** Brings records from a spool to an output: in batches, in order, again until the peer has them. Never stalls who offers. */
export interface Sender {
  offer(record: OutputRecord): void;
  /** Everything offered is in the files (see {@link Spool.flush}). */
  flush(): void;
  info(): OutputInfo;
  /** Sends what waits, for at most `waitMs` and until a try fails; the rest stays in the files, and what is in memory alone is tried again. Resolves to how many wait. */
  close(waitMs: number): Promise<number>;
}

export interface SenderParts {
  readonly name: string;
  readonly output: Output;
  readonly spool: Spool;
  readonly deadLetters: DeadLetters;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onEvent: (event: OutputEvent) => void;
  readonly timing?: Partial<SenderTiming>;
}

export interface SenderTiming {
  /** How long a first record waits for company. */
  readonly lingerMs: number;
  /** How long one try may take. */
  readonly attemptMs: number;
}

const TIMING: SenderTiming = { lingerMs: 500, attemptMs: 30_000 };
const RETRY = { firstMs: 500, factor: 2, maxMs: 60_000, jitter: 0.3 } as const;

interface State {
  sent: number;
  attempt: 'none' | 'sending' | 'retrying';
  lastError: string;
  lastErrorMs: number | undefined;
  lastSentMs: number | undefined;
  nextTryMs: number | undefined;
  /** Monotonic, and by the wall clock. */
  failingSince: { readonly ms: number; readonly wallMs: number } | undefined;
  isFull: boolean;
}

/** A timer that an end interrupts. */
function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      cancel();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal.addEventListener('abort', done, { once: true });
  });
}

export function createSender(parts: SenderParts): Sender {
  const { name, output, spool, deadLetters, clock, random, onEvent } = parts;
  const { lingerMs, attemptMs } = { ...TIMING, ...parts.timing };
  const ending = new AbortController();
  const wait: Backoff = backoff({ ...RETRY, random });
  const state: State = {
    sent: 0,
    attempt: 'none',
    lastError: '',
    lastErrorMs: undefined,
    lastSentMs: undefined,
    nextTryMs: undefined,
    failingSince: undefined,
    isFull: false,
  };
  let cancelLinger: (() => void) | undefined;
  let running: Promise<void> | undefined;
  const skipLinger = new AbortController();
  /** Called by every try that fails. */
  let onFailure = (): void => {};

  const taken = (count: number): void => {
    if (count === 0) return;
    state.sent += count;
    state.lastSentMs = clock.now();
  };
  const succeeded = (): void => {
    const { failingSince } = state;
    state.failingSince = undefined;
    state.isFull &&= spool.bytes > spool.maxBytes / 2;
    wait.reset();
    if (failingSince !== undefined) onEvent({ type: 'recovered', afterMs: clock.monotonic() - failingSince.ms });
  };
  const failed = async (reason: string, retryAfterMs: number | undefined): Promise<void> => {
    state.lastError = reason;
    state.lastErrorMs = clock.now();
    if (state.failingSince === undefined) {
      state.failingSince = { ms: clock.monotonic(), wallMs: clock.now() };
      onEvent({ type: 'failing', reason });
    }
    const delayMs = Math.min(Math.max(wait.next(), retryAfterMs ?? 0), 3_600_000);
    state.attempt = 'retrying';
    state.nextTryMs = clock.now() + delayMs;
    onFailure();
    await pause(clock, delayMs, ending.signal);
    state.nextTryMs = undefined;
  };
  const refuse = (refusals: readonly { record: OutputRecord; reason: string }[]): void => {
    const [firstOne] = refusals;
    if (firstOne === undefined) return;
    state.lastError = firstOne.reason;
    state.lastErrorMs = clock.now();
    if (deadLetters.count === 0) onEvent({ type: 'refused', reason: firstOne.reason });
    deadLetters.add(refusals);
  };

  /** One try, which ends when its time is over whatever the output does. */
  const attempt = async (records: readonly OutputRecord[]): Promise<SendResult> => {
    const trying = new AbortController();
    const stop = (): void => trying.abort();
    ending.signal.addEventListener('abort', stop, { once: true });
    state.attempt = 'sending';
    const answer = output.send(records, trying.signal).catch((error: unknown): SendResult => ({ ok: false, reason: reasonOf(error) }));
    const overdue = pause(clock, attemptMs, trying.signal).then(
      (): SendResult => ({
        ok: false,
        reason: t('{destination} did not take it within {time}', { destination: output.destination, time: duration(attemptMs) }),
      }),
    );
    const result = await Promise.race([answer, overdue]);
    ending.signal.removeEventListener('abort', stop);
    trying.abort();
    return result;
  };

  /** Until the peer has all of the batch, or the end. */
  const deliver = async (batch: readonly OutputRecord[]): Promise<boolean> => {
    let rest = batch;
    let most = batch.length;
    while (rest.length > 0 && !ending.signal.aborted) {
      const part = rest.slice(0, most);
      const result = await attempt(part);
      if (!result.ok) {
        if (ending.signal.aborted) return false;
        if (result.tooLarge !== true) await failed(result.reason, result.retryAfterMs);
        else if (part.length > 1) most = Math.ceil(part.length / 2);
        else {
          refuse(part.map((record) => ({ record, reason: result.reason })));
          rest = rest.slice(1);
        }
        continue;
      }
      const { refused = [], again } = result;
      refuse(refused);
      taken(part.length - refused.length - (again?.records.length ?? 0));
      rest = [...(again?.records ?? []), ...rest.slice(part.length)];
      if (again === undefined) succeeded();
      else await failed(again.reason, again.retryAfterMs);
    }
    return rest.length === 0;
  };

  const run = async (): Promise<void> => {
    while (!ending.signal.aborted) {
      spool.flush();
      let batch: readonly OutputRecord[];
      try {
        batch = spool.oldest(output.batch);
      } catch (error) {
        await failed(reasonOf(error), undefined);
        continue;
      }
      if (batch.length === 0) break;
      if (await deliver(batch)) spool.acknowledge(batch.length);
    }
  };
  const start = (): void => {
    cancelLinger?.();
    cancelLinger = undefined;
    running ??= run().finally(() => {
      running = undefined;
      state.attempt = 'none';
      // Offered between its last look and now.
      if (spool.records > 0 && !ending.signal.aborted) start();
    });
  };
  /** At once when there is a batch, else after a while. */
  const wake = (): void => {
    if (running !== undefined || ending.signal.aborted) return;
    if (skipLinger.signal.aborted || spool.records >= output.batch.records || spool.bytes >= output.batch.bytes) start();
    else cancelLinger ??= clock.after(lingerMs, start);
  };

  if (spool.records > 0) wake();
  return {
    offer(record) {
      if (!spool.add(record) && !state.isFull) {
        state.isFull = true;
        onEvent({ type: 'full' });
      }
      wake();
    },
    flush: () => spool.flush(),
    info: () => ({
      name,
      type: output.type,
      destination: output.destination,
      state: state.attempt === 'none' ? 'idle' : state.failingSince === undefined ? 'sending' : 'retrying',
      waitingRecords: spool.records,
      waitingBytes: spool.bytes,
      bufferBytes: spool.maxBytes,
      sent: state.sent,
      dropped: spool.dropped,
      refused: deadLetters.count,
      lastError: state.lastError,
      lastErrorMs: state.lastErrorMs,
      lastSentMs: state.lastSentMs,
      nextTryMs: state.nextTryMs,
      failingSinceMs: state.failingSince?.wallMs,
      memoryOnly: spool.memoryOnly,
    }),
    async close(waitMs) {
      skipLinger.abort();
      spool.flush();
      if (spool.records > 0) start();
      const over = new AbortController();
      // What the disk keeps need not be waited for while the peer takes nothing.
      const isHopeless = (): boolean => state.failingSince !== undefined && spool.memoryOnly === '';
      const failing = new Promise<void>((resolve) => {
        onFailure = () => void (isHopeless() && resolve());
      });
      if (running !== undefined && !isHopeless() && waitMs > 0) await Promise.race([running, failing, pause(clock, waitMs, over.signal)]);
      over.abort();
      ending.abort();
      cancelLinger?.();
      await running;
      spool.flush();
      await output.close();
      return spool.records;
    },
  };
}
