import { t } from '../../lang/lang.ts';
import type { AlertMessage, Delivery } from '../../model/alert.ts';
import { below } from '../../settings/schema-kit.ts';
import { derivedSecret, SecretError } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { type HttpAnswer, httpPost, retryLater } from '../http-post.ts';
import { field } from '../json-field.ts';
import { type Dialect, fitted, markupOf, withoutMassMentions } from '../markup.ts';
import { escapeHtml } from '../render-html.ts';
import { retrySeconds } from '../retry-after.ts';
import type { TelegramConfig } from './telegram-schema.ts';

/** Of a message's text (Bot API, sendMessage: after entities are parsed; here before, which is longer). */
const MAX_TEXT = 4_096;
const TOKEN = /^\d{1,20}:[\w-]{1,200}$/;
const MESSAGE_ID = /^\d{1,16}$/;

/** Telegram makes links of names, hashtags, commands (`/item`) and addresses even in plain text; not in code. */
const DIALECT: Dialect = {
  plain: escapeHtml,
  strong: (text) => `<b>${escapeHtml(text)}</b>`,
  code: (text) => `<code>${escapeHtml(withoutMassMentions(text))}</code>`,
  codeBlock: (text) => `<pre>${escapeHtml(withoutMassMentions(text))}</pre>`,
};

/** Telegram by the Bot API, in its HTML. The token is part of the address. Replies need the `message_id` of the first message. */
export function createTelegramChannel(name: string, { token, chat, url }: TelegramConfig, context: ChannelContext): Channel {
  const target = derivedSecret(token, (value) => {
    if (TOKEN.test(value)) return below(url, `/bot${value}/sendMessage`);
    throw new SecretError(t('the token is none of a Telegram bot: expected digits, a colon, letters and digits'));
  });
  return {
    name,
    type: 'telegram',
    get destination() {
      return t('Telegram chat {chat}', { chat });
    },
    maxBytes: 20 * 1_024,
    render: text,
    send(message, { signal, reference }) {
      const reply = reference !== undefined && MESSAGE_ID.test(reference);
      const body = JSON.stringify({
        chat_id: chat,
        text: text(message),
        parse_mode: 'HTML',
        link_preview_options: { is_disabled: true },
        ...(reply ? { reply_parameters: { message_id: Number(reference), allow_sending_without_reply: true } } : {}),
      });
      return httpPost({ url: target, body, headers: () => ({}), secrets: [token], signal, judge }, context);
    },
  };
}

const text = (message: AlertMessage): string =>
  fitted(
    message,
    (scaled) => markupOf(scaled, DIALECT),
    (made) => made.length <= MAX_TEXT,
  );

function judge({ status, json, said, host, retryAfterMs }: HttpAnswer): Delivery | undefined {
  if (status === 429) {
    return retryLater(
      t('{host} answered {said}', { host, said }),
      retrySeconds(field(field(json, 'parameters'), 'retry_after')) ?? retryAfterMs,
    );
  }
  if (status !== 200) return undefined;
  if (field(json, 'ok') !== true) return retryLater(t('{host} answered, but not as Telegram does: {said}', { host, said }), retryAfterMs);
  const id = String(field(field(json, 'result'), 'message_id'));
  return { ok: true, reply: said, ...(MESSAGE_ID.test(id) ? { reference: id } : {}) };
}
