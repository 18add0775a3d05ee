import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Channel, ChannelContext } from '../../../src/alerts/channel.ts';
import { createChannel } from '../../../src/alerts/channels/index.ts';
import { createSlackChannel } from '../../../src/alerts/channels/slack.ts';
import { createWebhookChannel } from '../../../src/alerts/channels/webhook.ts';
import type { Delivery } from '../../../src/model/alert.ts';
import { createSecret, SecretError } from '../../../src/settings/secret.ts';
import { freePort } from '../../net/free-port.ts';
import { GOOD_ANSWER, HTTP_TYPES, type HttpType, httpConfigs, SECRETS } from '../channel-configs.ts';
import { type HttpServer, type ReceivedRequest, startHttpServer } from '../http-server.ts';
import { context, message, printed, START_MS, secret } from '../samples.ts';
import { type Certificate, makeCertificate } from '../smtp-peer.ts';

const open: HttpServer[] = [];
let certificate: Certificate;
beforeAll(() => {
  certificate = makeCertificate();
});
afterAll(() => certificate.remove());
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function server(answer: (response: ServerResponse, request: ReceivedRequest) => void, tls?: Certificate): Promise<HttpServer> {
  const started = await startHttpServer(answer, tls);
  open.push(started);
  return started;
}

type Make = (url: string, changes?: Partial<ChannelContext>) => Channel;
const kinds = HTTP_TYPES.map((type): [HttpType, Make] => [
  type,
  (url, changes) => createChannel('c', httpConfigs(url)[type], context(changes)),
]);
const send = (channel: Channel, signal = new AbortController().signal): Promise<Delivery> => channel.send(message(), { signal });

