import type { z } from 'zod';
import { fromEnvironment, type SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `slack` channel. */
export function slackSchema({ z, secret }: SchemaKit) {
  return z.strictObject({
    type: z.literal('slack').describe('A Slack channel, through an incoming webhook.'),
    url: secret('Address of the incoming webhook; who knows it can post.').meta({ example: fromEnvironment('SLACK_WEBHOOK_URL') }),
  });
}

export type SlackConfig = z.infer<ReturnType<typeof slackSchema>>;
