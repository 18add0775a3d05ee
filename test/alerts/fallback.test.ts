import { describe, expect, it } from 'vitest';
import { createChannels } from '../../src/alerts/create-channels.ts';
import { createOutbox, type Trouble } from '../../src/alerts/outbox.ts';
import type { AlertRecord } from '../../src/model/alert.ts';
import { openStore } from '../../src/store/open-store.ts';
import { startHttpServer } from './http-server.ts';
import { type FakeClock, fakeClock, message, realClock, START_MS, secret } from './samples.ts';
import { makeCertificate, PASSWORD, startSmtpPeer, USER } from './smtp-peer.ts';

interface Bench {
  /** Status that the service `bad` answers. */
  readonly status?: number;
  /** Status that the fallback's service answers. */
  readonly fallbackStatus?: number;
  readonly ceiling?: number;
}

/** An outbox with the channels `bad`, `also-bad` and `spare`, the fallback of both. */
async function bench({ status = 404, fallbackStatus = 200, ceiling = 10 }: Bench = {}) {
  const bad = await startHttpServer((response) => response.writeHead(status).end());
  const spare = await startHttpServer((response) => response.writeHead(fallbackStatus).end());
  const channels = createChannels(
    {
      bad: { type: 'webhook', url: secret(`${bad.url}/x`) },
      'also-bad': { type: 'webhook', url: secret(`${bad.url}/y`) },
      spare: { type: 'webhook', url: secret(`${spare.url}/z`) },
    },
    { notify: () => undefined, stateDirectory: '/nowhere', clock: realClock },
  );
  const store = await openStore({ path: ':memory:', now: () => START_MS });
  const clock: FakeClock = fakeClock();
  const troubles: Trouble[] = [];
  const settledIds: string[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const outbox = createOutbox({
    store,
    channels,
    clock,
    random: () => 0,
    fallback: { channel: 'spare', ceiling },
    onTrouble: (trouble) => void troubles.push(trouble),
    onChange({ id, state }: AlertRecord) {
      if (state !== 'waiting') settledIds.push(id);
      for (const one of waiting) if (settledIds.length >= one.count) one.resolve();
    },
  });
  return {
    outbox,
    store,
    clock,
    bad,
    spare,
    troubles,
    /** Resolves when so many messages were delivered or given up. */
    settled: (count: number) =>
      new Promise<void>((resolve) => {
        waiting.push({ count, resolve });
        if (settledIds.length >= count) resolve();
      }),
    async close() {
      await outbox.close();
      store.close();
      await Promise.all([bad.close(), spare.close()]);
    },
  };
}

const bodies = (requests: readonly { readonly body: string }[]) => requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('what a channel cannot deliver', () => {
  it('goes to the fallback, with the message itself, which channel failed and why', async () => {
    const { outbox, spare, settled, troubles, close } = await bench();
    await outbox.send(message(), ['bad']);
    await settled(2);
    expect(bodies(spare.requests)).toMatchObject([
      {
        id: `fallback-${message().id}`,
        title: 'Not delivered by bad: SQL injection on /item',
        who: '203.0.113.7 (DE)',
        payload: message().payload,
        note: expect.stringMatching(/^bad could not deliver this: 127\.0\.0\.1:\d+ answered 404 Not Found please look$/),
        failed: { channel: 'bad' },
      },
    ]);
    expect(troubles).toMatchObject([{ channel: 'bad', failed: true, reason: expect.stringContaining('404') }]);
    await close();
  });

  it('goes there too when its retries are exhausted, and not before', async () => {
    const { outbox, clock, spare, settled, close } = await bench({ status: 503 });
    await outbox.send(message(), ['bad']);
    expect(spare.requests).toEqual([]);
    clock.advance(24 * 3_600_000);
    await settled(2);
    expect(bodies(spare.requests)).toMatchObject([{ note: expect.stringContaining('given up after 1 d') }]);
    await close();
  });

  it('is told once where several channels fail, and not again where the fallback was told itself', async () => {
    const { outbox, spare, settled, close } = await bench();
    await outbox.send(message({ id: 'a' }), ['bad', 'also-bad']);
    await settled(3);
    await outbox.send(message({ id: 'b' }), ['spare', 'bad']);
    await settled(5);
    expect(bodies(spare.requests).map(({ id }) => id)).toEqual(['fallback-a', 'b']);
    await close();
  });

  it('does not go round in a circle: the failure of the fallback is told to the screen alone', async () => {
    const { outbox, spare, settled, troubles, close } = await bench({ fallbackStatus: 410 });
    await outbox.send(message(), ['bad']);
    await settled(2);
    await outbox.send(message({ id: 'own' }), ['spare']);
    await settled(3);
    expect(bodies(spare.requests).map(({ id }) => id)).toEqual([`fallback-${message().id}`, 'own']);
    expect(troubles.map(({ channel }) => channel)).toEqual(['bad', 'spare', 'spare']);
    expect(outbox.counts()).toEqual({ waiting: 0, sent: 0, failed: 3 });
    await close();
  });

  it('counts in the ceiling of the fallback: above it one message says that there is more', async () => {
    const { outbox, clock, spare, settled, close } = await bench({ ceiling: 3 });
    await outbox.send(message({ id: 'direct' }), ['spare']);
    for (let i = 0; i < 6; i++) {
      await outbox.send(message({ id: `m${i}`, createdMs: clock.now() }), ['bad']);
      await settled(1 + 2 * Math.min(i + 1, 3) + Math.max(0, i - 2));
    }
    expect(bodies(spare.requests).map(({ title }) => title)).toEqual([
      'SQL injection on /item',
      'Not delivered by bad: SQL injection on /item',
      'Not delivered by bad: SQL injection on /item',
      'More messages could not be delivered, first by bad',
    ]);
    await close();
  });
});

it.each([
  ['a wrong password', { password: 'wrong' }, /refused user and password: .*535/, 0],
  ['a refused recipient', { refuse: ['ops@example.org'] }, /refused the recipient: .*550/, 0],
  ['one refused recipient of two', { refuse: ['gone@example.org'], to: ['ops@example.org', 'gone@example.org'] }, /^gone@example\.org$/, 1],
] as const)('%s at a mail server is told, and stood in for where nobody was reached', async (_, given, reason, mails) => {
  const {
    password = PASSWORD,
    refuse = [],
    to = ['ops@example.org'],
  } = given as {
    password?: string;
    refuse?: readonly string[];
    to?: string[];
  };
  const certificate = makeCertificate();
  const smtp = await startSmtpPeer(certificate, {
    onRcptTo({ address }, _session, done) {
      if (refuse.includes(address)) done(Object.assign(new Error('no such mailbox here'), { responseCode: 550 }));
      else done();
    },
  });
  const spare = await startHttpServer((response) => response.end());
  const channels = createChannels(
    {
      mail: {
        type: 'email',
        host: 'localhost',
        port: smtp.port,
        security: 'starttls',
        user: USER,
        password: secret(password),
        from: 'secmon@example.org',
        to,
        tls: { ca: certificate.path, insecure: false },
      },
      spare: { type: 'webhook', url: secret(`${spare.url}/z`) },
    },
    { notify: () => undefined, stateDirectory: '/nowhere', clock: realClock },
  );
  const store = await openStore({ path: ':memory:', now: () => START_MS });
  const troubles: Trouble[] = [];
  let told = (): void => undefined;
  const done = new Promise<void>((resolve) => {
    told = resolve;
  });
  const outbox = createOutbox({
    store,
    channels,
    clock: fakeClock(),
    random: () => 0,
    fallback: { channel: 'spare', ceiling: 10 },
    onTrouble: (trouble) => void troubles.push(trouble),
    onChange: ({ channel, state }) => state === 'sent' && channel === (mails === 0 ? 'spare' : 'mail') && told(),
  });
  await outbox.send(message(), ['mail']);
  await done;
  await outbox.close();
  store.close();
  await Promise.all([smtp.close(), spare.close()]);
  certificate.remove();
  expect(troubles).toMatchObject([{ channel: 'mail', failed: mails === 0, reason: expect.stringMatching(reason) }]);
  expect(smtp.mails.length).toBe(mails);
  expect(spare.requests.length).toBe(mails === 0 ? 1 : 0);
  expect(JSON.stringify([troubles, spare.requests])).not.toContain(password === PASSWORD ? PASSWORD : 'wrong:');
});
