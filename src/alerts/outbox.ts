import type { Clock } from '../clock/clock.ts';
import type { AlertMessage, AlertRecord, AlertState, Delivery } from '../model/alert.ts';
import type { Channel } from './channel.ts';
import { decideAfterTry, expired } from './retry-policy.ts';

/** The part of the store that the outbox needs; calls never throw. */
export interface OutboxStore {
  readonly outbox: {
    add(record: AlertRecord): void;
    update(record: AlertRecord): void;
    due(nowMs: number): readonly AlertRecord[];
    nextDueMs(): number | undefined;
    list(limit?: number): readonly AlertRecord[];
    counts(): Readonly<Record<AlertState, number>>;
  };
}

export interface OutboxOptions {
  readonly store: OutboxStore;
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Told of every change of a record, e.g. to draw the Alerts screen anew. */
  readonly onChange?: (record: AlertRecord) => void;
}

export interface SendResult {
  readonly channel: string;
  readonly delivery: Delivery;
  /** True when the message is kept and tried again. */
  readonly waiting: boolean;
}

/** Where messages wait until they are delivered; survives a restart, as each is in the store before its first try. At least once. */
export interface Outbox {
  /** Keeps the message for each named channel, tries once, and says what came of it within 15 s; never rejects. */
  send(message: AlertMessage, channels: readonly string[]): Promise<readonly SendResult[]>;
  /** Newest first, at most 500. */
  list(): readonly AlertRecord[];
  counts(): Readonly<Record<AlertState, number>>;
  /** Interrupts tries under way and resolves when they ended; their messages go on waiting in the store. */
  close(): Promise<void>;
}

const CONCURRENCY = 4;
const MAX_WAITING = 1_000;
const FIRST_RESULT_MS = 15_000;
/** No channel may hold a place longer, whatever its own limits. */
const LONGEST_TRY_MS = 60_000;
/** Timers hold at most 2^31 ms; and the wall clock may be set. */
const LONGEST_SLEEP_MS = 60_000;

type Report = (result: SendResult) => void;

export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock, random } = options;
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]));
  const underWay = new Map<string, Promise<void>>();
  const reports = new Map<string, Report>();
  const closing = new AbortController();
  let cancelTimer = (): void => undefined;

  function pump(): void {
    cancelTimer();
    if (closing.signal.aborted || underWay.size >= CONCURRENCY) return;
    for (const record of store.outbox.due(clock.now())) {
      if (underWay.size >= CONCURRENCY) return;
      if (!underWay.has(record.id)) start(record);
    }
    const next = store.outbox.nextDueMs();
    if (next === undefined) return;
    // While tries are under way the store still calls them due; the next look comes when one ends.
    const sleepMs = Math.max(next - clock.now(), underWay.size > 0 ? LONGEST_SLEEP_MS : 0);
    cancelTimer = clock.after(Math.min(sleepMs, LONGEST_SLEEP_MS), pump);
  }

  function start(record: AlertRecord): void {
    const done = attempt(record).then((delivery) => {
      underWay.delete(record.id);
      if (delivery !== undefined) settle(record, delivery);
      pump();
    });
    underWay.set(record.id, done);
  }

  /** Undefined when the outbox was closed meanwhile: the record stays as it is. */
  async function attempt(record: AlertRecord): Promise<Delivery | undefined> {
    if (expired(record, clock.now())) return { ok: false, retryable: true, reason: record.result };
    const channel = channels.get(record.channel);
    if (channel === undefined) return { ok: false, retryable: false, reason: `no channel named ${record.channel} is configured any more` };
    const delivery = await sendGuarded(channel, record.message, { clock, signal: closing.signal });
    return closing.signal.aborted && !delivery.ok ? undefined : delivery;
  }

  function settle(record: AlertRecord, delivery: Delivery): void {
    const updated = decideAfterTry(record, delivery, { nowMs: clock.now(), random });
    store.outbox.update(updated);
    options.onChange?.(updated);
    reports.get(record.id)?.({ channel: record.channel, delivery, waiting: updated.state === 'waiting' });
  }

  /** Resolves with the first try's result, or says that it is still under way. */
  function firstResult(record: AlertRecord): Promise<SendResult> {
    return new Promise((resolve) => {
      const conclude = (result: SendResult): void => {
        cancel();
        reports.delete(record.id);
        closing.signal.removeEventListener('abort', stillTrying);
        resolve(result);
      };
      const reason = 'no answer yet; it is tried again until it is delivered';
      const stillTrying = (): void =>
        conclude({ channel: record.channel, delivery: { ok: false, retryable: true, reason }, waiting: true });
      const cancel = clock.after(FIRST_RESULT_MS, stillTrying);
      closing.signal.addEventListener('abort', stillTrying);
      reports.set(record.id, conclude);
    });
  }

  function enqueue(message: AlertMessage, name: string): Promise<SendResult> {
    const refuse = (reason: string): Promise<SendResult> =>
      Promise.resolve({ channel: name, delivery: { ok: false, retryable: false, reason }, waiting: false });
    if (closing.signal.aborted) return refuse('secmon is ending');
    if (!channels.has(name)) return refuse(`no channel named ${name} is configured`);
    if (store.outbox.counts().waiting >= MAX_WAITING)
      return refuse(`${MAX_WAITING} alerts are waiting already: none is taken until some are delivered`);
    const nowMs = clock.now();
    const record: AlertRecord = {
      id: `${message.id}/${name}`,
      channel: name,
      message,
      state: 'waiting',
      attempts: 0,
      result: '',
      nextTryMs: nowMs,
      updatedMs: nowMs,
    };
    store.outbox.add(record);
    options.onChange?.(record);
    return firstResult(record);
  }

  pump();
  return {
    send(message, names) {
      const results = Promise.all([...new Set(names)].map((name) => enqueue(message, name)));
      pump();
      return results;
    },
    list: () => store.outbox.list(),
    counts: () => store.outbox.counts(),
    async close() {
      closing.abort();
      cancelTimer();
      await Promise.all(underWay.values());
    },
  };
}

/** A channel promises not to reject and to end; the outbox does not depend on it. */
async function sendGuarded(channel: Channel, message: AlertMessage, options: { clock: Clock; signal: AbortSignal }): Promise<Delivery> {
  const limit = new AbortController();
  const tooLong: Delivery = { ok: false, retryable: true, reason: `${channel.name} did not finish` };
  let giveUp: (delivery: Delivery) => void = () => undefined;
  const given = new Promise<Delivery>((resolve) => {
    giveUp = resolve;
  });
  const cancel = options.clock.after(LONGEST_TRY_MS, () => {
    limit.abort();
    giveUp(tooLong);
  });
  const interrupted = (): void => giveUp({ ok: false, retryable: true, reason: 'interrupted' });
  options.signal.addEventListener('abort', interrupted);
  try {
    return await Promise.race([given, channel.send(message, { signal: AbortSignal.any([options.signal, limit.signal]) })]);
  } catch {
    return { ok: false, retryable: true, reason: `${channel.name} failed unexpectedly` };
  } finally {
    cancel();
    options.signal.removeEventListener('abort', interrupted);
  }
}
