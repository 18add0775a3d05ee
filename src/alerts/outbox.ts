import type { Clock } from '../clock/clock.ts';
import { t } from '../lang/lang.ts';
import type { AlertMessage, AlertRecord, AlertState, Delivery } from '../model/alert.ts';
import type { Channel } from './channel.ts';
import { type Fallback, fallbackMessage } from './fallback.ts';
import { createFirstResults, type SendResult } from './first-results.ts';
import { sendGuarded } from './guarded-send.ts';
import { decideAfterTry, expired } from './retry-policy.ts';
import { inThread } from './thread.ts';

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
  /** Takes what another channel cannot deliver. */
  readonly fallback?: Fallback | undefined;
  /** Told of what a person has to mend: a message that will not be delivered, or not to all. */
  readonly onTrouble?: (trouble: Trouble) => void;
}

export interface Trouble {
  readonly channel: string;
  readonly reason: string;
  /** False where others of the same message were reached. */
  readonly failed: boolean;
}

/** Where messages wait until they are delivered; survives a restart, as each is in the store before its first try. At least once. */
export interface Outbox {
  /** Keeps the message for each named channel, tries once, and says what came of it within 15 s; never rejects. */
  send(message: AlertMessage, channels: readonly string[]): Promise<readonly SendResult[]>;
  /** Records of a message, to be kept by whoever asks in one transaction with what led to it; {@link Outbox.wake} then sends them. */
  records(message: AlertMessage, channels: readonly string[]): readonly AlertRecord[];
  /** Looks into the store for what is due. */
  wake(): void;
  /** Newest first, at most 500. */
  list(): readonly AlertRecord[];
  counts(): Readonly<Record<AlertState, number>>;
  /** Interrupts tries under way and resolves when they ended; their messages go on waiting in the store. */
  close(): Promise<void>;
}

/** Tries under way at a time; of one channel fewer, so that a dead server leaves room for the others. */
const CONCURRENCY = 4;
const CONCURRENCY_OF_CHANNEL = 2;
const MAX_WAITING = 1_000;
/** Timers hold at most 2^31 ms; and the wall clock may be set. */
const LONGEST_SLEEP_MS = 60_000;
/** While tries are under way the store still calls them due, and cannot tell what else falls due. */
const BUSY_SLEEP_MS = 1_000;

