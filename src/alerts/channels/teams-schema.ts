import type { z } from 'zod';
import { fromEnvironment, type SchemaKit } from '../../settings/schema-kit.ts';

/** The section of a `teams` channel. */
export function teamsSchema({ z, secret }: SchemaKit) {
  return z.strictObject({
    type: z.literal('teams').describe('A Microsoft Teams channel or chat, through a webhook of its Workflows app.'),
    url: secret('Address of the workflow’s webhook; who knows it can post.').meta({ example: fromEnvironment('TEAMS_WEBHOOK_URL') }),
  });
}

export type TeamsConfig = z.infer<ReturnType<typeof teamsSchema>>;
