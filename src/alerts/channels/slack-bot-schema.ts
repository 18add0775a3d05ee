import type { z } from 'zod';
import { msg } from '../../lang/lang.ts';
import { fromEnvironment, type SchemaKit, webAddress } from '../../settings/schema-kit.ts';

/** The section of a `slack-bot` channel. */
export function slackBotSchema(kit: SchemaKit) {
  const { z, secret } = kit;
  return z.strictObject({
    type: z
      .literal('slack-bot')
      .describe('A Slack channel, through an app with a bot token; what changes later comes as reply in a thread.'),
    token: secret('Bot token of the app (`xoxb-…`) with the scope `chat:write`.').meta({ example: fromEnvironment('SLACK_BOT_TOKEN') }),
    channel: z
      .string()
      .regex(/^[#@]?[\p{L}\p{N}_.-]{1,80}$/u, { error: msg('expected the id of a channel such as C0123456789') })
      .describe('Id (or name) of the channel; the app must be a member of it.')
      .meta({ example: 'C0123456789' }),
    url: webAddress(kit).default('https://slack.com/api').describe('Address of the Web API.'),
  });
}

export type SlackBotConfig = z.infer<ReturnType<typeof slackBotSchema>>;