describe.each(kinds)('the %s channel', (_kind, make) => {
  it('posts JSON once and gives the server’s answer', async () => {
    const peer = await server((response) => response.end(GOOD_ANSWER));
    expect(await send(make(peer.url))).toMatchObject({ ok: true, reply: `200 OK ${GOOD_ANSWER}` });
    expect(peer.requests).toHaveLength(1);
    expect(peer.requests[0]).toMatchObject({ method: 'POST', headers: { 'content-type': expect.stringMatching(/^application\/json/) } });
    expect(() => JSON.parse(peer.requests[0]?.body ?? '')).not.toThrow();
  });

  it.each([
    ['in seconds', '30', 30_000],
    ['as a date', 'Mon, 02 Mar 2026 00:02:00 GMT', 120_000],
    ['beyond an hour', '86400', 3_600_000],
  ])('waits as long as a 429 asks %s', async (_form, value, retryAfterMs) => {
    const peer = await server((response) => response.writeHead(429, { 'retry-after': value }).end('slow down'));
    expect(await send(make(peer.url))).toMatchObject({ ok: false, retryable: true, retryAfterMs });
  });

  it.each([
    [500, true],
    [503, true],
    [502, true],
    [507, true],
    [408, true],
    [425, true],
    [400, false],
    [401, false],
    [413, false],
    [421, true],
    [422, false],
    [403, false],
    [404, false],
    [410, false],
  ])('takes %i as passing: %s', async (status, retryable) => {
    const peer = await server((response) => response.writeHead(status).end('no'));
    const delivery = await send(make(peer.url));
    expect(delivery).toMatchObject({ ok: false, retryable });
    expect(delivery).not.toHaveProperty('retryAfterMs');
  });

  it('follows no redirect', async () => {
    const other = await server((response) => response.end(GOOD_ANSWER));
    const peer = await server((response) => response.writeHead(307, { location: other.url }).end());
    expect(await send(make(peer.url))).toMatchObject({ ok: false, retryable: false });
    expect(other.requests).toEqual([]);
  });

  it.each([
    ['before its answer', () => undefined],
    ['in the middle of its answer', (response: ServerResponse) => response.writeHead(200).write('x')],
  ])('gives up on a server that hangs %s', async (_where, hang) => {
    const peer = await server(hang);
    const delivery = await send(make(peer.url, { httpTimeoutMs: 100 }));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('did not answer within');
  });

  it('tries a server again that cuts the connection or is not there', async () => {
    const peer = await server((response) => response.socket?.resetAndDestroy());
    expect(await send(make(peer.url))).toMatchObject({ ok: false, retryable: true });
    const delivery = await send(make(`http://127.0.0.1:${await freePort()}`));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('ECONNREFUSED');
  });

  it('tries a server again that cuts the connection in the middle of its answer', async () => {
    const peer = await server((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"ok":', () => response.socket?.resetAndDestroy());
    });
    expect(await send(make(peer.url))).toMatchObject({ ok: false, retryable: true });
  });

  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    const peer = await server((response) => response.end(GOOD_ANSWER), certificate);
    const delivery = await send(make(peer.url));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('certificate');
    expect(peer.requests).toEqual([]);
  });

  it('says that a port which HTTP may not use needs a person', async () => {
    const delivery = await send(make('http://127.0.0.1:6667'));
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(delivery)).toContain('127.0.0.1:6667: this port is reserved');
  });

  it('reads no more of an endless answer than it needs', async () => {
    const peer = await server((response) => {
      const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
      more();
    });
    const delivery = await send(make(peer.url));
    expect((delivery.ok ? delivery.reply : delivery.reason).length).toBeLessThanOrEqual(400);
  });

  it('ends when it is interrupted', async () => {
    const peer = await server(() => interrupt.abort());
    const interrupt = new AbortController();
    expect(await send(make(peer.url), interrupt.signal)).toMatchObject({ ok: false, retryable: true, reason: 'interrupted' });
  });

  it('never tells a secret, whatever the server says', async () => {
    const secrets = Object.values(SECRETS);
    const spellings = secrets.flatMap((one) => [one, encodeURIComponent(one), Buffer.from(one).toString('base64'), JSON.stringify(one)]);
    const peer = await server((response, { path, headers, body }) => {
      const own = spellings.filter((one) => `${path} ${JSON.stringify(headers)} ${body}`.includes(one.slice(0, 12)));
      response.writeHead(403).end(`${path} ${headers.authorization} ${own.join(' ')} ${body}`);
    });
    const channel = make(peer.url);
    const delivery = await send(channel);
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    const said = JSON.stringify(delivery) + channel.destination + channel.render(message()) + printed(channel);
    for (const spelling of spellings) expect(said).not.toContain(spelling);
  });

  it('has its answer made harmless', async () => {
    const peer = await server((response) => response.writeHead(400).end('\u001b]0;owned\u0007\u202eevil\nfake line'));
    const delivery = await send(make(peer.url));
    expect(delivery.ok ? '' : delivery.reason).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('the address of a channel', () => {
  it.each(['not a url', 'file:///etc/passwd', 'https://user:pa55word@example.org/'])(
    'that is %s is refused without being told',
    async (url) => {
      const channel = createSlackChannel('c', { type: 'slack', url: secret(url) }, context());
      const delivery = await send(channel);
      expect(delivery).toMatchObject({ ok: false, retryable: false });
      expect(JSON.stringify(delivery) + channel.destination).not.toContain(url);
      expect(JSON.stringify(delivery) + channel.destination).not.toContain('pa55word');
    },
  );

  it('that cannot be looked up is named', async () => {
    const missing = createSecret('x', () => {
      throw new SecretError('the environment variable SLACK is not set');
    });
    const channel = createSlackChannel('c', { type: 'slack', url: missing }, context());
    expect(await send(channel)).toEqual({ ok: false, retryable: false, reason: 'the environment variable SLACK is not set' });
    expect(channel.destination).toContain('SLACK is not set');
  });
});

describe('a header', () => {
  it('that cannot be one is named without its value, and needs a person', async () => {
    const config = { type: 'webhook' as const, url: secret('http://127.0.0.1:9'), headers: { 'X-Key': secret('two\nlines-of-secret') } };
    const delivery = await send(createWebhookChannel('c', config, context()));
    expect(delivery).toMatchObject({ ok: false, retryable: false });
    expect(JSON.stringify(delivery)).toContain('X-Key');
    expect(JSON.stringify(delivery)).not.toMatch(/two|lines-of/);
  });
});

describe('a webhook', () => {
  it('is signed over its time and body, has a key against doubles, and carries further headers', async () => {
    const peer = await server((response) => response.end());
    const config = {
      type: 'webhook' as const,
      url: secret(peer.url),
      secret: secret('signing-key'),
      headers: { Authorization: secret('Bearer t0ken-value') },
    };
    const channel = createWebhookChannel('c', config, context());
    await send(channel);
    const { headers, body } = peer.requests[0] as ReceivedRequest;
    const timestamp = String(START_MS / 1_000);
    const digest = createHmac('sha256', 'signing-key').update(`${timestamp}.${body}`).digest('hex');
    expect(headers).toMatchObject({
      'x-secmon-signature': `sha256=${digest}`,
      'x-secmon-timestamp': timestamp,
      'idempotency-key': message().id,
      authorization: 'Bearer t0ken-value',
    });
    expect(body).toBe(channel.render(message()));
    expect(JSON.parse(body)).toMatchObject({
      version: 1,
      id: message().id,
      created: '2026-03-02T00:00:00.000Z',
      payload: message().payload,
    });
  });
});
