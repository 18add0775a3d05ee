import type { z } from 'zod';
import { msg } from '../../lang/lang.ts';
import { fromFile, type SchemaKit } from '../../settings/schema-kit.ts';

/** A field name (RFC 9110, 5.1). */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;

/** The section of a `webhook` channel. */
export function webhookSchema({ z, secret }: SchemaKit) {
  return z.strictObject({
    type: z.literal('webhook').describe('An HTTP server that takes the alert as JSON by POST.'),
    url: secret('Address of the receiver, http or https.').meta({ example: 'https://hooks.example.org/secmon' }),
    secret: secret('Key of the HMAC-SHA256 signature in `X-Secmon-Signature`; without it no signature.')
      .optional()
      .meta({ example: fromFile('/etc/secmon/webhook.key') }),
    headers: z
      .record(z.string().regex(HEADER_NAME, { error: msg('expected the name of an HTTP header') }), secret('Value of the header.'))
      .optional()
      .describe('More headers, e.g. Authorization; their values are secrets.'),
  });
}

export type WebhookConfig = z.infer<ReturnType<typeof webhookSchema>>;
