import { t } from '../../lang/lang.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { describeTarget, httpPost } from '../http-post.ts';
import { renderSlack, slackText } from '../render-slack.ts';
import type { SlackConfig } from './slack-schema.ts';

/** Slack by an incoming webhook. The whole address is a secret, as it holds the token. */
export function createSlackChannel(name: string, { url }: SlackConfig, context: ChannelContext): Channel {
  return {
    name,
    type: 'slack',
    get destination() {
      return t('Slack by {server}', { server: describeTarget(url) });
    },
    maxBytes: 128 * 1_024,
    render: (message) => slackText(renderSlack(message)),
    send: (message, { signal }) =>
      httpPost({ url, body: JSON.stringify(renderSlack(message)), headers: () => ({}), secrets: [], signal }, context),
  };
}
