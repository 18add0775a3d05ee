import type { z } from 'zod';
import { fromEnvironment, type SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `discord` channel. */
export function discordSchema({ z, secret }: SchemaKit) {
  return z.strictObject({
    type: z.literal('discord').describe('A Discord channel, through a webhook.'),
    url: secret('Address of the webhook; who knows it can post.').meta({ example: fromEnvironment('DISCORD_WEBHOOK_URL') }),
  });
}

export type DiscordConfig = z.infer<ReturnType<typeof discordSchema>>;
