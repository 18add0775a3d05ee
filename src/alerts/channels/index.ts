import type { z } from 'zod';
import type { SchemaKit } from '../../settings/schema-kit.ts';
import type { Channel, ChannelContext } from '../channel.ts';
import { createDesktopChannel } from './desktop.ts';
import { desktopSchema } from './desktop-schema.ts';
import { createDiscordChannel } from './discord.ts';
import { discordSchema } from './discord-schema.ts';
import { createEmailChannel } from './email.ts';
import { emailSchema } from './email-schema.ts';
import { createFileChannel } from './file.ts';
import { fileSchema } from './file-schema.ts';
import { createMattermostChannel } from './mattermost.ts';
import { mattermostSchema } from './mattermost-schema.ts';
import { createNtfyChannel } from './ntfy.ts';
import { ntfySchema } from './ntfy-schema.ts';
import { createOpsgenieChannel } from './opsgenie.ts';
import { opsgenieSchema } from './opsgenie-schema.ts';
import { createPagerDutyChannel } from './pagerduty.ts';
import { pagerDutySchema } from './pagerduty-schema.ts';
import { createSlackChannel } from './slack.ts';
import { createSlackBotChannel } from './slack-bot.ts';
import { slackBotSchema } from './slack-bot-schema.ts';
import { slackSchema } from './slack-schema.ts';
import { createSyslogChannel } from './syslog.ts';
import { syslogSchema } from './syslog-schema.ts';
import { createTeamsChannel } from './teams.ts';
import { teamsSchema } from './teams-schema.ts';
import { createTelegramChannel } from './telegram.ts';
import { telegramSchema } from './telegram-schema.ts';
import { createWebhookChannel } from './webhook.ts';
import { webhookSchema } from './webhook-schema.ts';

/** Every kind of channel: how its section of the configuration looks, and how it is made. */
export const CHANNEL_TYPES = {
  email: { schema: emailSchema, create: createEmailChannel },
  slack: { schema: slackSchema, create: createSlackChannel },
  webhook: { schema: webhookSchema, create: createWebhookChannel },
  'slack-bot': { schema: slackBotSchema, create: createSlackBotChannel },
  discord: { schema: discordSchema, create: createDiscordChannel },
  mattermost: { schema: mattermostSchema, create: createMattermostChannel },
  teams: { schema: teamsSchema, create: createTeamsChannel },
  telegram: { schema: telegramSchema, create: createTelegramChannel },
  ntfy: { schema: ntfySchema, create: createNtfyChannel },
  pagerduty: { schema: pagerDutySchema, create: createPagerDutyChannel },
  opsgenie: { schema: opsgenieSchema, create: createOpsgenieChannel },
  syslog: { schema: syslogSchema, create: createSyslogChannel },
  desktop: { schema: desktopSchema, create: createDesktopChannel },
  file: { schema: fileSchema, create: createFileChannel },
} as const;

export type ChannelType = keyof typeof CHANNEL_TYPES;
export type ChannelConfig = { [T in ChannelType]: z.infer<ReturnType<(typeof CHANNEL_TYPES)[T]['schema']>> }[ChannelType];

/** One section, told apart by its `type`. */
export function channelSchema(kit: SchemaKit) {
  return kit.z.discriminatedUnion('type', [
    emailSchema(kit),
    slackSchema(kit),
    webhookSchema(kit),
    slackBotSchema(kit),
    discordSchema(kit),
    mattermostSchema(kit),
    teamsSchema(kit),
    telegramSchema(kit),
    ntfySchema(kit),
    pagerDutySchema(kit),
    opsgenieSchema(kit),
    syslogSchema(kit),
    desktopSchema(kit),
    fileSchema(kit),
  ]);
}

type Create = (name: string, config: ChannelConfig, context: ChannelContext) => Channel;

/** The channel of one section. */
export function createChannel(name: string, config: ChannelConfig, context: ChannelContext): Channel {
  // Each entry of the table takes its own config; which one is decided by `type`, so the pair always fits.
  const create = CHANNEL_TYPES[config.type].create as Create;
  return create(name, config, context);
}
