import { afterEach, expect, test } from 'vitest';
import { createOutput } from '../../src/outputs/index.ts';
import { readBulkAnswer } from '../../src/outputs/kinds/bulk-answer.ts';
import type { OutputConfig } from '../../src/outputs/settings.ts';
import { secret } from '../alerts/samples.ts';
import { documents, faultOf, sequenceOf } from './documents.ts';
import { type BulkBehaviour, startBulk } from './peers.ts';
import { type RunningSender, runSender } from './run-sender.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function sendTo(behaviour: BulkBehaviour, config: Partial<OutputConfig> = {}) {
  const got: unknown[] = [];
  const peer = await startBulk({ port: 0, onDocument: (one) => got.push(one), behaviour });
  ends.push(() => peer.stop());
  const url = `elasticsearch+http://127.0.0.1:${peer.port}`;
  const sender: RunningSender = runSender(createOutput({ url, buffer_mb: 1, ...config }, { host: 'web1', stdout: process.stdout }));
  ends.push(() => sender.close(0));
  return { got, sender };
}
const sequences = (got: readonly unknown[]): number[] => got.map(sequenceOf);

test('a document names its data stream, that of its kind and namespace', async () => {
  const { got, sender } = await sendTo({}, { namespace: 'prod' });
  sender.offer({ kind: 'incident', text: '{"@timestamp":"2026-03-02T00:00:00.000Z","event":{"sequence":1}}' });
  await sender.drained();
  expect(got).toEqual([
    {
      data_stream: { type: 'logs', dataset: 'secmon.incident', namespace: 'prod' },
      '@timestamp': '2026-03-02T00:00:00.000Z',
      event: { sequence: 1 },
    },
  ]);
});

test('items that find no room are sent again, those that do not fit the mapping are refused, the rest is taken once', async () => {
  let tries = 0;
  const { got, sender } = await sendTo({
    item: (one) => {
      const sequence = sequenceOf(one);
      if (sequence === 3) return { status: 400, reason: 'failed to parse field [source.ip]' };
      if (sequence === 5 && tries++ < 2) return { status: 429, reason: 'rejected execution' };
      return undefined;
    },
  });
  for (const one of documents(8)) sender.offer(one);
  await sender.drained();
  expect(sequences(got)).toEqual([1, 2, 4, 6, 7, 8, 5]);
  expect(sender.info()).toMatchObject({ sent: 7, refused: 1, dropped: 0 });
  expect(sender.events.find(({ type }) => type === 'refused')).toMatchObject({
    reason: expect.stringContaining('failed to parse field [source.ip]'),
  });
});

test('an answer that got lost makes no document come twice', async () => {
  let answers = 0;
  const { got, sender } = await sendTo({});
  const { sender: repeating, got: repeated } = await sendTo({ whole: () => (answers++ === 0 ? { status: 503, body: '{}' } : undefined) });
  for (const one of documents(20)) {
    sender.offer(one);
    repeating.offer(one);
  }
  await sender.drained();
  await repeating.drained();
  for (const one of documents(20)) sender.offer(one);
  await sender.drained();
  expect(faultOf(sequences(got), 20)).toBe('');
  expect(faultOf(sequences(repeated), 20)).toBe('');
});

test('an API key and basic authentication are sent as the peer wants them; a wrong one loses nothing and shows nothing', async () => {
  const { got, sender } = await sendTo({ authorization: 'ApiKey a2V5' }, { api_key: secret('a2V5') });
  sender.offer(documents(1)[0] ?? { kind: 'detection', text: '{}' });
  await sender.drained();
  expect(got).toHaveLength(1);
  const basic = await sendTo(
    { authorization: `Basic ${Buffer.from('secmon:Corr3ct+horse').toString('base64')}` },
    { user: 'secmon', password: secret('Corr3ct+horse') },
  );
  basic.sender.offer(documents(1)[0] ?? { kind: 'detection', text: '{}' });
  await basic.sender.drained();
  expect(basic.got).toHaveLength(1);
  const wrong = await sendTo({ authorization: 'ApiKey other' }, { api_key: secret('Wr0ng/key+1') });
  wrong.sender.offer(documents(1)[0] ?? { kind: 'detection', text: '{}' });
  await wrong.sender.until(() => wrong.sender.info().lastError !== '');
  expect(wrong.sender.info()).toMatchObject({
    waitingRecords: 1,
    refused: 0,
    lastError: expect.stringContaining('401 security_exception: unable to authenticate: see api_key'),
  });
  expect(JSON.stringify(wrong.sender.info())).not.toContain('Wr0ng');
});

test('a key with a line end in it is never quoted', async () => {
  const { sender } = await sendTo({}, { api_key: secret('Corr3ct\nhorse') });
  sender.offer(documents(1)[0] ?? { kind: 'detection', text: '{}' });
  await sender.until(() => sender.info().lastError !== '');
  expect(sender.info().lastError).toContain('no header may have');
  expect(JSON.stringify(sender.info())).not.toContain('Corr3ct');
});

test('a peer that asks to wait is given the time, and one that calls it too large gets less at once', async () => {
  let answers = 0;
  const { got, sender } = await sendTo({
    whole: () => {
      answers++;
      if (answers === 1) return { status: 429, body: '{}', headers: { 'retry-after': '9' } };
      return answers <= 3 ? { status: 413, body: '' } : undefined;
    },
  });
  for (const one of documents(8)) sender.offer(one);
  await sender.until(() => sender.info().nextTryMs !== undefined);
  expect((sender.info().nextTryMs ?? 0) - sender.clock.now()).toBe(9_000);
  await sender.drained();
  expect(faultOf(sequences(got), 8)).toBe('');
});

test('what is no bulk answer loses nothing, whatever it is', () => {
  const context = { destination: 'elasticsearch+http://es:9200', secrets: [] };
  for (const body of [
    '',
    'null',
    '[]',
    '{}',
    '{"items":3}',
    '{"items":[]}',
    '{"items":[{"create":{}},{}]}',
    '{"items":[{"index":{"status":201}},{"create":{"status":"201"}}]}',
  ])
    expect(readBulkAnswer({ status: 200, retryAfter: undefined, body }, documents(2), context)).toMatchObject({ ok: false });
  for (const status of [100, 204, 301, 400, 404, 500])
    expect(readBulkAnswer({ status, retryAfter: 'soon', body: '<html>' }, documents(2), context)).toMatchObject({ ok: false });
});

test('what rights, a full disk or a missing stream keep out waits until somebody mends it', () => {
  const items = (status: number) =>
    JSON.stringify({ items: [{ create: { status, error: { type: 'x', reason: 'y', caused_by: { reason: 'z' } } } }] });
  const context = { destination: 'elasticsearch+http://es:9200', secrets: [] };
  for (const status of [403, 404, 429, 503]) {
    const result = readBulkAnswer({ status: 200, retryAfter: undefined, body: items(status) }, documents(1), context);
    expect(result).toMatchObject({
      ok: true,
      refused: [],
      again: { reason: `elasticsearch+http://es:9200 refused it: ${status} x: y: z` },
    });
  }
});
