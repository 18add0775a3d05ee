import { expect, test } from 'vitest';
import type { Output, SendResult } from '../../src/outputs/output.ts';
import type { OutputRecord } from '../../src/outputs/record.ts';
import { documents } from './documents.ts';
import { runSender } from './run-sender.ts';

/** An output that answers as told; the last answer holds on. */
function scripted(...answers: readonly ((records: readonly OutputRecord[]) => SendResult | Promise<SendResult>)[]) {
  const tries: (readonly OutputRecord[])[] = [];
  const output: Output = {
    type: 'fake',
    destination: 'fake at host:1',
    batch: { records: 10, bytes: 1_000_000 },
    async send(records) {
      const answer = answers[Math.min(tries.length, answers.length - 1)];
      tries.push(records);
      return answer?.(records) ?? { ok: true };
    },
    close: async () => {},
  };
  return { output, tries };
}
const ok = (): SendResult => ({ ok: true });
const failed = (): SendResult => ({ ok: false, reason: 'no' });
const sizes = (tries: readonly (readonly OutputRecord[])[]): number[] => tries.map(({ length }) => length);

test('a first record waits for company, and a full batch does not', async () => {
  const { output, tries } = scripted(ok);
  const sender = runSender(output);
  for (const one of documents(3)) sender.offer(one);
  sender.clock.advance(499);
  await Promise.resolve();
  expect(tries).toHaveLength(0);
  sender.clock.advance(1);
  await sender.drained();
  expect(sizes(tries)).toEqual([3]);
  for (const one of documents(10)) sender.offer(one);
  await Promise.resolve();
  expect(sizes(tries)).toEqual([3, 10]);
  await sender.close(0);
});

test('waiting times double up to a minute, and begin anew after a success', async () => {
  const { output } = scripted(...Array.from({ length: 9 }, () => failed), ok, failed, ok);
  const sender = runSender(output);
  const waits: number[] = [];
  const takeWait = async (): Promise<void> => {
    await sender.until(() => sender.info().nextTryMs !== undefined);
    waits.push((sender.info().nextTryMs ?? 0) - sender.clock.now());
    sender.clock.advance(waits.at(-1) ?? 0);
  };
  sender.offer(documents(1)[0] as OutputRecord);
  for (let n = 0; n < 9; n++) await takeWait();
  await sender.drained();
  sender.offer(documents(1)[0] as OutputRecord);
  await takeWait();
  expect(waits).toEqual([425, 850, 1_700, 3_400, 6_800, 13_600, 27_200, 51_000, 51_000, 425]);
  await sender.close(0);
});

test('only what the peer had no room for is sent again, after the time that it asked for', async () => {
  const [first, second, third] = documents(3) as [OutputRecord, OutputRecord, OutputRecord];
  const { output, tries } = scripted(
    () => ({ ok: true, refused: [{ record: first, reason: 'mapping' }], again: { records: [third], reason: 'full', retryAfterMs: 7_000 } }),
    ok,
  );
  const sender = runSender(output);
  for (const one of [first, second, third]) sender.offer(one);
  await sender.until(() => sender.info().nextTryMs !== undefined);
  expect((sender.info().nextTryMs ?? 0) - sender.clock.now()).toBe(7_000);
  await sender.drained();
  expect(tries).toEqual([[first, second, third], [third]]);
  expect(sender.info()).toMatchObject({ sent: 2, refused: 1, waitingRecords: 0 });
  expect(sender.events.map(({ type }) => type)).toEqual(['refused', 'failing', 'recovered']);
  await sender.close(0);
});

test('a batch that is too large is halved until it fits, and one record that never does is refused', async () => {
  const tooLarge = (records: readonly OutputRecord[]): SendResult =>
    records.length > 2 || records.some(({ text }) => text.includes('"sequence":7,'))
      ? { ok: false, reason: '413', tooLarge: true }
      : { ok: true };
  const { output } = scripted(tooLarge);
  const sender = runSender(output);
  for (const one of documents(10)) sender.offer(one);
  await sender.drained();
  expect(sender.info()).toMatchObject({ sent: 9, refused: 1 });
  await sender.close(0);
});

test('an output that never answers is given up after half a minute, and tried again', async () => {
  const { output, tries } = scripted(() => new Promise<SendResult>(() => {}), ok);
  const sender = runSender(output);
  sender.offer(documents(1)[0] as OutputRecord);
  sender.clock.advance(500);
  await sender.until(() => tries.length === 1);
  sender.clock.advance(30_000);
  await sender.drained();
  expect(sender.info().lastError).toBe('fake at host:1 did not take it within 30 s');
  expect(tries).toHaveLength(2);
  await sender.close(0);
});

test('a full buffer is said once, and again only after it was half empty', async () => {
  let answer: SendResult = { ok: false, reason: 'no' };
  const { output } = scripted(() => answer);
  const sender = runSender(output, { maxBytes: 3_000 });
  for (const one of documents(30)) sender.offer(one);
  const { dropped } = sender.info();
  expect(dropped).toBeGreaterThan(15);
  expect(sender.events.filter(({ type }) => type === 'full')).toHaveLength(1);
  answer = { ok: true };
  await sender.drained();
  for (const one of documents(30)) sender.offer(one);
  expect(sender.events.filter(({ type }) => type === 'full')).toHaveLength(2);
  await sender.close(0);
});

test('an error that is thrown is a reason, and an output that throws is tried again', async () => {
  const { output } = scripted(() => {
    throw new Error('boom \u001b[31m');
  }, ok);
  const sender = runSender(output);
  sender.offer(documents(1)[0] as OutputRecord);
  await sender.drained();
  expect(sender.info().lastError).toBe('boom ␛[31m');
  await sender.close(0);
});

test('after the end nothing runs any more', async () => {
  const { output } = scripted(failed);
  const sender = runSender(output);
  for (const one of documents(20)) sender.offer(one);
  await sender.until(() => sender.info().nextTryMs !== undefined);
  await sender.close(0);
  expect(sender.clock.timers).toBe(0);
});
