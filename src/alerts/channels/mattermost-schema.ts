import type { z } from 'zod';
import { fromEnvironment, type SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `mattermost` channel. */
export function mattermostSchema({ z, secret }: SchemaKit) {
  return z.strictObject({
    type: z.literal('mattermost').describe('A Mattermost channel, through an incoming webhook.'),
    url: secret('Address of the incoming webhook; who knows it can post.').meta({ example: fromEnvironment('MATTERMOST_WEBHOOK_URL') }),
  });
}

export type MattermostConfig = z.infer<ReturnType<typeof mattermostSchema>>;
