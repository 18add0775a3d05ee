import { t } from '../../lang/lang.ts';
import type { AlertMessage, Delivery } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import { derivedSecret } from '../../settings/secret.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { describeTarget, type HttpAnswer, httpPost, retryLater } from '../http-post.ts';
import { field } from '../json-field.ts';
import { type Dialect, fitted, markupOf, withoutBackticks, withoutMassMentions } from '../markup.ts';
import { retrySeconds } from '../retry-after.ts';
import type { DiscordConfig } from './discord-schema.ts';

/** Of an embed's description (Discord developer documentation, "Embed Limits"; all texts of an embed together: 6,000). */
const MAX_DESCRIPTION = 4_096;
const COLOURS: Readonly<Record<Severity, number>> = { critical: 0xb3123a, high: 0xe8590c, medium: 0xf2b01e, low: 0x98a2b3 };

const DIALECT: Dialect = {
  plain: (word) => word,
  strong: (text) => `**${text}**`,
  code: (text) => `\`${inCode(text)}\``,
  codeBlock: (text) => `\`\`\`\n${inCode(text)}\n\`\`\``,
};
const inCode = (text: string): string => withoutMassMentions(withoutBackticks(text));

/** Discord by a webhook: one embed, whose text is read as Markdown, so that log text stands in code; nobody is ever mentioned. */
export function createDiscordChannel(name: string, { url }: DiscordConfig, context: ChannelContext): Channel {
  const target = derivedSecret(url, waiting);
  return {
    name,
    type: 'discord',
    get destination() {
      return t('Discord by {server}', { server: describeTarget(url) });
    },
    maxBytes: 32 * 1_024,
    render: description,
    send(message, { signal }) {
      const embed = { description: description(message), color: COLOURS[message.severity] };
      const body = JSON.stringify({ embeds: [embed], allowed_mentions: { parse: [] } });
      return httpPost({ url: target, body, headers: () => ({}), secrets: [url], signal, judge }, context);
    },
  };
}

const description = (message: AlertMessage): string =>
  fitted(
    message,
    (scaled) => markupOf(scaled, DIALECT),
    (text) => text.length <= MAX_DESCRIPTION,
  );

/** With `wait`, Discord answers after the message is kept, and says what was wrong with it. */
function waiting(url: string): string {
  if (!URL.canParse(url)) return url;
  const target = new URL(url);
  target.searchParams.set('wait', 'true');
  return target.href;
}

function judge({ status, json, said, host, retryAfterMs }: HttpAnswer): Delivery | undefined {
  if (status !== 429) return undefined;
  return retryLater(t('{host} answered {said}', { host, said }), retrySeconds(field(json, 'retry_after')) ?? retryAfterMs);
}
