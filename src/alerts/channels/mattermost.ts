import { t } from '../../lang/lang.ts';
import type { AlertMessage } from '../../model/alert.ts';
import type { Severity } from '../../model/detection.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { describeTarget, httpPost } from '../http-post.ts';
import { type Dialect, fitted, markupOf, severityLine, withoutBackticks, withoutMassMentions } from '../markup.ts';
import type { MattermostConfig } from './mattermost-schema.ts';

/** Longest post that Mattermost does not split (PostMessageMaxRunesV2 of its server, in characters). */
const MAX_POST = 16_383;
/** Well below that: a reader of chat does not scroll. */
const COMFORTABLE = 6_000;
const COLOURS: Readonly<Record<Severity, string>> = { critical: '#b3123a', high: '#e8590c', medium: '#f2b01e', low: '#98a2b3' };

const DIALECT: Dialect = {
  plain: (word) => word,
  strong: (text) => `**${text}**`,
  code: (text) => `\`${inCode(text)}\``,
  codeBlock: (text) => `\`\`\`\n${inCode(text)}\n\`\`\``,
};
const inCode = (text: string): string => withoutMassMentions(withoutBackticks(text));

/** Mattermost by an incoming webhook: one attachment in Markdown, in which log text stands in code. */
export function createMattermostChannel(name: string, { url }: MattermostConfig, context: ChannelContext): Channel {
  return {
    name,
    type: 'mattermost',
    get destination() {
      return t('Mattermost by {server}', { server: describeTarget(url) });
    },
    maxBytes: 4 * MAX_POST,
    render: text,
    send(message, { signal }) {
      const attachment = { fallback: `secmon: ${severityLine(message)}`, color: COLOURS[message.severity], text: text(message) };
      const body = JSON.stringify({ attachments: [attachment] });
      return httpPost({ url, body, headers: () => ({}), secrets: [], signal }, context);
    },
  };
}

const text = (message: AlertMessage): string =>
  fitted(
    message,
    (scaled) => markupOf(scaled, DIALECT),
    (made) => made.length <= COMFORTABLE,
  );
