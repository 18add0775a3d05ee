import { systemClock } from '../clock/clock.ts';
import type { Channel, ChannelContext } from './channel.ts';
import { type ChannelConfig, createChannel } from './channels/index.ts';

/** Channels that need no configuration; a configured channel of the same name takes their place. */
const BUILT_IN: Readonly<Record<string, ChannelConfig>> = { desktop: { type: 'desktop' }, file: { type: 'file' } };

const HTTP_TIMEOUT_MS = 10_000;
const SMTP_TIMEOUT_MS = 20_000;

export type CreateChannelsOptions = Pick<ChannelContext, 'notify' | 'stateDirectory'> & Partial<ChannelContext>;

/** All channels: the configured ones in the file's order, then the built-in ones. Nothing is opened or resolved before the first message. */
export function createChannels(configured: Readonly<Record<string, ChannelConfig>>, options: CreateChannelsOptions): readonly Channel[] {
  const context: ChannelContext = {
    clock: systemClock,
    fetch: globalThis.fetch,
    httpTimeoutMs: HTTP_TIMEOUT_MS,
    smtpTimeoutMs: SMTP_TIMEOUT_MS,
    ...options,
  };
  const entries = [...Object.entries(configured), ...Object.entries(BUILT_IN).filter(([name]) => !Object.hasOwn(configured, name))];
  return entries.map(([name, config]) => createChannel(name, config, context));
}
