import type { z } from 'zod';
import { msg } from '../../lang/lang.ts';
import { fromEnvironment, type SchemaKit } from '../../settings/schema-kit.ts';

/** A mailbox (RFC 5322 `addr-spec`, the part of it in use), or `Name <mailbox>`. No line end, comma or bracket can be in it. */
export const MAILBOX = /^(?:[^<>",;:@\p{Cc}]{1,80} <)?[^\s<>",;:@\p{Cc}]{1,64}@[^\s<>",;:@\p{Cc}]{1,255}>?$/u;

/** The section of an `email` channel. */
export function emailSchema({ z, secret }: SchemaKit) {
  const mailbox = z
    .string()
    .regex(MAILBOX, { error: msg('expected a mail address such as ops@example.org') })
    .meta({ example: 'ops@example.org' });
  return z.strictObject({
    type: z.literal('email').describe('Mail through an SMTP server, always encrypted.'),
    host: z.string().min(1).describe('Name of the SMTP server.').meta({ example: 'mail.example.org' }),
    port: z.int().min(1).max(65_535).optional().describe('Port; 587 with starttls, 465 with tls.'),
    security: z
      .enum(['starttls', 'tls'])
      .default('starttls')
      .describe('`tls` encrypts from the first byte; `starttls` requires the upgrade, a server that does not offer it is an error.'),
    user: z.string().min(1).optional().describe('Account at the server; without it no login.').meta({ example: 'secmon' }),
    password: secret('Password of that account.')
      .optional()
      .meta({ example: fromEnvironment('SMTP_PASSWORD') }),
    from: mailbox.describe('Sender.').meta({ example: 'secmon <secmon@example.org>' }),
    to: z
      .union([mailbox, z.array(mailbox).min(1).max(50)])
      .describe('One recipient, or a list of them.')
      .meta({ example: ['ops@example.org'] }),
    tls: z
      .strictObject({
        ca: z.string().min(1).optional().describe('File with the certificate authority that signed the server, PEM.'),
        insecure: z.boolean().default(false).describe('Accept any certificate: encrypted, but not against somebody in between.'),
      })
      .optional()
      .describe('Only for servers with a certificate of their own.'),
  });
}

export type EmailConfig = z.infer<ReturnType<typeof emailSchema>>;
