import { describe, expect, it } from 'vitest';
import type { Channel } from '../../src/alerts/channel.ts';
import { createOutbox, type Outbox, type OutboxStore } from '../../src/alerts/outbox.ts';
import type { AlertRecord, AlertState, Delivery } from '../../src/model/alert.ts';
import { type FakeClock, fakeClock, message, START_MS } from './samples.ts';

/** The store's contract in a few lines (the real one has its own conformance suite), with a log of what was asked. */
function memoryStore(log: string[] = []): OutboxStore & { readonly records: Map<string, AlertRecord> } {
  const records = new Map<string, AlertRecord>();
  const waiting = (): AlertRecord[] => [...records.values()].filter(({ state }) => state === 'waiting');
  return {
    records,
    outbox: {
      add(record) {
        log.push(`add ${record.id}`);
        records.set(record.id, record);
      },
      update(record) {
        log.push(`${record.state} ${record.id}`);
        records.set(record.id, record);
      },
      due: (nowMs) => waiting().filter(({ nextTryMs = 0 }) => nextTryMs <= nowMs),
      nextDueMs: () =>
        waiting().reduce<number | undefined>((least, { nextTryMs = 0 }) => Math.min(least ?? nextTryMs, nextTryMs), undefined),
      list: () => [...records.values()],
      counts() {
        const counts: Record<AlertState, number> = { waiting: 0, sent: 0, failed: 0 };
        for (const { state } of records.values()) counts[state]++;
        return counts;
      },
    },
  };
}

interface TestChannel extends Channel {
  readonly tries: readonly string[];
  /** What each try was given as reference. */
  readonly references: readonly (string | undefined)[];
  /** Ends the oldest try under way. */
  end(delivery: Delivery): void;
}

function testChannel(name: string, answer?: (attempt: number) => Delivery, log: string[] = []): TestChannel {
  const tries: string[] = [];
  const references: (string | undefined)[] = [];
  const pending: ((delivery: Delivery) => void)[] = [];
  return {
    name,
    type: 'test',
    destination: 'nowhere',
    maxBytes: 1,
    render: () => '',
    tries,
    references,
    end: (delivery) => pending.shift()?.(delivery),
    async send({ id }, { reference }) {
      tries.push(id);
      references.push(reference);
      log.push(`try ${id}/${name}`);
      if (answer !== undefined) return answer(tries.length);
      return new Promise((resolve) => pending.push(resolve));
    },
  };
}

const SENT: Delivery = { ok: true, reply: '250 ok' };
const PASSING: Delivery = { ok: false, retryable: true, reason: 'connection refused' };
const LASTING: Delivery = { ok: false, retryable: false, reason: 'no such user' };

