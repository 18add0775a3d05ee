import { createHmac } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Channel, ChannelContext } from '../../../src/alerts/channel.ts';
import { createSlackChannel } from '../../../src/alerts/channels/slack.ts';
import { createWebhookChannel } from '../../../src/alerts/channels/webhook.ts';
import { createSecret, SecretError } from '../../../src/alerts/secret.ts';
import type { Delivery } from '../../../src/model/alert.ts';
import { type HttpServer, type ReceivedRequest, startHttpServer } from '../http-server.ts';
import { context, message, printed, START_MS, secret } from '../samples.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function server(answer: (response: ServerResponse, request: ReceivedRequest) => void): Promise<HttpServer> {
  const started = await startHttpServer(answer);
  open.push(started);
  return started;
}

const TOKEN = '/services/T000/B000/s3cr3t-t0k3n';
type Make = (url: string, changes?: Partial<ChannelContext>) => Channel;
const kinds: [string, Make][] = [
  ['slack', (url, changes) => createSlackChannel('c', { type: 'slack', url: secret(url + TOKEN) }, context(changes))],
  [
    'webhook',
    (url, changes) =>
      createWebhookChannel('c', { type: 'webhook', url: secret(url + TOKEN), secret: secret('signing-key') }, context(changes)),
  ],
];
const send = (channel: Channel, signal = new AbortController().signal): Promise<Delivery> => channel.send(message(), { signal });

describe.each(kinds)('the %s channel', (kind, make) => {
  it('posts JSON and gives the server’s answer', async () => {
    const peer = await server((response) => response.end('ok'));
    expect(await send(make(peer.url))).toEqual({ ok: true, reply: '200 OK ok' });
    expect(peer.requests[0]).toMatchObject({ method: 'POST', path: TOKEN, headers: { 'content-type': 'application/json' } });
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
    [408, true],
    [400, false],
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
    const other = await server((response) => response.end('stolen'));
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
    const peer = await server((response) => response.destroy());
    expect(await send(make(peer.url))).toMatchObject({ ok: false, retryable: true });
    await peer.close();
    const delivery = await send(make(peer.url));
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(JSON.stringify(delivery)).toContain('ECONNREFUSED');
  });

  it('reads no more of an endless answer than it needs', async () => {
    const peer = await server((response) => {
      const more = (): void => void (response.destroyed || response.write('x'.repeat(65_536), () => setImmediate(more)));
      more();
    });
    const delivery = await send(make(peer.url));
    expect(delivery).toMatchObject({ ok: true });
    expect(delivery.ok && delivery.reply.length).toBeLessThanOrEqual(300);
  });

  it('ends when it is interrupted', async () => {
    const peer = await server(() => interrupt.abort());
    const interrupt = new AbortController();
    expect(await send(make(peer.url), interrupt.signal)).toMatchObject({ ok: false, retryable: true, reason: 'interrupted' });
  });

  it('never tells a secret, whatever the server says', async () => {
    const secrets = [TOKEN, 's3cr3t-t0k3n', ...(kind === 'webhook' ? ['signing-key'] : [])];
    const spellings = secrets.flatMap((one) => [one, encodeURIComponent(one), Buffer.from(one).toString('base64'), JSON.stringify(one)]);
    const peer = await server((response, { path }) => response.writeHead(403).end(`${path} ${spellings.join(' ')}`));
    const channel = make(peer.url);
    const said = JSON.stringify(await send(channel)) + channel.destination + channel.render(message()) + printed(channel);
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
