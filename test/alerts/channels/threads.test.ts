import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Channel } from '../../../src/alerts/channel.ts';
import { createChannel } from '../../../src/alerts/channels/index.ts';
import type { AlertMessage, ThreadKind } from '../../../src/model/alert.ts';
import { GOOD_ANSWER, type HttpType, httpConfigs } from '../channel-configs.ts';
import { type HttpServer, startHttpServer } from '../http-server.ts';
import { context, message } from '../samples.ts';

let peer: HttpServer;
let answers: string[];
beforeEach(async () => {
  answers = [];
  peer = await startHttpServer((response) => response.end(answers.shift() ?? GOOD_ANSWER));
});
afterEach(() => peer.close());

const make = (type: HttpType): Channel => createChannel('c', httpConfigs(peer.url)[type], context());
const inThread = (kind: ThreadKind, sequence: number): AlertMessage =>
  message({ id: `m${sequence}`, thread: { key: 'incident-7', sequence, kind } });
const send = (channel: Channel, what: AlertMessage, reference?: string) =>
  channel.send(what, { signal: new AbortController().signal, ...(reference === undefined ? {} : { reference }) });
const bodies = (): Record<string, unknown>[] => peer.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);

describe('Slack by bot', () => {
  it('gives the ts of the first message, and replies to it', async () => {
    const channel = make('slack-bot');
    expect(await send(channel, inThread('opened', 0))).toMatchObject({ ok: true, reference: '1700000000.000100' });
    await send(channel, inThread('worse', 1), '1700000000.000100');
    await send(channel, inThread('succeeded', 2), '1700000000.000100');
    const [first, worse, succeeded] = bodies();
    expect(first).toMatchObject({ channel: 'C0123456789' });
    expect(first).not.toHaveProperty('thread_ts');
    expect(worse).toMatchObject({ thread_ts: '1700000000.000100', reply_broadcast: false });
    expect(succeeded).toMatchObject({ thread_ts: '1700000000.000100', reply_broadcast: true });
    expect(peer.requests[0]).toMatchObject({ path: '/api/chat.postMessage', headers: { authorization: 'Bearer t0k3n-of-the-channel' } });
  });

  it('posts to the channel when the first message is gone', async () => {
    answers = ['{"ok":false,"error":"thread_not_found"}'];
    expect(await send(make('slack-bot'), inThread('worse', 1), '1600000000.000100')).toMatchObject({ ok: true });
    expect(bodies().map((body) => body['thread_ts'])).toEqual(['1600000000.000100', undefined]);
  });

  it.each([
    ['invalid_auth', false],
    ['token_revoked', false],
    ['channel_not_found', false],
    ['not_in_channel', false],
    ['is_archived', false],
    ['missing_scope', false],
    ['msg_too_long', false],
    ['constructor', false],
    ['ratelimited', true],
    ['internal_error', true],
    ['service_unavailable', true],
  ])('takes ok:false with %s as passing: %s', async (error, retryable) => {
    answers = [JSON.stringify({ ok: false, error })];
    const delivery = await send(make('slack-bot'), message());
    expect(delivery).toMatchObject({ ok: false, retryable });
    expect(JSON.stringify(delivery)).toContain(error);
  });

  it('says what to do about a channel that the app is not in', async () => {
    answers = ['{"ok":false,"error":"not_in_channel"}'];
    expect(JSON.stringify(await send(make('slack-bot'), message()))).toContain('invite the app');
  });

  it.each(['<html>welcome to the hotel wifi</html>', '{}', 'null', '[]', '{"ok":false,"error":7}'])(
    'does not take %s for success',
    async (answer) => {
      answers = [answer];
      expect(await send(make('slack-bot'), message())).toMatchObject({ ok: false, retryable: true });
    },
  );

  it('keeps no reference that is none', async () => {
    answers = ['{"ok":true,"ts":"<!here>"}'];
    expect(await send(make('slack-bot'), message())).not.toHaveProperty('reference');
  });
});

describe('Telegram', () => {
  it('gives the id of the first message, and replies to it even when it is gone', async () => {
    const channel = make('telegram');
    expect(await send(channel, inThread('opened', 0))).toMatchObject({ ok: true, reference: '42' });
    await send(channel, inThread('worse', 1), '42');
    expect(bodies()[0]).not.toHaveProperty('reply_parameters');
    expect(bodies()[1]).toMatchObject({ reply_parameters: { message_id: 42, allow_sending_without_reply: true } });
  });

  it('does not take a stranger’s page for success', async () => {
    answers = ['<html></html>'];
    expect(await send(make('telegram'), message())).toMatchObject({ ok: false, retryable: true });
  });

  it('sends nothing with a token that is none', async () => {
    const config = { ...httpConfigs(peer.url).telegram, token: httpConfigs(peer.url).slack.url };
    const channel = createChannel('c', config as ReturnType<typeof httpConfigs>['telegram'], context());
    expect(await send(channel, message())).toMatchObject({ ok: false, retryable: false });
    expect(peer.requests).toEqual([]);
  });
});

