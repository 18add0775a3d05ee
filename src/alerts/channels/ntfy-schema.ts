import type { z } from 'zod';
import { fromEnvironment, type SchemaKit, webAddress } from '../../settings/schema-kit.ts';

/** The section of an `ntfy` channel. */
export function ntfySchema(kit: SchemaKit) {
  const { z, secret } = kit;
  return z.strictObject({
    type: z.literal('ntfy').describe('Notifications on phones and desktops through an ntfy server.'),
    topic: secret('Topic; on a public server who knows it can read it.').meta({ example: fromEnvironment('NTFY_TOPIC') }),
    token: secret('Access token; without it no login.')
      .optional()
      .meta({ example: fromEnvironment('NTFY_TOKEN') }),
    url: webAddress(kit).default('https://ntfy.sh').describe('Address of the server.'),
  });
}

export type NtfyConfig = z.infer<ReturnType<typeof ntfySchema>>;
