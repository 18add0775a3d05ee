import { createHmac } from 'node:crypto';
import type { Secret } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { describeTarget, httpPost } from '../http-post.ts';
import { renderJson } from '../render-json.ts';
import type { WebhookConfig } from './webhook-schema.ts';

/**
 * A JSON document by POST. `Idempotency-Key` is the alert's id. With a key, `X-Secmon-Signature` is `sha256=` and the hexadecimal
 * HMAC-SHA256 (RFC 2104) of `X-Secmon-Timestamp` (seconds since the epoch), a full stop and the body's bytes: a receiver that checks
 * both refuses forged and replayed alerts.
 */
export function createWebhookChannel(name: string, config: WebhookConfig, context: ChannelContext): Channel {
  const { url, secret, headers = {} } = config;
  const render: Channel['render'] = (message) => renderJson(message, 2);
  return {
    name,
    type: 'webhook',
    get destination() {
      return describeTarget(url);
    },
    maxBytes: 256 * 1_024,
    render,
    send(message, { signal }) {
      const body = render(message);
      const secrets = [...Object.values(headers), ...(secret === undefined ? [] : [secret])];
      const allHeaders = (): Record<string, string> => ({
        ...Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, value.reveal()])),
        'idempotency-key': message.id.replace(/[^\x21-\x7e]/g, '-').slice(0, 100),
        ...(secret === undefined ? {} : signature(secret, body, context.clock.now())),
      });
      return httpPost({ url, body, headers: allHeaders, secrets, signal }, context);
    },
  };
}

function signature(key: Secret, body: string, nowMs: number): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000));
  const digest = createHmac('sha256', key.reveal()).update(`${timestamp}.${body}`).digest('hex');
  return { 'x-secmon-timestamp': timestamp, 'x-secmon-signature': `sha256=${digest}` };
}
