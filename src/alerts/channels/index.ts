import type { z } from 'zod';
import type { Channel, ChannelContext } from '../channel.ts';
import type { SchemaKit } from '../schema-kit.ts';
import { createDesktopChannel } from './desktop.ts';
import { desktopSchema } from './desktop-schema.ts';
import { createEmailChannel } from './email.ts';
import { emailSchema } from './email-schema.ts';
import { createFileChannel } from './file.ts';
import { fileSchema } from './file-schema.ts';
import { createSlackChannel } from './slack.ts';
import { slackSchema } from './slack-schema.ts';
import { createWebhookChannel } from './webhook.ts';
import { webhookSchema } from './webhook-schema.ts';

/** Every kind of channel: how its section of the configuration looks, and how it is made. */
export const CHANNEL_TYPES = {
  email: { schema: emailSchema, create: createEmailChannel },
  slack: { schema: slackSchema, create: createSlackChannel },
  webhook: { schema: webhookSchema, create: createWebhookChannel },
  desktop: { schema: desktopSchema, create: createDesktopChannel },
  file: { schema: fileSchema, create: createFileChannel },
} as const;

export type ChannelType = keyof typeof CHANNEL_TYPES;
export type ChannelConfig = { [T in ChannelType]: z.infer<ReturnType<(typeof CHANNEL_TYPES)[T]['schema']>> }[ChannelType];

/** One section, told apart by its `type`. */
export function channelSchema(kit: SchemaKit) {
  return kit.z.discriminatedUnion('type', [emailSchema(kit), slackSchema(kit), webhookSchema(kit), desktopSchema(kit), fileSchema(kit)]);
}

type Create = (name: string, config: ChannelConfig, context: ChannelContext) => Channel;

/** The channel of one section. */
export function createChannel(name: string, config: ChannelConfig, context: ChannelContext): Channel {
  // Each entry of the table takes its own config; which one is decided by `type`, so the pair always fits.
  const create = CHANNEL_TYPES[config.type].create as Create;
  return create(name, config, context);
}