export function createOutbox(options: OutboxOptions): Outbox {
  const { store, clock } = options;
  const channels = new Map(options.channels.map((channel) => [channel.name, channel]));
  const underWay = new Map<string, { readonly channel: string; readonly done: Promise<void> }>();
  const firstResults = createFirstResults(clock);
  const closing = new AbortController();
  let cancelTimer = (): void => undefined;

  function pump(): void {
    cancelTimer();
    if (closing.signal.aborted) return;
    const kept = lazily(() => store.outbox.list());
    for (const record of store.outbox.due(clock.now())) startIfRoom(record, kept);
    const next = store.outbox.nextDueMs();
    if (next === undefined) return;
    const sleepMs = Math.max(next - clock.now(), BUSY_SLEEP_MS);
    cancelTimer = clock.after(underWay.size > 0 ? BUSY_SLEEP_MS : Math.min(sleepMs, LONGEST_SLEEP_MS), pump);
  }

  function startIfRoom(record: AlertRecord, kept: () => readonly AlertRecord[]): void {
    const ofChannel = [...underWay.values()].filter(({ channel }) => channel === record.channel).length;
    if (underWay.has(record.id) || underWay.size >= CONCURRENCY || ofChannel >= CONCURRENCY_OF_CHANNEL) return;
    const { ahead, reference } = inThread(record, kept);
    if (ahead !== undefined) {
      wait(record, ahead);
      return;
    }
    const known = reference === undefined ? record : { ...record, reference };
    const done = attempt(known, { channels, clock, signal: closing.signal }).then((delivery) => {
      underWay.delete(record.id);
      if (delivery !== undefined) settle(known, delivery);
      pump();
    });
    underWay.set(record.id, { channel: record.channel, done });
  }

  /** A reply cannot be delivered before what it replies to. */
  function wait(record: AlertRecord, ahead: AlertRecord): void {
    const nextTryMs = Math.max(ahead.nextTryMs ?? 0, clock.now()) + BUSY_SLEEP_MS;
    store.outbox.update({ ...record, nextTryMs, result: t('waits for the message before it in its thread') });
  }

  function settle(record: AlertRecord, delivery: Delivery): void {
    const updated = decideAfterTry(record, delivery, { nowMs: clock.now(), random: options.random });
    // What stands in is kept first: whenever this is killed, one of the two is tried again.
    if (updated.state === 'failed') standIn(updated);
    store.outbox.update(updated);
    options.onChange?.(updated);
    if (updated.state === 'failed') options.onTrouble?.({ channel: record.channel, reason: updated.result, failed: true });
    else if (delivery.ok && delivery.refused !== undefined)
      options.onTrouble?.({ channel: record.channel, reason: delivery.refused, failed: false });
    firstResults.report(record.id, { channel: record.channel, delivery, waiting: updated.state === 'waiting' });
  }

  function standIn(failed: AlertRecord): void {
    const { fallback } = options;
    const nowMs = clock.now();
    const message = fallback && fallbackMessage(failed, fallback, { kept: () => store.outbox.list(), nowMs });
    if (fallback === undefined || message === undefined) return;
    const record = newRecord(message, fallback.channel, nowMs);
    store.outbox.add(record);
    options.onChange?.(record);
  }

  /** A new message does not queue behind those that wait for a dead server. */
  function enqueue(message: AlertMessage, name: string): Promise<SendResult> {
    const reason = whyRefused(name);
    if (reason !== undefined) return Promise.resolve({ channel: name, delivery: { ok: false, retryable: false, reason }, waiting: false });
    const record = newRecord(message, name, clock.now());
    store.outbox.add(record);
    options.onChange?.(record);
    const result = firstResults.wait(record);
    startIfRoom(record, () => store.outbox.list());
    return result;
  }

  function whyRefused(name: string): string | undefined {
    if (closing.signal.aborted) return t('secmon is ending');
    if (!channels.has(name)) return t('no channel named {channel} is configured', { channel: name });
    const isFull = store.outbox.counts().waiting >= MAX_WAITING;
    return isFull ? t('{n} alerts are waiting already: none is taken until some are delivered', { n: MAX_WAITING }) : undefined;
  }

  pump();
  return {
    send(message, names) {
      const results = Promise.all([...new Set(names)].map((name) => enqueue(message, name)));
      pump();
      return results;
    },
    records: (message, names) => names.map((name) => newRecord(message, name, clock.now())),
    wake: pump,
    list: () => store.outbox.list(),
    counts: () => store.outbox.counts(),
    async close() {
      closing.abort();
      cancelTimer();
      firstResults.close();
      await Promise.all([...underWay.values()].map(({ done }) => done));
    },
  };
}

interface Attempt {
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Undefined when the outbox was closed meanwhile: the record stays as it is. */
async function attempt(record: AlertRecord, { channels, clock, signal }: Attempt): Promise<Delivery | undefined> {
  if (expired(record, clock.now())) return { ok: false, retryable: true, reason: record.result };
  const channel = channels.get(record.channel);
  if (channel === undefined)
    return { ok: false, retryable: false, reason: t('no channel named {channel} is configured any more', { channel: record.channel }) };
  const { message, reference } = record;
  const delivery = await sendGuarded(channel, message, reference === undefined ? { clock, signal } : { clock, signal, reference });
  return signal.aborted && !delivery.ok ? undefined : delivery;
}

/** Reading the kept messages costs; within one look nothing of a thread changes. */
function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function newRecord(message: AlertMessage, channel: string, nowMs: number): AlertRecord {
  const id = `${message.id}/${channel}`;
  return { id, channel, message, state: 'waiting', attempts: 0, result: '', nextTryMs: nowMs, updatedMs: nowMs };
}