describe('PagerDuty', () => {
  it('opens, acknowledges and resolves one incident', async () => {
    const channel = make('pagerduty');
    const kinds: ThreadKind[] = ['opened', 'worse', 'succeeded', 'acknowledged', 'ended'];
    for (const [sequence, kind] of kinds.entries()) await send(channel, inThread(kind, sequence));
    expect(bodies().map((body) => body['event_action'])).toEqual(['trigger', 'trigger', 'trigger', 'acknowledge', 'resolve']);
    expect(new Set(bodies().map((body) => body['dedup_key']))).toEqual(new Set(['incident-7']));
    expect(bodies()[0]).toMatchObject({
      routing_key: 't0k3n-of-the-channel',
      payload: { severity: 'error', timestamp: '2026-03-02T00:00:00.000Z', source: 'web1: access.log' },
    });
    expect(peer.requests[0]?.path).toBe('/v2/enqueue');
  });

  it('names a message of its own after its id, so that a repeat makes no second incident', async () => {
    await send(make('pagerduty'), message());
    expect(bodies()[0]).toMatchObject({ event_action: 'trigger', dedup_key: message().id });
  });
});

describe('Opsgenie', () => {
  it('makes an alert, adds notes, acknowledges and closes it', async () => {
    const channel = make('opsgenie');
    expect(await send(channel, inThread('opened', 0))).toMatchObject({ ok: true, reference: 'incident-7' });
    await send(channel, inThread('worse', 1), 'incident-7');
    await send(channel, inThread('acknowledged', 2), 'incident-7');
    await send(channel, inThread('ended', 3), 'incident-7');
    const below = '/v2/alerts/incident-7';
    expect(peer.requests.map(({ path }) => path)).toEqual([
      '/v2/alerts',
      `${below}/notes?identifierType=alias`,
      `${below}/acknowledge?identifierType=alias`,
      `${below}/close?identifierType=alias`,
    ]);
    expect(bodies()[0]).toMatchObject({ alias: 'incident-7', priority: 'P2', tags: ['secmon', 'high'] });
    expect(peer.requests[0]?.headers.authorization).toBe('GenieKey t0k3n-of-the-channel');
  });
});

describe('a digest', () => {
  const digest = (key: string, changes: Parameters<typeof message>[0] = {}) =>
    message({ severity: 'critical', thread: { key, sequence: 0, kind: 'digest' }, ...changes });

  it('is a change event in PagerDuty, which pages nobody', async () => {
    expect(await send(make('pagerduty'), digest('digest-1', { verdict: 'worked' }))).toMatchObject({ ok: true });
    expect(peer.requests[0]?.path).toBe('/v2/change/enqueue');
    expect(bodies()[0]).toEqual({
      routing_key: 't0k3n-of-the-channel',
      payload: {
        summary: '[CRITICAL] Digest: SQL injection on /item · 203.0.113.7 (DE)',
        source: 'web1: access.log',
        timestamp: '2026-03-02T00:00:00.000Z',
        custom_details: expect.objectContaining({ who: '203.0.113.7 (DE)' }),
      },
    });
  });

  it('pages where it is the first to tell of a success that the ceiling held back', async () => {
    await send(make('pagerduty'), digest('held-1', { verdict: 'worked' }));
    await send(make('opsgenie'), digest('held-1', { verdict: 'worked' }));
    expect(bodies()).toMatchObject([{ event_action: 'trigger', payload: { severity: 'critical' } }, { priority: 'P1' }]);
  });

  it('is left out of Opsgenie where it is not asked for, and is of the lowest priority where it is', async () => {
    expect(await send(make('opsgenie'), digest('digest-1'))).toMatchObject({ ok: true, reply: expect.stringContaining('left out') });
    expect(peer.requests).toEqual([]);
    await send(createChannel('c', { ...httpConfigs(peer.url).opsgenie, digests: true }, context()), digest('digest-1'));
    await send(make('opsgenie'), digest('held-1'));
    expect(bodies()).toMatchObject([{ priority: 'P5' }, { priority: 'P5' }]);
  });

  it('is quiet on ntfy', async () => {
    await send(make('ntfy'), digest('digest-1'));
    expect(bodies()[0]).toMatchObject({ priority: 2 });
  });
});

describe('ntfy', () => {
  it('is quiet about what ended', async () => {
    await send(make('ntfy'), inThread('opened', 0));
    await send(make('ntfy'), inThread('ended', 1));
    expect(bodies().map((body) => body['priority'])).toEqual([4, 2]);
  });
});

describe('a service that asks to wait in its answer', () => {
  it.each([
    ['discord', '{"message":"You are being rate limited.","retry_after":1.5,"global":false}', 1_500],
    ['telegram', '{"ok":false,"error_code":429,"parameters":{"retry_after":35}}', 35_000],
    ['discord', '{"retry_after":-1}', undefined],
    ['telegram', '{"parameters":{"retry_after":"soon"}}', undefined],
    ['discord', '{"retry_after":1e300}', 3_600_000],
  ] as const)('%s: %s is waited for', async (type, answer, retryAfterMs) => {
    const limiting = await startHttpServer((response) => response.writeHead(429).end(answer));
    const delivery = await send(createChannel('c', httpConfigs(limiting.url)[type], context()), message());
    await limiting.close();
    expect(delivery).toMatchObject({ ok: false, retryable: true });
    expect(delivery.ok ? undefined : delivery.retryAfterMs).toBe(retryAfterMs);
  });
});

describe('what a machine reads', () => {
  it('names the thread', async () => {
    await send(make('webhook'), inThread('worse', 1));
    expect(bodies()[0]).toMatchObject({ version: 1, thread: { key: 'incident-7', sequence: 1, kind: 'worse' } });
  });
});
