import { t } from '../../lang/lang.ts';
import type { AlertMessage } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import { below } from '../../settings/schema-kit.ts';
import { createSecret } from '../../settings/secret.ts';
import { boundMessage } from '../bounded-message.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { cut, harmless } from '../harmless.ts';
import { httpPost } from '../http-post.ts';
import { toJson } from '../render-json.ts';
import { renderHeadline, renderText } from '../render-text.ts';
import { DIGEST_KEY, isForReading, threadToken } from '../thread.ts';
import type { OpsgenieConfig } from './opsgenie-schema.ts';

/** Characters of the fields of an alert (Opsgenie documentation, "Alert API", Create Alert). */
const MAX = { message: 130, description: 15_000, note: 25_000, source: 100, entity: 512 } as const;
const PRIORITIES: Readonly<Record<Severity, string>> = { critical: 'P1', high: 'P2', medium: 'P3', low: 'P5' };

/** For what nobody has to be called. */
const LOWEST = 'P5';

interface Request {
  /** Below the address of the alerts. */
  readonly path: string;
  readonly body: object;
}

/** The Alert API: the first message of a thread makes an alert, later ones are notes on it, acknowledge it or close it. */
export function createOpsgenieChannel(name: string, { key, url, digests = false }: OpsgenieConfig, context: ChannelContext): Channel {
  const headers = (): Record<string, string> => ({ authorization: `GenieKey ${key.reveal()}` });
  return {
    name,
    type: 'opsgenie',
    get destination() {
      return t('Opsgenie by {server}', { server: new URL(url).host });
    },
    maxBytes: 128 * 1_024,
    render: (message) => toJson(request(message, undefined).body, 2),
    async send(message, { signal, reference }) {
      if (!digests && message.thread?.kind === 'digest' && message.thread.key.startsWith(DIGEST_KEY))
        return { ok: true, reply: t('left out: a digest would call somebody (digests: true sends it)') };
      const { path, body } = request(message, reference);
      const post = { url: createSecret(below(url, path)), body: toJson(body), headers, secrets: [key], signal };
      const delivery = await httpPost(post, context);
      return delivery.ok ? { ...delivery, reference: threadToken(message) } : delivery;
    },
  };
}

function request(message: AlertMessage, reference: string | undefined): Request {
  const alias = threadToken(message);
  const on = (action: string): string => `/${alias}/${action}?identifierType=alias`;
  const text = renderText(message);
  const noted = { user: 'secmon', source: 'secmon', note: cut(text, MAX.note) };
  if (message.thread?.kind === 'ended') return { path: on('close'), body: noted };
  if (message.thread?.kind === 'acknowledged') return { path: on('acknowledge'), body: noted };
  if (reference !== undefined) return { path: on('notes'), body: noted };
  const { who, origin } = boundMessage(message, harmless);
  const body = {
    message: cut(renderHeadline(message), MAX.message),
    alias,
    description: cut(text, MAX.description),
    entity: cut(who, MAX.entity),
    source: cut(t('secmon on {origin}', { origin }), MAX.source),
    priority: isForReading(message) ? LOWEST : PRIORITIES[message.severity],
    tags: ['secmon', message.severity],
  };
  return { path: '', body };
}