/** Lets everything run that waits only for promises. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 30; turn++) await Promise.resolve();
}

async function pass(clock: FakeClock, ms: number): Promise<void> {
  clock.advance(ms);
  await settled();
}

function setUp(
  channels: readonly Channel[],
  store = memoryStore(),
  clock = fakeClock(),
): { outbox: Outbox; store: typeof store; clock: FakeClock } {
  return { outbox: createOutbox({ store, channels, clock, random: () => 0 }), store, clock };
}

describe('the outbox', () => {
  it('keeps a message before it tries, and tells what came of the try', async () => {
    const log: string[] = [];
    const { outbox } = setUp([testChannel('ops', () => SENT, log)], memoryStore(log));
    expect(await outbox.send(message({ id: 'm' }), ['ops'])).toEqual([{ channel: 'ops', delivery: SENT, waiting: false }]);
    expect(log).toEqual(['add m/ops', 'try m/ops', 'sent m/ops']);
    expect(outbox.list()[0]).toMatchObject({ channel: 'ops', state: 'sent', result: '250 ok', attempts: 1, nextTryMs: undefined });
    expect(outbox.counts()).toEqual({ waiting: 0, sent: 1, failed: 0 });
  });

  it('sends through several channels, each with its own result', async () => {
    const { outbox } = setUp([testChannel('a', () => SENT), testChannel('b', () => LASTING), testChannel('c', () => PASSING)]);
    const results = await outbox.send(message(), ['a', 'b', 'c', 'a']);
    expect(results.map(({ channel, waiting }) => [channel, waiting])).toEqual([
      ['a', false],
      ['b', false],
      ['c', true],
    ]);
    expect(outbox.counts()).toEqual({ waiting: 1, sent: 1, failed: 1 });
  });

  it('tries again after 5 s, then twice as long each time up to an hour, until it arrives', async () => {
    const channel = testChannel('ops', (attempt) => (attempt < 13 ? PASSING : SENT));
    const { outbox, store, clock } = setUp([channel]);
    await outbox.send(message({ id: 'm' }), ['ops']);
    const delays: number[] = [];
    while (store.records.get('m/ops')?.state === 'waiting') {
      const delayMs = (store.records.get('m/ops')?.nextTryMs ?? 0) - clock.now();
      delays.push(delayMs / 1_000);
      const before = channel.tries.length;
      await pass(clock, delayMs - 1);
      expect(channel.tries.length).toBe(before);
      await pass(clock, 1);
      expect(channel.tries.length).toBe(before + 1);
    }
    expect(delays).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    expect(store.records.get('m/ops')).toMatchObject({ state: 'sent', attempts: 13 });
  });

  it('waits at least as long as the server asks', async () => {
    const { outbox, store } = setUp([testChannel('ops', () => ({ ...PASSING, retryAfterMs: 90_000 }))]);
    await outbox.send(message({ id: 'm' }), ['ops']);
    expect(store.records.get('m/ops')?.nextTryMs).toBe(START_MS + 90_000);
  });

  it('gives up after a day and says why', async () => {
    const { outbox, store, clock } = setUp([testChannel('ops', () => PASSING)]);
    await outbox.send(message({ id: 'm' }), ['ops']);
    for (let hour = 0; hour < 25 * 60; hour++) await pass(clock, 60_000);
    expect(store.records.get('m/ops')).toMatchObject({ state: 'failed', result: 'given up after 1 d: connection refused' });
    expect(clock.timers).toBe(0);
  });

  it('goes on after a restart with what was waiting', async () => {
    const first = setUp([testChannel('ops', () => PASSING)]);
    await first.outbox.send(message({ id: 'm' }), ['ops']);
    await first.outbox.close();
    const channel = testChannel('ops', () => SENT);
    const second = setUp([channel], first.store, fakeClock(START_MS + 3_600_000));
    await settled();
    expect(channel.tries).toEqual(['m']);
    expect(second.outbox.counts()).toEqual({ waiting: 0, sent: 1, failed: 0 });
  });

  it('tries again after a restart what was interrupted in its first try', async () => {
    const first = setUp([testChannel('ops')]);
    const sending = first.outbox.send(message({ id: 'm' }), ['ops']);
    await first.outbox.close();
    expect((await sending)[0]).toMatchObject({ waiting: true });
    expect(first.store.records.get('m/ops')).toMatchObject({ state: 'waiting', attempts: 0 });
    const channel = testChannel('ops', () => SENT);
    setUp([channel], first.store);
    await settled();
    expect(channel.tries).toEqual(['m']);
  });

  it('fails a message whose channel is no longer configured', async () => {
    const first = setUp([testChannel('old', () => PASSING)]);
    await first.outbox.send(message({ id: 'm' }), ['old']);
    const { store } = setUp([testChannel('new')], first.store, fakeClock(START_MS + 10_000));
    await settled();
    expect(store.records.get('m/old')).toMatchObject({ state: 'failed', result: 'no channel named old is configured any more' });
  });

  it('refuses a channel that does not exist, and keeps nothing', async () => {
    const { outbox } = setUp([]);
    expect(await outbox.send(message(), ['nope'])).toMatchObject([
      { delivery: { ok: false, retryable: false, reason: 'no channel named nope is configured' } },
    ]);
    expect(outbox.list()).toEqual([]);
  });

  it('has at most four tries under way, two of one channel, and goes on as they end', async () => {
    const [a, b, c] = [testChannel('a'), testChannel('b'), testChannel('c')] as const;
    const { outbox } = setUp([a, b, c]);
    for (let number = 0; number < 5; number++) void outbox.send(message({ id: `m${number}` }), ['a']);
    for (let number = 0; number < 5; number++) void outbox.send(message({ id: `m${number}` }), ['b', 'c']);
    await settled();
    expect([a, b, c].map(({ tries }) => tries.length)).toEqual([2, 1, 1]);
    a.end(SENT);
    await settled();
    expect([a, b, c].map(({ tries }) => tries.length)).toEqual([3, 1, 1]);
  });

  it('does not let a dead server hold up the others', async () => {
    const { outbox } = setUp([testChannel('dead'), testChannel('well', () => SENT)]);
    for (let number = 0; number < 500; number++) void outbox.send(message({ id: `m${number}` }), ['dead']);
    expect(await outbox.send(message({ id: 'x' }), ['well'])).toMatchObject([{ delivery: SENT }]);
  });

  it('says after 15 s that a try is still under way, and goes on with it', async () => {
    const channel = testChannel('ops');
    const { outbox, clock } = setUp([channel]);
    const sending = outbox.send(message(), ['ops']);
    await pass(clock, 15_000);
    expect(await sending).toMatchObject([{ waiting: true, delivery: { ok: false, retryable: true } }]);
    channel.end(SENT);
    await settled();
    expect(outbox.counts().sent).toBe(1);
  });

  it('takes its place back from a channel that never ends', async () => {
    const channel = testChannel('ops');
    const { outbox, clock, store } = setUp([channel]);
    void outbox.send(message({ id: 'm' }), ['ops']);
    await pass(clock, 60_000);
    expect(store.records.get('m/ops')).toMatchObject({ state: 'waiting', attempts: 1, result: 'ops did not finish' });
  });

  it('survives a channel that rejects', async () => {
    const broken: Channel = { ...testChannel('ops'), send: () => Promise.reject(new Error('password=hunter2')) };
    const { outbox } = setUp([broken]);
    const results = await outbox.send(message(), ['ops']);
    expect(results).toMatchObject([{ waiting: true, delivery: { reason: 'ops failed unexpectedly' } }]);
  });

  it('takes no more when a thousand are waiting', async () => {
    const { outbox } = setUp([testChannel('ops', () => PASSING)]);
    for (let number = 0; number < 1_000; number++) await outbox.send(message({ id: `m${number}` }), ['ops']);
    expect(await outbox.send(message({ id: 'one-more' }), ['ops'])).toMatchObject([{ waiting: false, delivery: { ok: false } }]);
    expect(outbox.counts().waiting).toBe(1_000);
  });

  it('leaves no timer and takes nothing after it was closed', async () => {
    const { outbox, clock } = setUp([testChannel('ops', () => PASSING)]);
    await outbox.send(message(), ['ops']);
    await outbox.close();
    expect(clock.timers).toBe(0);
    expect(await outbox.send(message({ id: 'late' }), ['ops'])).toMatchObject([{ delivery: { reason: 'secmon is ending' } }]);
  });
});

describe('messages of one thread', () => {
  const inThread = (id: string, sequence: number, key = 'incident-7') =>
    message({ id, thread: { key, sequence, kind: sequence === 0 ? 'opened' : 'worse' } });
  const referring = (reference: string): Delivery => ({ ok: true, reply: 'ok', reference });

  it('are sent with what the first delivery returned, also after a restart', async () => {
    let next = 0;
    const channel = testChannel('ops', () => referring(`ts-${++next}`));
    const first = setUp([channel]);
    await first.outbox.send(inThread('m0', 0), ['ops']);
    await first.outbox.send(inThread('m1', 1), ['ops']);
    await first.outbox.close();
    const second = setUp([channel], first.store);
    await second.outbox.send(inThread('m2', 2), ['ops']);
    await second.outbox.send(inThread('other', 0, 'incident-8'), ['ops']);
    expect(channel.references).toEqual([undefined, 'ts-1', 'ts-1', undefined]);
    expect(second.store.records.get('m2/ops')).toMatchObject({ state: 'sent', reference: 'ts-1' });
  });

  it('have a reference for each channel', async () => {
    const a = testChannel('a', () => referring('of-a'));
    const b = testChannel('b', () => referring('of-b'));
    const { outbox } = setUp([a, b]);
    await outbox.send(inThread('m0', 0), ['a', 'b']);
    await outbox.send(inThread('m1', 1), ['a', 'b']);
    expect([a.references, b.references]).toEqual([
      [undefined, 'of-a'],
      [undefined, 'of-b'],
    ]);
  });

  it('arrive in order: a reply waits for what it replies to', async () => {
    const channel = testChannel('ops', (attempt) => (attempt === 1 ? PASSING : referring('ts')));
    const { outbox, clock, store } = setUp([channel]);
    await outbox.send(inThread('m0', 0), ['ops']);
    void outbox.send(inThread('m1', 1), ['ops']);
    await settled();
    expect(channel.tries).toEqual(['m0']);
    expect(store.records.get('m1/ops')).toMatchObject({ state: 'waiting', attempts: 0, result: expect.stringContaining('waits for') });
    for (let second = 0; second < 10; second++) await pass(clock, 1_000);
    expect(channel.tries).toEqual(['m0', 'm0', 'm1']);
    expect(channel.references).toEqual([undefined, undefined, 'ts']);
  });

  it('still arrive when the first one failed for good', async () => {
    const channel = testChannel('ops', (attempt) => (attempt === 1 ? LASTING : referring('ts-of-second')));
    const { outbox } = setUp([channel]);
    await outbox.send(inThread('m0', 0), ['ops']);
    await outbox.send(inThread('m1', 1), ['ops']);
    await outbox.send(inThread('m2', 2), ['ops']);
    expect(channel.tries).toEqual(['m0', 'm1', 'm2']);
    expect(channel.references).toEqual([undefined, undefined, 'ts-of-second']);
  });

  it('do not hold up those of another thread', async () => {
    const channel = testChannel('ops', (attempt) => (attempt === 1 ? PASSING : SENT));
    const { outbox } = setUp([channel]);
    await outbox.send(inThread('m0', 0), ['ops']);
    expect(await outbox.send(inThread('n0', 0, 'incident-8'), ['ops'])).toMatchObject([{ delivery: { ok: true } }]);
  });
});
