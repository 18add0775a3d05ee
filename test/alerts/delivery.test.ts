import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createChannels } from '../../src/alerts/create-channels.ts';
import { createOutbox } from '../../src/alerts/outbox.ts';
import type { AlertRecord } from '../../src/model/alert.ts';
import { openStore } from '../../src/store/open-store.ts';
import { GOOD_ANSWER, HTTP_TYPES, httpConfigs, SECRETS } from './channel-configs.ts';
import { startHttpServer } from './http-server.ts';
import { fakeClock, message, realClock, START_MS, secret } from './samples.ts';

it('a message that met a failing server arrives once after secmon was started again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-delivery-'));
  let status = 503;
  const peer = await startHttpServer((response) => response.writeHead(status).end());
  const path = join(folder, 'secmon.db');
  const channels = createChannels(
    { hook: { type: 'webhook', url: secret(`${peer.url}/x`) } },
    { notify: () => undefined, stateDirectory: folder, clock: realClock },
  );
  try {
    const before = await openStore({ path, now: () => START_MS });
    const first = createOutbox({ store: before, channels, clock: fakeClock(), random: () => 0 });
    expect(await first.send(message(), ['hook'])).toMatchObject([{ waiting: true, delivery: { ok: false, retryable: true } }]);
    await first.close();
    before.close();

    status = 200;
    const after = await openStore({ path, now: () => START_MS + 10_000 });
    expect(after.memoryOnly).toBe('');
    const changed = new Promise<AlertRecord>((resolve) => {
      createOutbox({ store: after, channels, clock: fakeClock(START_MS + 10_000), random: () => 0, onChange: resolve });
    });
    expect(await changed).toMatchObject({ state: 'sent', attempts: 2, result: '200 OK' });
    expect(peer.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([message().id, message().id]);
    expect(after.outbox.counts()).toEqual({ waiting: 0, sent: 1, failed: 0 });
    after.close();
  } finally {
    await peer.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});

it('each message arrives exactly once through every service, and no record of it holds a secret', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'secmon-delivery-'));
  const peer = await startHttpServer((response, { path, headers, body }) => {
    response.end(GOOD_ANSWER.replace('{', `{"echo":${JSON.stringify(`${path} ${JSON.stringify(headers)} ${body}`)},`));
  });
  const channels = createChannels(httpConfigs(peer.url), { notify: () => undefined, stateDirectory: folder, clock: realClock });
  const store = await openStore({ path: join(folder, 'secmon.db'), now: () => START_MS });
  const outbox = createOutbox({ store, channels, clock: fakeClock(), random: () => 0 });
  try {
    const first = message({ thread: { key: 'incident-7', sequence: 0, kind: 'opened' } });
    const results = await outbox.send(first, [...HTTP_TYPES]);
    expect(results.filter(({ delivery }) => !delivery.ok)).toEqual([]);
    expect(peer.requests).toHaveLength(HTTP_TYPES.length);
    const kept = JSON.stringify([results, outbox.list(), store.everything()]);
    for (const value of Object.values(SECRETS)) expect(kept).not.toContain(value);
    const references = Object.fromEntries(outbox.list().map(({ channel, reference }) => [channel, reference]));
    expect(references).toMatchObject({ 'slack-bot': '1700000000.000100', telegram: '42', opsgenie: 'incident-7', webhook: undefined });
  } finally {
    await outbox.close();
    store.close();
    await peer.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
