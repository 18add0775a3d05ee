import type { z } from 'zod';
import { msg } from '../../lang/lang.ts';
import { fromEnvironment, type SchemaKit, webAddress } from '../../settings/schema-kit.ts';

/** The section of a `telegram` channel. */
export function telegramSchema(kit: SchemaKit) {
  const { z, secret } = kit;
  return z.strictObject({
    type: z.literal('telegram').describe('A Telegram chat, through a bot; what changes later comes as reply.'),
    token: secret('Token of the bot, from @BotFather.').meta({ example: fromEnvironment('TELEGRAM_TOKEN') }),
    chat: z
      .string()
      .regex(/^(?:-?\d{1,20}|@[A-Za-z]\w{3,39})$/, { error: msg('expected the id of a chat such as "-1001234567890", or @channelname') })
      .describe('Id of the chat in quotes, or `@name` of a public channel; the bot must be a member of it.')
      .meta({ example: '-1001234567890' }),
    url: webAddress(kit).default('https://api.telegram.org').describe('Address of the Bot API.'),
  });
}

export type TelegramConfig = z.infer<ReturnType<typeof telegramSchema>>;
