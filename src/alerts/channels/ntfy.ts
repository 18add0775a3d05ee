import { t } from '../../lang/lang.ts';
import type { AlertMessage } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import { createSecret, SecretError } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { cutBytes } from '../harmless.ts';
import { httpPost } from '../http-post.ts';
import { fitted } from '../markup.ts';
import { toJson } from '../render-json.ts';
import { renderHeadline, renderText } from '../render-text.ts';
import { isForReading } from '../thread.ts';
import type { NtfyConfig } from './ntfy-schema.ts';

/** Bytes of a message (ntfy documentation, "Limitations"); a longer one becomes a file. */
const MAX_MESSAGE = 4_096;
const MAX_TITLE = 250;
const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;
/** ntfy's priorities go from 1 to 5 (loudest); its tags name an emoji. */
const PRIORITIES: Readonly<Record<Severity, number>> = { critical: 5, high: 4, medium: 3, low: 2 };
const SEVERITY_TAGS: Readonly<Record<Severity, string>> = {
  critical: 'rotating_light',
  high: 'warning',
  medium: 'eyes',
  low: 'information_source',
};

/** ntfy, as JSON to the server's root: nothing of a log stands in a header. Its text is plain, never Markdown. */
export function createNtfyChannel(name: string, { topic, token, url }: NtfyConfig, context: ChannelContext): Channel {
  const target = createSecret(url);
  const headers = (): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token.reveal()}` });
  const secrets = token === undefined ? [topic] : [topic, token];
  return {
    name,
    type: 'ntfy',
    get destination() {
      return t('ntfy by {server}', { server: new URL(url).host });
    },
    maxBytes: 8 * 1_024,
    render: (message) => `${title(message)}\n\n${text(message)}`,
    send(message, { signal }) {
      const body = (): string => toJson({ topic: checkedTopic(topic.reveal()), ...content(message) });
      return httpPost({ url: target, body, headers, secrets, signal }, context);
    },
  };
}

const title = (message: AlertMessage): string => cutBytes(renderHeadline(message), MAX_TITLE);

const text = (message: AlertMessage): string =>
  fitted(
    message,
    (scaled) => renderText(scaled).trimEnd(),
    (made) => Buffer.byteLength(made) <= MAX_MESSAGE,
  );

function content(message: AlertMessage): object {
  const { severity, verdict, thread } = message;
  const isOver = thread?.kind === 'ended' || thread?.kind === 'acknowledged';
  return {
    title: title(message),
    message: text(message),
    priority: isOver || isForReading(message) ? PRIORITIES.low : PRIORITIES[severity],
    tags: [isOver ? 'white_check_mark' : SEVERITY_TAGS[severity], 'secmon', ...(verdict === undefined ? [] : [verdict])],
    markdown: false,
  };
}

function checkedTopic(topic: string): string {
  if (TOPIC.test(topic)) return topic;
  throw new SecretError(t('the topic is none of ntfy: expected at most 64 letters, digits, hyphens and underscores'));
}
